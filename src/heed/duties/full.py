"""One duty in full, for a page and for a court: the clause, the clock, who held it when, its end, who was told.

Nothing here is a word about a child: entries are named by number and kind, people by name and office.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from heed.entry.kinds import kinds
from heed.people.models import Agency, Worker
from heed.policy.duty import Duty as Judged
from heed.policy.explain import generated
from heed.policy.standing import Step
from heed.policy.steps import in_full
from heed.policy.times import instant_of
from heed.policy.words import Clause, Pack
from heed.record import reading
from heed.record.model import Entry

from .clockwork import steps_of
from .engine import InForce, adopted, engine_of, judge_at
from .evidence import marks_of
from .models import Duty
from .offices import Held, Office, Stretch, roster
from .rows import identity_of
from .selectors import said_about

# What somebody is told instead of a key that she may not follow.
WITHHELD = "withheld"
_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Line:
    """An entry as this page names it: its number, kind, both times, who wrote it, for whom."""

    n: int
    about: str
    claimed: str
    recorded: str
    actor: str
    agency: str


@dataclass(frozen=True)
class Letter:
    """An entry that a letter about the duty's key was sent, failed or came back; it may name other duties too."""

    line: Line
    who: str
    occasions: tuple[str, ...]


@dataclass(frozen=True)
class HeldBy:
    """A stretch of time and who held the duty, by name, as known then and as known now."""

    begins: datetime
    then: str
    now: str
    differs: bool
    unheld: bool


@dataclass(frozen=True)
class InFull:
    """One duty with everything that a court would ask about it."""

    row: Duty
    judged: Judged
    clause: Clause
    pack: Pack
    sentence: str
    arithmetic: list[str]
    triggers: list[Line]
    ending: Line | None
    would_end: list[str]
    held: list[HeldBy]
    about: list[Line]  # entries about the duty itself: told, waived, suspended, resumed
    told: list[tuple[Step, int, str]]
    letters: list[Letter]
    marks: list[str]
    as_of: datetime
    known_at: datetime
    reaches: int  # the number of the last entry that it takes into account

    @property
    def is_overdue(self) -> bool:
        """Whether it is open and its time has passed."""
        return self.judged.end == "open" and self.judged.lateness == "yes"

    @property
    def tellings(self) -> list[dict[str, Any]]:
        """Each rung that was told, for templates: the role, who, when the rung passed and when it was told."""
        return [
            {"step": step, "who": who, "passed": _moment(step.at), "told": _moment(at)} for step, at, who in self.told
        ]

    @property
    def ending_lines(self) -> list[Line]:
        """The entry that ended it, as a list."""
        return [self.ending] if self.ending is not None else []

    def text(self, *, show_key: bool) -> str:
        """Return it as plain text fit for a court."""
        judged = self.judged if show_key else replace(self.judged, key=(("about", WITHHELD),))
        held = [(int(row.begins.timestamp()), row.now or None) for row in self.held]
        told = [(step, at) for step, at, _ in self.told]
        body = in_full(judged, self.clause, self.pack, arithmetic=self.arithmetic, held=held, told=told)
        return "\n".join([*self._heading(), body, *self._more(), *self._foot()]) + "\n"

    def _heading(self) -> list[str]:
        return [f"Duty {self.row.id[:16]} of pack {self.pack.name} {self.pack.version}", ""]

    def _more(self) -> list[str]:
        lines = [f"Trigger: {_said(line)}" for line in self.triggers]
        if self.ending is not None:
            lines.append(f"What ended it: {_said(self.ending)}")
        lines += [
            f"From {row.begins:{_SECONDS}} the record then named {row.then or 'nobody'} as holder; "
            f"what was recorded since names {row.now or 'nobody'}."
            for row in self.held
            if row.differs
        ]
        lines += [
            f"From {row.begins:{_SECONDS}} nobody held the office itself: it fell to the accountable officer."
            for row in self.held
            if row.unheld
        ]
        lines += [f"On the record about this duty: {_said(line)}" for line in self.about]
        return lines + [f"To {letter.who}, about the same key: {_said(letter.line)}" for letter in self.letters]

    def _foot(self) -> list[str]:
        weak = f"Weak evidence: {', '.join(self.marks)}; a mark is not a breach." if self.marks else ""
        return [
            *([weak] if weak else []),
            "",
            f"As of {self.as_of:{_SECONDS}}, as known at {self.known_at:{_SECONDS}}.",
            f"The record to entry {self.reaches}.",
        ]


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _said(line: Line) -> str:
    claimed = f", claimed for {line.claimed}" if line.claimed else ""
    return f"entry {line.n} ({line.about}) by {line.actor} of {line.agency}, recorded {line.recorded}{claimed}."


def in_full_at(row: Duty, *, as_of: datetime, known_at: datetime) -> InFull | None:
    """Return a duty in full as of D and as known at K; None where it was not owed then, or not known of.

    1. the packs and entries known at K; 2. the duty judged anew; 3. its clock step by step; 4. its holders; 5. its end
    and what would end it; 6. who was told.
    """
    below = reading.size_at(known_at)
    law = adopted(below)
    judged = _judged(row, int(as_of.timestamp()), int(known_at.timestamp()), law, below)
    if judged is None:
        return None
    clause, pack = _law(law, judged)
    calendar = law.days()
    about = [entry for entry in said_about(row) if entry.n < below]
    names = _Names([*judged.triggers, judged.ended_by], about)
    return InFull(
        row=row,
        judged=judged,
        clause=clause,
        pack=pack,
        sentence=generated(clause, pack),
        arithmetic=steps_of(judged, clause, calendar),
        triggers=[names.line(n) for n in sorted(judged.triggers)],
        ending=names.line(judged.ended_by) if judged.ended_by is not None else None,
        would_end=[_about(kind) for kind in clause.act_kinds],
        held=_held(row, judged, as_of, known_at),
        about=[names.line(entry.n) for entry in about],
        told=_told(about, names),
        letters=_letters(row, below),
        marks=marks_of(row, judged, int(as_of.timestamp())),
        as_of=as_of,
        known_at=known_at,
        reaches=below - 1,
    )


