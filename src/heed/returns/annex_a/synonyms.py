"""What council systems write in Annex A, and the clean code behind it.

The list was gathered from London returns (see `schemas/annex_a/synonyms.json`). Where a text carries the DfE code
itself (`q) 6: Police`), that finer code is taken; where only the group can be told, the group (`d) Health services`).
"""

import functools
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from heed.returns.rows import Value
from heed.returns.ssda903 import tables as care

FILE = Path(__file__).resolve().parent.parent / "schemas" / "annex_a" / "synonyms.json"
SOURCES = frozenset(
    [
        "1A",
        "1B",
        "1C",
        "1D",
        "2A",
        "2B",
        "3A",
        "3B",
        "3C",
        "3D",
        "3E",
        "3F",
        "4",
        "5A",
        "5B",
        "5C",
        "5D",
        "6",
        "7",
        "8",
        "9",
        "10",
    ]
)
# Group letter of the clean source → the first figure of its DfE codes; one code alone where the group has only one.
SOURCE_GROUPS = dict(zip("abcdefghijk", ["1", "2A", "2B", "3", "4", "5", "6", "7", "8", "9", "10"], strict=True))
NEEDS = dict(zip("abcdefghij", ["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N0"], strict=True))
ABUSE = dict(zip("abcde", ["NEG", "PHY", "SAB", "EMO", "MUL"], strict=True))
GENDERS = dict(zip("abcd", "MFUI", strict=True))
CLOSED = frozenset(["RC1", "RC2", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8", "RC9"])
ERROR = "zzCodeError"
TOKEN = re.compile(r"[A-Za-z0-9]+")

# Column → the DfE codes that a text may carry.
CARRIED: dict[str, frozenset[str]] = {
    "Ethnicity": care.ETHNIC,
    "Contact Source": SOURCES,
    "Referral Source": SOURCES,
    "Primary Need Code": frozenset(NEEDS.values()),
    "Child's Category of Need": frozenset(NEEDS.values()),
    "Reason for Closure": CLOSED,
    "Child's Legal Status": care.LEGAL_STATUS,
    "Reason Ceased to be Looked After": care.CEASED,
    "Placement Type": care.PLACE,
    "Placement Provider": care.PROVIDER,
    "Activity Status": care.ACTIVITY - {"0"},
}
# Column → clean group's letter → the one code it stands for.
STANDS_FOR: dict[str, dict[str, str]] = {
    "Gender": GENDERS,
    "Primary Need Code": NEEDS,
    "Child's Category of Need": NEEDS,
    "Initial Category of Abuse": ABUSE,
    "Latest Category of Abuse": ABUSE,
    "Contact Source": {letter: code for letter, code in SOURCE_GROUPS.items() if code in SOURCES},
    "Referral Source": {letter: code for letter, code in SOURCE_GROUPS.items() if code in SOURCES},
}


@functools.cache
def specification() -> dict[str, Any]:
    """Return the lists with their columns, and the code lists."""
    document: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return document


class CodeList:
    """One code list: exact texts first, then without regard to case and spaces, then by pattern."""

    def __init__(self, entries: Iterable[dict[str, Any]]) -> None:
        self.exact: dict[str, set[str | bool]] = {}
        self.folded: dict[str, set[str | bool]] = {}
        self.patterns: list[tuple[re.Pattern[str], str | bool]] = []
        self.first: dict[str | bool, int] = {}
        for entry in entries:
            code = entry["code"]
            self.first[code] = len(self.first)
            self.patterns += [(re.compile(text, re.IGNORECASE), code) for text in entry.get("cells", [])]
            for name in (*entry["names"], str(code)):
                self.exact.setdefault(name, set()).add(code)
                self.folded.setdefault(folded(name), set()).add(code)

    def find(self, text: str) -> tuple[str | bool, str] | None:
        """Return the clean code of a text, with a doubt where the list has it under two."""
        codes = self.exact.get(text) or self.folded.get(folded(text))
        codes = codes or {code for pattern, code in self.patterns if pattern.fullmatch(text)}
        if not codes:
            return None
        best = min(codes, key=self.first.__getitem__)
        shown = ", ".join(sorted(map(str, codes)))
        return best, "" if len(codes) == 1 else f"this is written for more than one code ({shown})"


def folded(text: str) -> str:
    """Return a text without regard to case, spaces and kinds of quotation marks."""
    return " ".join(text.replace("’", "'").replace("‘", "'").casefold().split())


@functools.cache
def code_list(name: str) -> CodeList:
    """Return a code list by its name in the file."""
    return CodeList(specification()["codes"][name])


def reader(column: str, codes: str) -> Callable[[str], tuple[Value, str] | None]:
    """Return the function that cleans the texts of one column."""
    return functools.partial(cleaned, column, code_list(codes))


def cleaned(column: str, codes: CodeList, text: str) -> tuple[Value, str] | None:
    """Return the finest code that a text gives, and what is doubtful about it."""
    found = codes.find(text)
    group, doubt = found if found else ("", "")
    if group == ERROR:
        return text, "this is a code of another list"
    carried = next((token for token in tokens(text) if token in CARRIED.get(column, ())), None)
    if carried and agrees(column, carried, str(group)):
        return "CHNE" if carried == "CNHE" else carried, ""
    if found is None:
        return None
    if isinstance(group, bool) or group == "Unknown":
        return (None if group == "Unknown" else group), doubt
    return STANDS_FOR.get(column, {}).get(letter_of(group), group), doubt


def tokens(text: str) -> list[str]:
    """Return the words of a text in capitals, without the letter that numbers a list (`q)`)."""
    return [word.upper() for word in TOKEN.findall(re.sub(r"^\s*\(?[A-Za-z]\)\s*", "", text))]


def letter_of(group: str) -> str:
    """Return the letter that numbers a clean group."""
    return group[0] if group[1:2] == ")" else ""


def agrees(column: str, code: str, group: str) -> bool:
    """Tell whether a code found in a source's text belongs to the group the list gives it."""
    if not column.endswith("Source") or not group:
        return True
    return code.startswith(SOURCE_GROUPS.get(letter_of(group), code))
