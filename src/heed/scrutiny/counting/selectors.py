"""Definitions, what the record gives under one, what stands, and whether a figure is still what it was."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from heed.entry.kinds import kinds
from heed.entry.when import LONDON, parse_date
from heed.lib.errors import Answered, HeedError
from heed.lib.progress import Track, quiet
from heed.record import reading
from heed.record.model import Entry

from .definition import Definition
from .definition_text import parse
from .figure import Computed, Numbers, Query, answered, as_text, compute, table_of
from .models import CountingDefinition, Figure
from .seen import BESIDE, Tally, notes_of, tally


def definitions(below: int | None = None) -> list[CountingDefinition]:
    """Return the versions adopted, in the order adopted; those known below an entry's number."""
    rows = CountingDefinition.objects.order_by("n")
    return list(rows if below is None else rows.filter(n__lt=below))


def definition_named(word: str, day: date, below: int | None = None) -> CountingDefinition:
    """Return the definition that `word` names: a counting (its newest version in force on `day`), `name@version`, or
    the number of the entry that adopted it."""
    known = definitions(below)
    name, _, version = word.partition("@")
    if word.isascii() and word.isdigit():
        found = [row for row in known if row.n == int(word)]
    else:
        found = [row for row in known if row.name == name and version in ("", row.version)]
    if not found:
        listed = ", ".join(dict.fromkeys(f"{row.name}@{row.version}" for row in known)) or "none is adopted"
        raise Answered(f"There is no counting definition {word!r} ({listed}).")
    in_force = [row for row in found if read_definition(row).stands_on(day)]
    if not in_force:
        raise Answered(f"The definition {word} is not in force on {day}.")
    return in_force[-1]


def definition_at(n: int) -> CountingDefinition:
    """Return the definition that an entry adopted."""
    row = CountingDefinition.objects.filter(n=n).first()
    if row is None:
        raise Answered(f"Entry {n} adopted no counting definition.")
    return row


def read_definition(row: CountingDefinition) -> Definition:
    """Return an adopted definition; its text was checked when it was adopted."""
    return parse(row.text, kinds=kinds)


def entries_for(definition: Definition, reach: int) -> list[Entry]:
    """Return the entries below `reach` that a definition reads, in order."""
    names = {*BESIDE, *(one.kind for one in definition.wanted)}
    return [entry for entry in reading.of_kinds(sorted(names)) if entry.n < reach]


def tally_at(definition: Definition, as_of: str, reach: int) -> Tally:
    """Return who was seen by which list, as of a day and as known below an entry's number."""
    return tally(definition, entries_for(definition, reach), parse_date(as_of))


def computed_of(query: Query, *, track: Track[str] = quiet) -> Computed:
    """Compute a figure from the record."""
    definition = read_definition(definition_at(query.definition))
    return compute(query, tally_at(definition, query.as_of, query.reach), track=track)


def known_at(reach: int) -> str:
    """Return when the last entry below `reach` was recorded."""
    return reading.entry(reach - 1).spine.recorded_at


def known_on(reach: int) -> str:
    """Return the day, in Europe/London, on which that was."""
    return reading.entry(reach - 1).recorded_at.astimezone(LONDON).date().isoformat()


def reach_at(moment: datetime | None) -> int:
    """Return how many entries were recorded by a moment; all of them for None."""
    return reading.size() if moment is None else reading.size_at(moment)


# --- what stands ---


def last_published(counting: str, as_of: str) -> Figure | None:
    """Return what a new figure is compared with: what was published last for its day, else for any day."""
    rows = Figure.objects.filter(counting=counting).exclude(published_n=None).order_by("-published_n")
    return rows.filter(as_of=as_of).first() or rows.first()


def numbers_of(row: Figure) -> Numbers:
    """Return what a published row says; of a withdrawal, what had stood."""
    return Numbers.of_facts(row.result or row.stood or {})


def figure_key(counting: str, as_of: str) -> str | None:
    """Return the key of a counting's figure for a day, None where nobody proposed one yet."""
    return Figure.objects.filter(counting=counting, as_of=as_of).values_list("key", flat=True).first()


