"""The dataset's small languages: outcomes and factors as JSON, categories of abuse in words."""

import json
import re

# `cppl_cp_plan_*_category` is written in words; the census's codes are used inside (standards.md, section 1).
CATEGORIES = {
    "NEG": "Neglect",
    "PHY": "Physical abuse",
    "SAB": "Sexual abuse",
    "EMO": "Emotional abuse",
    "MUL": "Multiple",
}
CODES = {word.casefold(): code for code, word in CATEGORIES.items()} | {code.casefold(): code for code in CATEGORIES}
YES = frozenset({"y", "yes", "true", "1"})
FACTOR = re.compile(r"\d{1,2}[A-F]?")


class Unclear(ValueError):
    """A text that is not in the language its column is written in."""


def factors(text: str | None) -> tuple[str, ...]:
    """Return the codes of `["1A","2B"]`, of `{"1A": "Yes", …}`, or of a plain list of codes."""
    if not text:
        return ()
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):  # brackets without end are not a list of codes either
        said = [word for word in re.split(r"[\s,;\[\]\"']+", text) if word]
    if isinstance(said, dict):
        said = [code for code, value in said.items() if str(value).lower() in YES]
    codes = [str(code).strip().upper() for code in said] if isinstance(said, list) else [str(said)]
    if wrong := [code for code in codes if not FACTOR.fullmatch(code)]:
        raise Unclear(f"'{wrong[0][:40]}' is not a factor's code")
    return tuple(codes)


def outcomes(text: str | None) -> tuple[str, ...]:
    """Return the names of the outcomes that are flagged yes."""
    if not text:
        return ()
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Unclear("the outcome is not written as JSON") from None
    if not isinstance(said, dict):
        raise Unclear("the outcome is not a set of flags")
    return tuple(name for name, value in said.items() if name.endswith("_FLAG") and str(value).lower() in YES)


def conference_ruled_out(text: str | None) -> bool | None:
    """Tell whether an enquiry's outcome says that no conference is needed; one without a word on it is silent."""
    try:
        said = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return None
    flag = str(said.get("CP_CONFERENCE_FLAG") or "").lower() if isinstance(said, dict) else ""
    return None if not flag else flag not in YES


def category(text: str | None) -> str | None:
    """Return the census's code for a category in words; other words are kept."""
    return CODES.get(text.casefold(), text) if text else None
