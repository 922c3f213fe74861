"""Which kinds a stream can contain, when, for which agency: without it an absent act proves nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heed.lib.errors import HeedError

from .times import span_of, written

FAR = 2**62


@dataclass(frozen=True, slots=True)
class Covered:
    """One row of coverage; `*` stands for every agency or kind; both days are included."""

    agency: str
    kind: str
    begins: int
    ends: int
    source: str = ""


@dataclass
class Coverage:
    """Rows of coverage; without any (`rows` None) every kind is covered throughout."""

    rows: tuple[Covered, ...] | None = None
    _seen: dict[tuple[tuple[str, ...], str | None], list[tuple[int, int]]] = field(default_factory=dict, repr=False)

    @property
    def is_timeless(self) -> bool:
        """Whether what it covers never begins or ends, so that a later moment censors nothing more."""
        return self.rows is None

    def intervals(self, kinds: tuple[str, ...], agency: str | None) -> list[tuple[int, int]]:
        """Return the spans in which some act of `kinds` by or for `agency` can be seen, merged."""
        found = self._seen.get((kinds, agency))
        if found is None:
            found = self._seen[kinds, agency] = self._intervals(kinds, agency)
        return found

    def _intervals(self, kinds: tuple[str, ...], agency: str | None) -> list[tuple[int, int]]:
        if self.rows is None:
            return [(-FAR, FAR)]
        spans = sorted(
            (row.begins, row.ends)
            for row in self.rows
            if row.agency in ("*", agency) and (row.kind == "*" or row.kind in kinds)
        )
        merged: list[tuple[int, int]] = []
        for begins, ends in spans:
            if merged and begins <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
            else:
                merged.append((begins, ends))
        return merged

    def gap(self, kinds: tuple[str, ...], agency: str | None, anchor: int, until: int) -> tuple[str, bool] | None:
        """Return why a duty cannot be tested from `anchor` to `until`, and whether that holds though an act is seen."""
        for begins, ends in self.intervals(kinds, agency):
            if begins <= anchor <= ends:
                return None if ends >= until else (f"censored at {written(ends)}", False)
        return "no act covered", True


def coverage_of(rows: "Coverage | Iterable[Mapping[str, Any]] | None", kinds_seen: Iterable[str] = ()) -> Coverage:
    """Return coverage from rows of (source, agency, kind, from, to), or for a file without any."""
    if isinstance(rows, Coverage):
        return rows
    if rows is None:
        return WithoutRows(frozenset(kinds_seen))
    return Coverage(tuple(map(_row, rows)))


class WithoutRows(Coverage):
    """Coverage of a file that came without any: a kind that never occurs in it is not covered."""

    def __init__(self, seen: frozenset[str]) -> None:
        super().__init__(None)
        self.seen = seen

    def _intervals(self, kinds: tuple[str, ...], agency: str | None) -> list[tuple[int, int]]:
        return [(-FAR, FAR)] if any(kind in self.seen for kind in kinds) else []


def _row(row: Mapping[str, Any]) -> Covered:
    try:
        begins = span_of(str(row["from"])).e if row.get("from") else -FAR
        ends = span_of(str(row["to"])).l if row.get("to") else FAR
    except ValueError as error:
        raise HeedError(f"A row of coverage cannot be read: {error}.") from error
    if ends < begins:
        raise HeedError("A row of coverage ends before it begins.")
    agency, kind = str(row.get("agency") or "*"), str(row.get("kind") or "*")
    return Covered(agency, kind, begins, ends, str(row.get("source") or ""))
