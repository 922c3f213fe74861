"""One row of an extract as an entry: its span, its fields and its keys; a row that cannot be read is listed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .times import Span, claimed, instant_of, span_of, written
from .words import COLUMNS, Kinds

RETRACTED, LINKED, UNLINKED = "entry.retracted.", "identity.linked.", "identity.unlinked."
NEEDED = ("kind", "subject", "recorded_at", "actor", "agency")


class Missing(str):
    """The name of a field that is absent or erased where a condition needs it: the condition is unknown."""

    __slots__ = ()


@dataclass(slots=True)
class Entry:
    """An entry as an evaluator reads it; `span` is None where its time is not known, `facts` where they are erased."""

    n: int
    kind: str
    subject: str
    span: Span | None
    recorded: int
    actor: str
    agency: str
    occurred_at: str
    recorded_at: str
    facts: dict[str, Any] | None
    refs: dict[str, list[str]]
    # The order of entries: by the end of the span, its beginning, the number; one without a time has no place.
    order: tuple[int, int, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.order = (self.span.l, self.span.e, self.n) if self.span is not None else (0, 0, self.n)

    def field(self, name: str) -> Any:
        """Return a field, sought in the columns, then `refs`, then `facts`; Missing where it is nowhere."""
        if name in COLUMNS:
            return getattr(self, name) or Missing(name)
        found = self.refs.get(name)
        if found is not None:
            return found
        value = self.facts.get(name) if self.facts is not None else None
        return Missing(name) if value is None else value

    def second(self, name: str) -> "int | Missing":
        """Return the end of the span that a field names, for `before` and `after`."""
        if name == "recorded_at":
            return self.recorded
        if name == "occurred_at":
            return self.span.l if self.span else Missing(name)
        span = claimed(self.field(name))
        return span.l if span else Missing(name)

    def numbered(self, n: int) -> "Entry":
        """Return the entry under another number: a correction speaks for the entry it corrects."""
        return replace(self, n=n)


def text_of(value: Any) -> str:
    """Return a value as the text that conditions compare: JSON true and false as `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value
        if isinstance(value, str)
        else json.dumps(value, sort_keys=True)
        if isinstance(value, dict)
        else str(value)
    )


def texts_of(value: Any) -> list[str]:
    """Return a value as texts: those of its members where it is a list."""
    return [text_of(member) for member in value] if isinstance(value, list) else [text_of(value)]


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Return the entry of one row; raise ValueError with the reason where the row cannot be read."""
    n = _number(row.get("n"))
    for name in NEEDED:
        if not row.get(name):
            raise ValueError(f"{name} is missing")
    occurred = row.get("occurred_at") or ""
    facts, refs = _facts(row.get("facts"))
    recorded_at = str(row["recorded_at"])
    return Entry(
        n=n,
        kind=str(row["kind"]),
        subject=str(row["subject"]),
        span=_span(occurred),
        recorded=_instant(recorded_at),
        actor=str(row["actor"]),
        agency=str(row["agency"]),
        occurred_at=occurred,
        recorded_at=recorded_at,
        facts=facts,
        refs=refs,
    )


def _number(value: Any) -> int:
    try:
        n = int(value)
    except (TypeError, ValueError) as error:
        raise ValueError("n is not a whole number") from error
    if n < 0:
        raise ValueError("n is not a whole number")
    return n


def _span(text: str) -> Span | None:
    if not text:
        return None
    try:
        return span_of(text)
    except ValueError as error:
        reason = "occurred_at ends before it begins" if "ends before" in str(error) else "occurred_at is no time"
        raise ValueError(reason) from error


def _instant(text: str) -> int:
    try:
        return instant_of(text)
    except ValueError as error:
        raise ValueError("recorded_at is no instant") from error


def _facts(value: Any) -> tuple[dict[str, Any] | None, dict[str, list[str]]]:
    """Return facts and refs; facts that are empty or `null` were erased."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ValueError("facts are not JSON") from error
    if value is None or value == "":
        return None, {}
    if not isinstance(value, dict):
        raise ValueError("facts are not a JSON object")
    refs = value.get("refs") or {}
    if not isinstance(refs, dict):
        raise ValueError("refs are not a JSON object")
    return value, {role: texts_of(keys) for role, keys in refs.items() if keys not in (None, [])}


def read_rows(
    rows: Iterable[Mapping[str, Any]], *, kinds: Kinds | None = None
) -> tuple[list[Entry], list[dict[str, Any]]]:
    """Return the entries of `rows`, by number, and the rows that cannot be read as {n, why}."""
    found: dict[int, Entry] = {}
    bad: list[dict[str, Any]] = []
    for row in rows:
        try:
            entry = entry_of(row)
            if kinds is not None and entry.kind not in kinds:
                raise ValueError("the kind is not known")
            if entry.n in found:
                raise ValueError("n stands twice")
            found[entry.n] = entry
        except ValueError as reason:
            bad.append({"n": row.get("n"), "why": str(reason)})
    return [found[n] for n in sorted(found)], bad


def stamp(second: int | None) -> str | None:
    """Return an instant as written in an answer, or None."""
    return None if second is None else written(second)
