"""The words of a clause as frozen data: what `language` reads and what every evaluator works from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .calendars import Limit
from .times import Span, span_of

COLUMNS = ("subject", "actor", "agency", "occurred_at", "recorded_at")
TIERS = ("statute", "statutory guidance", "local")
# `recorded_late` where a pack sets nothing else: duties.md, reading 33.
TWO_WORKING_DAYS = Limit(2, "wd")
SURENESS = ("read", "secondary", "memory", "invented")


class Kind(Protocol):
    """What the registry says of one kind: its facts by name and the roles its refs may have.

    Of a fact, `codes` (its list of codes) and `ordered` (lowest first) are read where it has them; a fact whose class
    is called Whole or Decimal is a number. `heed.entry.kinds.kinds` is such a registry.
    """

    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def refs(self) -> Mapping[str, Any]: ...


class Kinds(Protocol):
    """The kind registry: a mapping from a kind's wire name to what it may hold."""

    def __contains__(self, name: object) -> bool: ...
    def __getitem__(self, name: str) -> Kind: ...


@dataclass(frozen=True, slots=True)
class Ref:
    """A right side that is a name: `addressee`, `trigger.FIELD`, a state, or `STATE.before`."""

    base: str  # addressee | trigger | state | before
    name: str = ""

    def __str__(self) -> str:
        forms = {"addressee": "addressee", "trigger": f"trigger.{self.name}", "before": f"{self.name}.before"}
        return forms.get(self.base, self.name)


@dataclass(frozen=True, slots=True)
class Instant:
    """A named instant, a date or a date-valued state, with an offset where there is one."""

    base: str  # trigger | anchor | due | start | state | date
    name: str = ""
    offset: Limit | None = None

    def __str__(self) -> str:
        text = {"start": f"start of {self.name}", "state": self.name, "date": self.name}.get(self.base, self.base)
        if self.offset is None:
            return text
        return f"{text} {'-' if self.offset.before else '+'} {self.offset.n} {self.offset.unit}"

    def fixed(self) -> Span:
        """Return the span of a date or instant written in the pack."""
        return span_of(self.name)


Right = str | tuple[str, ...] | Ref | Instant | bool


@dataclass(frozen=True, slots=True)
class Test:
    """One condition: the left side (a field, a state or `anchor`), the comparison and the right side."""

    left: str
    op: str  # eq | not | in | before | after | below | above | has_all | present
    right: Right
    order: tuple[str, ...] | None = None


Where = tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A state of the pack: it holds between kinds, or it is the last value of a field."""

    name: str
    key: str
    value: str | None
    starts: tuple[str, ...]  # the kinds of `starts`, or of `of` for a value
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class When:
    """What triggers a clause."""

    form: str  # entry | while | count; check for a row that forbids
    name: str
    where: Where = ()
    at_least: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class From:
    """What the clock counts from, where it is not the trigger."""

    form: str  # trigger | field | last | start
    name: str = ""


@dataclass(frozen=True, slots=True)
class NoLimit:
    """No lawful number: aged, never overdue."""

    def __str__(self) -> str:
        return "none"


@dataclass(frozen=True, slots=True)
class By:
    """Owed before an entry of this kind on the same key."""

    kind: str

    def __str__(self) -> str:
        return f"by {self.kind}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `choose`; the last has no conditions."""

    given: Where
    limit: "Limit | NoLimit | By"


@dataclass(frozen=True, slots=True)
class Choose:
    """The first row whose conditions hold gives the limit."""

    rows: tuple[Row, ...]

    def __str__(self) -> str:
        return "choose"


AnyLimit = Limit | NoLimit | By | Choose


@dataclass(frozen=True, slots=True)
class Item:
    """One member of `must` or `until`."""

    entry: str = ""
    where: Where = ()
    declined: bool = False
    even_late: bool = False
    at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of escalation: when, to whom, and whether that is outside the owning agency."""

    at: Instant
    to: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A clause's own example: entries given, the day asked about, and the duties that follow."""

    name: str
    given: tuple[dict[str, object], ...]
    as_of: str
    known_at: str
    then: tuple[dict[str, object], ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in one version; every member that is not written has its default."""

    id: str
    version: str
    when: When
    match: tuple[str, ...]
    must: tuple[Item, ...]
    within: tuple[AnyLimit, ...]
    given: Where = ()
    for_each: str | None = None
    from_: From = From("trigger")
    early: Limit | str | None = None
    repeat: bool = False
    until: tuple[Item, ...] = ()
    again: str = "each"
    supersedes: str | None = None
    convert: bool = False
    owner: str | None = None
    escalate: tuple[Rung, ...] = ()
    waive: tuple[str, ...] = ()
    suspend: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    check: str | None = None
    tier: str | None = None
    source: str | None = None
    paragraph: str | None = None
    sentence: str | None = None
    confirmed: str | None = None
    in_force_from: int | None = None
    in_force_to: int | None = None
    in_force_text: tuple[str | None, str | None] = (None, None)
    commenced: bool = False  # whether the pack's `commences` put off the day that the clause itself names
    own_from: int | None = None  # that day's first second
    second_source: bool = False
    hours: dict[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    line: int = 0

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the duty's key, without the addressee."""
        return tuple(role for role in self.match if role != "addressee")

    @property
    def act_kinds(self) -> tuple[str, ...]:
        """The kinds of entry that can end the duty as an act."""
        return tuple(dict.fromkeys(item.entry for item in self.must))

    def in_force_at(self, second: int) -> bool:
        """Say whether this version is law at that instant."""
        after = self.in_force_from is None or second >= self.in_force_from
        return after and (self.in_force_to is None or second < self.in_force_to)


@dataclass(frozen=True)
class Pack:
    """A policy pack: its header, its states and its clauses."""

    name: str
    version: str
    calendar: str
    states: dict[str, State]
    clauses: tuple[Clause, ...]
    file: str = ""
    recorded_late_after: Limit = TWO_WORKING_DAYS
    weak: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    hours: dict[str, dict[str, str]] = field(default_factory=dict)