def standing() -> list[Figure]:
    """Return the newest published row of each figure, the latest day first; withdrawals are among them."""
    newest: dict[str, Figure] = {}
    for row in Figure.objects.exclude(published_n=None).order_by("published_n"):
        newest[row.key] = row
    return sorted(newest.values(), key=lambda row: (row.as_of, row.published_n or 0), reverse=True)


def history(key: str) -> list[Figure]:
    """Return every proposal of a figure, the oldest first."""
    return list(Figure.objects.filter(key=key).order_by("n"))


def waiting() -> list[Figure]:
    """Return the proposals that nobody has signed or refused, the oldest first."""
    return list(Figure.objects.filter(published_n=None, refused_n=None).order_by("n"))


def document_of(row: Figure) -> dict[str, Any]:
    """Return the whole answer of a proposal, as its entry holds it."""
    text = reading.entry(row.n).fact("text")
    if text is None:
        raise Answered("A withdrawal has no figure of its own.")
    document: dict[str, Any] = json.loads(text)
    return document


# --- whether it is still what it was ---


@dataclass(frozen=True)
class Reproduction:
    """What computing a figure anew shows."""

    is_same: bool
    from_table: bool  # whether the answer is the same, to the byte, from the table that the entry holds
    digest: str
    anew: str
    erased: tuple[tuple[int, int], ...]  # (entry, the erasure's own entry)
    old_rule: bool  # whether the number under the old rule is the same too

    @property
    def sentence(self) -> str:
        """What to tell a reader."""
        if self.is_same:
            return "Computed anew from the record, the figure is the same to the byte."
        gone = ", ".join(f"{n} (by entry {by})" for n, by in self.erased)
        table = "the same to the byte" if self.from_table else "another one"
        if gone:
            return (
                f"Entries that this figure read were erased since: {gone}. The table can no longer be made from the "
                f"record; from the table that was kept, the answer is {table}."
            )
        return (
            "Computed anew from the record, the figure is another one, and no erasure explains it; from the table that "
            f"was kept, the answer is {table}. See with which release and versions it was made."
        )


def reproduce(row: Figure) -> Reproduction:
    """Compute a proposal or published figure anew, from the record and from its own table, and compare the bytes."""
    held = reading.entry(row.n)
    text, query = held.fact("text"), Query.of_facts(row.query)
    if text is None:
        raise Answered("A withdrawal has no figure of its own.")
    anew = _anew(query)
    is_same = anew is not None and anew.text == text
    is_kept = is_same or as_text(json.loads(text) | answered(query, _kept(held, query))) == text
    digests = held.fact("result", {})["digest"], anew.numbers.digest if anew else ""
    erased = tuple(_erased(query, since=row.n))
    return Reproduction(is_same, is_kept, *digests, erased, _old_same(row, query, anew))


def _anew(query: Query) -> Computed | None:
    try:
        return computed_of(query)
    except HeedError:
        return None


def _kept(held: Entry, query: Query) -> Any:
    definition = read_definition(definition_at(query.definition))
    first, _ = definition.period(parse_date(query.as_of))
    return table_of(held.fact("table", ""), notes_of(definition, first))


def _old_same(row: Figure, query: Query, anew: Computed | None) -> bool:
    if row.old_rule is None or row.old_query is None:
        return True
    old = Query.of_facts(row.old_query)
    again = anew if old == query else _anew(old)
    return again is not None and again.numbers.as_facts() == row.old_rule


def _erased(query: Query, *, since: int) -> list[tuple[int, int]]:
    """Return the entries that this query reads and that were erased after `since`."""
    names = {*BESIDE, *(one.kind for one in read_definition(definition_at(query.definition)).wanted)}
    found = []
    for erasure in reading.of_kinds(["entry.erased.1"]):
        n = erasure.fact("entry")
        is_later = erasure.n > since and erasure.fact("part") == "both" and n < query.reach
        if is_later and reading.entry(n).kind in names:
            found.append((n, erasure.n))
    return found


def erasures() -> int:
    """Return how many erasures the record holds."""
    return len(reading.of_kinds(["entry.erased.1"]))


def under(query: Query, rule: Figure) -> Query:
    """Return the query that asks the same day and entries by the rule of an earlier figure: `query` itself if it is."""
    old = replace(Query.of_facts(rule.query), as_of=query.as_of, reach=query.reach, refits=query.refits)
    return query if old == query else replace(old, refits=False)  # of the old rule only the numbers are shown
