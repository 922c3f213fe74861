"""The reference page of entry kinds, read from the register that checks every entry."""

from collections.abc import Iterable

from heed.entry.fields import Claim, Code, Day, Decimal, Field, Flag, Group, KeyField, Many, Moment, Roles, Text, Whole
from heed.entry.kinds import Kind, Ref, kinds
from heed.lib.errors import HeedError

from .docs_page import head, page_of, table

_ABOUT = """What an entry may say. Members named under *facts* are read by rules, duties and counts; members under
*words* are free text and names, and may be erased alone. A shipped kind is never edited."""
# Members that the format itself gives to facts (record_format.md, byte-level rules 16 and 23).
FORMAT = {
    "request": "a random key, in every entry: a double click is one entry",
    "occurred_at": "when it is said to have happened: an instant in UTC, a day, or two days with a slash",
    "refs": "role → keys in ascending order: the other subjects that the entry is about",
    "files": "digests of the files that belong to the entry",
    "corrects": "the number of the earlier entry of the same kind that this one replaces",
}


def page() -> str:
    """Return the page."""
    lines = head("Entry kinds", _ABOUT)
    rows = [(f"`{name}`", what) for name, what in sorted(FORMAT.items())]
    lines += ["## Members of every kind's facts", "", *table(("member", "meaning"), rows)]
    for name in kinds:
        lines += _kind(kinds[name])
    return page_of(lines)


def _kind(kind: Kind) -> list[str]:
    said = [f"Subject: {kind.subject}.", "May be erased." if kind.erasable else "Is never erased."]
    said += ["Its words may be sealed."] if kind.may_seal else []
    said += ["May carry files."] if kind.may_have_files else []
    said += ["No slice writes it yet."] if kind.provisional else []
    rows = [_ref(role, ref) for role, ref in kind.refs.items()]
    rows += _members("facts", kind.facts.items()) + _members("words", kind.words.items())
    return [f"## {kind.name}", "", kind.about, "", " ".join(said), "", *table(_TITLES, rows)]


_TITLES = ("part", "member", "form", "needed", "meaning")


def _members(part: str, members: Iterable[tuple[str, Field]]) -> list[tuple[str, ...]]:
    return [(part, f"`{name}`", form(f), "yes" if f.needed else "no", f.about) for name, f in members]


def _ref(role: str, ref: Ref) -> tuple[str, ...]:
    return "facts", f"`refs.{role}`", f"{ref.least:,} to {ref.most:,} keys", "yes" if ref.least else "no", ref.about


def form(field: Field) -> str:
    """Say in words what a member may hold."""
    match field:
        case Text(pattern="", most=most):
            return f"text of at most {most:,} characters"
        case Text(pattern=pattern):
            return f"text of the form `{pattern}`"
        case Code(codes=codes, ordered=ordered):
            return f"one of {', '.join(f'`{code}`' for code in codes)}{', lowest first' if ordered else ''}"
        case Whole(least=least, most=most):
            return f"a whole number from {least:,} to {most:,}"
        case Many(of=of, least=least, most=most):
            return f"a list of {least:,} to {most:,}, each {form(of)}"
        case Group(members=members):
            return "an object of " + "; ".join(f"`{name}`: {form(inner)}" for name, inner in members.items())
    if type(field) not in _PLAIN:
        raise HeedError(f"Say in heed/cli/docs_kinds.py what a {type(field).__name__} may hold.")
    return _PLAIN[type(field)]


_PLAIN: dict[type[Field], str] = {
    Flag: "yes or no",
    Decimal: "a decimal number as text",
    Day: "a day",
    Moment: "an instant in UTC",
    Claim: "an instant, a day, or two days",
    KeyField: "a key",
    Roles: "an object of roles and keys",
}
