"""The law of the partnership as its pages show it: what is in force, what is proposed, what each would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from heed.people.models import Agency, Worker
from heed.policy.bank_holidays import parse_calendar
from heed.policy.explain import generated
from heed.policy.succession import Change
from heed.policy.words import Clause, Pack
from heed.record import reading
from heed.record.model import Entry

from .effect import Effects, of_rows
from .engine import LAW_KINDS, InForce, adopted
from .lawful import Candidate, candidate, running_packs
from .models import Proposal

ALL = 1 << 62
ADOPTED = tuple(kind for kind in LAW_KINDS if ".adopted." in kind)
ORDER = ("comes", "goes", "rewritten", "ends", "explained", "stays")


@dataclass(frozen=True)
class Text:
    """A text that was adopted: by which entry, when, by whom, and whether it is the one in force."""

    n: int
    what: str
    name: str
    version: str
    at: str
    by: str
    agency: str
    in_force: bool
    digest: str


def history() -> list[Text]:
    """Return every text that was ever adopted, the newest first."""
    entries = reading.of_kinds(ADOPTED)
    newest = {_name(entry): entry.n for entry in entries}
    workers, agencies = names(entries)
    found = [
        Text(
            n=entry.n,
            what="calendar" if entry.kind.startswith("calendar.") else "pack",
            name=_name(entry),
            version=entry.fact("version", ""),
            at=entry.spine.recorded_at,
            by=workers.get(entry.spine.actor, ""),
            agency=agencies.get(entry.spine.agency, ""),
            in_force=newest[_name(entry)] == entry.n,
            digest=entry.fact("digest", ""),
        )
        for entry in entries
    ]
    return found[::-1]


def _name(entry: Entry) -> str:
    return str(entry.fact("pack", "") or entry.fact("name", ""))


def names(entries: Sequence[Entry]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of those who wrote entries, and of their agencies."""
    workers = dict(Worker.objects.filter(key__in={e.spine.actor for e in entries}).values_list("key", "name"))
    return workers, dict(Agency.objects.values_list("key", "name"))


@dataclass(frozen=True)
class Told:
    """A clause as a page tells it: its own sentence, and the one made from its data alone."""

    clause: Clause
    made: str


def told(pack: Pack) -> list[Told]:
    """Return the clauses of a pack, as a page tells them."""
    return [Told(clause, generated(clause, pack)) for clause in pack.clauses]


@dataclass(frozen=True)
class Line:
    """One version of a clause in a proposal: what becomes of it, both sentences, and the duties it touches."""

    change: Change
    made: str
    was: str
    effect: dict[str, str]


@dataclass(frozen=True)
class Preview:
    """What a text would do: to the law, clause by clause, and to the duties there are."""

    found: Candidate
    lines: list[Line]
    others: list[dict[str, str]]  # clauses of other packs whose duties change too
    total: dict[str, str]
    days: list[tuple[date, bool]]

    @property
    def is_any(self) -> bool:
        """Whether any duty would be another."""
        return any(count != "0" for name, count in self.total.items() if name != "clause")


def preview(found: Candidate, effect: Sequence[dict[str, str]]) -> Preview:
    """Return a candidate beside what it follows, with a stored or a fresh effect."""
    rows: dict[str, Any] = dict(of_rows(effect))
    total = rows.pop("", {}) or dict(Effects().rows()[0])
    changed = [change for change in found.changes if change.what != "stays" or change.clause.id in rows]
    lines = [_line(change, rows) for change in sorted(changed, key=_place)]
    own = {change.clause.id for change in found.changes}
    return Preview(found, lines, [row for name, row in rows.items() if name not in own], total, list(found.days))


def _line(change: Change, rows: dict[str, Any]) -> Line:
    was = generated(change.old, change.old_pack) if change.old and change.old_pack else ""
    made = generated(change.clause, change.pack)
    return Line(change, made, was if was != made else "", rows.get(change.clause.id, {}))


def _place(change: Change) -> tuple[int, str]:
    return ORDER.index(change.what), change.clause.id


def of_proposal(row: Proposal) -> Preview:
    """Return what a proposal would do, beside the text that it was compared with; the law goes by its entry."""
    return preview(candidate(row.text, law=adopted(row.n)), row.effect)


def in_force() -> tuple[InForce, list[Pack]]:
    """Return the law in force, and its packs."""
    law = adopted(ALL)
    return law, list(running_packs(law).values())


def calendar_version(law: InForce) -> str:
    """Return the version of the calendar in force; empty for the one that Heed carries."""
    return parse_calendar(law.calendar).version if law.calendar else ""


def text_of(n: int) -> tuple[str, Entry] | None:
    """Return the text that an entry adopted, None where it adopted none."""
    found = next((entry for entry in reading.of_kinds(ADOPTED) if entry.n == n), None)
    return (found.fact("text", ""), found) if found is not None and found.fact("text") else None
