"""A scan for secrets and personal data, run before each commit and by a test: a net for the commonest kinds.

`python tests/docs/scan.py FILE…` prints what it finds and exits 1. Standard library only.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

# Suffixes of files that are not text of ours: fonts, pictures, data in columns.
SKIPPED = {".woff2", ".png", ".jpg", ".ico", ".parquet", ".arrow", ".sqlite3", ".xlsx", ".gz", ".pdf", ".lock"}
# Numbers that Ofcom keeps free for drama, by their first digits: 01632 960, 07700 900, 020 7946 0, and one a city.
DRAMA = re.compile(
    r"(01632960|07700900|02079460|0113496|0114496|0115496|0116496|0117496|0118496|0121496|0131496|0141496|0151496"
    r"|0161496|01914980|02896496|02920180|03069990|08081570|0909879)"
)
# Domains kept free for examples (RFC 2606 and RFC 6761), and names under them.
FREE_DOMAIN = re.compile(
    r"(^|\.)(example|example\.(com|org|net)|example\.[a-z.]*uk|test|invalid|localhost)$", re.IGNORECASE
)


def is_nhs_number(digits: str) -> bool:
    """Say whether ten digits are an NHS number: the last is the check digit modulo 11 (NHS Data Dictionary)."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return check != 10 and check % 11 == int(digits[9]) and not digits.startswith("999")  # 999: kept free for tests


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _is_phone(text: str) -> bool:
    digits = _digits(text)
    national = "0" + digits[2:].removeprefix("0") if text.startswith("+44") else digits
    return len(national) in (10, 11) and not DRAMA.match(national)


def _is_mail(text: str) -> bool:
    return not FREE_DOMAIN.search(text.rpartition("@")[2])


# What is looked for: a name, a pattern, and whether what it found is really one.
LOOKED_FOR: list[tuple[str, re.Pattern[str], Callable[[str], bool]]] = [
    (
        "an NHS number",
        re.compile(r"(?<![\w.-])\d{3}[ -]\d{3}[ -]\d{4}(?![\w-])|(?<![\w.+/-])[4-7]\d{9}(?![\w.+/=-])"),
        lambda text: is_nhs_number(_digits(text)),
    ),
    # HMRC's form: no D, F, I, Q, U or V first, no O second; QQ is kept free for examples.
    (
        "a National Insurance number",
        re.compile(r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b"),
        lambda text: True,
    ),
    (
        "a UK telephone number",
        re.compile(
            r"(?<![\w.+/=-])(?:\+44 ?\(?0?\)? ?|0)(?:7\d{3}|1\d{2,3}|2\d{2}|3\d{2})"
            r"[ -]?\d{3,4}[ -]?\d{3,4}(?![\w.+/=-])"
        ),
        _is_phone,
    ),
    (
        "a private key",
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1[A-Z0-9]{58}|"
            r"PRIVATE\+KEY\+[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44,}"
        ),
        lambda text: True,
    ),
    ("an e-mail address", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), _is_mail),
]
# A line that says why it may stand, where nothing invented would do.
ALLOWED = "scan: allowed"


def findings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the kind of everything found in a text; never the thing itself."""
    for at, line in enumerate(text.splitlines(), 1):
        if ALLOWED in line:
            continue
        for what, pattern, really in LOOKED_FOR:
            if any(really(match[0]) for match in pattern.finditer(line)):
                yield at, what


def scan(paths: Iterable[Path]) -> list[str]:
    """Return a sentence for each thing found in these files."""
    found = []
    for path in paths:
        if path.suffix in SKIPPED or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}:{line}: this looks like {what}." for line, what in findings(text)]
    return found


if __name__ == "__main__":
    problems = scan(map(Path, sys.argv[1:]))
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(1 if problems else 0)