def _judged(row: Duty, as_of: int, known: int, law: InForce, below: int) -> Judged | None:
    found = judge_at(row.key, as_of=as_of, known=known, law=law, below=below)
    return next((duty for duty in found if identity_of(duty) == row.id), None)


def _law(law: InForce, judged: Judged) -> tuple[Clause, Pack]:
    engine = engine_of(law)
    assert engine is not None  # it judged the duty
    laws = engine.families[judged.clause].laws
    found = next(one for one in laws if one.clause.version == judged.version)
    return found.clause, found.pack


def _about(kind: str) -> str:
    return kinds[kind].about if kind in kinds else kind


def _held(row: Duty, judged: Judged, as_of: datetime, known_at: datetime) -> list[HeldBy]:
    begins = judged.from_ if judged.from_ is not None else int(as_of.timestamp())
    ends = judged.ended_at if judged.ended_at is not None else int(as_of.timestamp())
    if judged.owner == "addressee":
        stretch = Stretch(begins, Held((judged.addressee or "",), False), Held((judged.addressee or "",), False))
        return [_named(stretch, dict(Agency.objects.filter(key=judged.addressee).values_list("key", "name")))]
    office = Office(judged.owner or "", row.agency, row.team)
    found = roster().over_time(office, begins, max(begins, ends), int(known_at.timestamp()))
    workers = {worker for stretch in found for worker in (*stretch.as_was.workers, *stretch.as_is.workers)}
    names = dict(Worker.objects.filter(key__in=workers).values_list("key", "name"))
    return [_named(stretch, names) for stretch in found]


def _named(stretch: Stretch, names: dict[str, str]) -> HeldBy:
    then, now = (", ".join(names.get(w, w) for w in held.workers) for held in (stretch.as_was, stretch.as_is))
    begins = _moment(stretch.begins)
    return HeldBy(begins, then, now, stretch.differs, stretch.as_is.unheld)


def _told(about: Iterable[Entry], names: "_Names") -> list[tuple[Step, int, str]]:
    """Return each rung that was told: the rung, when its entry was recorded, and who was told."""
    found = []
    for entry in about:
        if entry.kind == "duty.escalated.1" and entry.facts is not None:
            passed = instant_of(entry.facts["passed_at"])
            step = Step(passed, entry.facts["to"], entry.facts["outside"], entry.facts["rung"])
            found.append((step, int(entry.recorded_at.timestamp()), names.people(entry.keys("told"))))
    return found


def _letters(row: Duty, below: int) -> list[Letter]:
    """Return the letters about the duty's key; a worker may be told of several of its duties in one."""
    found = [entry for entry in reading.stream(row.key, below=below) if entry.kind.startswith("notice.")]
    names = _Names([], found)
    return [
        Letter(names.line(entry.n), names.people(entry.keys("told")), tuple(entry.fact("occasions", ())))
        for entry in found
    ]


class _Names:
    """The entries that a page names, and the people and agencies of them, read once."""

    def __init__(self, numbers: Iterable[int | None], about: list[Entry]) -> None:
        entries = [*(reading.entry(n) for n in dict.fromkeys(numbers) if n is not None), *about]
        self.entries = {entry.n: entry for entry in entries}
        told = {key for entry in about for key in entry.keys("told")}
        actors = {entry.spine.actor for entry in entries} | told
        self.workers = dict(Worker.objects.filter(key__in=actors).values_list("key", "name"))
        agencies = {entry.spine.agency for entry in entries}
        self.agencies = dict(Agency.objects.filter(key__in=agencies).values_list("key", "name"))

    def line(self, n: int) -> Line:
        """Return an entry as the page names it."""
        entry = self.entries[n]
        actor = self.workers.get(entry.spine.actor, "the record itself")
        agency = self.agencies.get(entry.spine.agency, "the partnership")
        return Line(n, _about(entry.kind), entry.occurred_at or "", entry.spine.recorded_at, actor, agency)

    def people(self, keys: Iterable[str]) -> str:
        """Return people by name."""
        return ", ".join(self.workers.get(key, "somebody who left") for key in keys)


def lines_of(numbers: list[int], about: list[Entry]) -> list[Line]:
    """Return entries as a page names them."""
    names = _Names(numbers, about)
    return [names.line(n) for n in sorted(names.entries)]


def told_of(row: Duty) -> list[dict[str, Any]]:
    """Return each rung of a duty that was told: to which office, who, when it passed and when it was told."""
    about = said_about(row)
    found = _told(about, _Names([], about))
    return [{"step": step, "who": who, "passed": _moment(step.at), "told": _moment(at)} for step, at, who in found]


def instants(duty: Judged) -> dict[str, Any]:
    """Return a duty's times as datetimes, for templates."""
    times = {"from": duty.from_, "due": duty.due, "adjusted": duty.adjusted_due, "ended": duty.ended_at}
    return {name: None if at is None else _moment(at) for name, at in times.items()}
