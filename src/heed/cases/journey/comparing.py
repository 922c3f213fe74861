"""What a batch of events adds to the record: compared, moment by moment, with what stands there.

Called under the head's lock, by `services` alone; it reads, and hands back the entries that are to be appended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from heed.entry.keys import new_key
from heed.entry.kinds import kinds
from heed.people.entries import ETHNICITIES, ChildRecorded
from heed.people.models import Child
from heed.record.model import Draft
from heed.returns.journey import ChildDetails, Event
from heed.returns.moments import Around, Moment, handle, mention, moment_digest, moments, placed
from heed.returns.writing import as_day

from .entries import ChildImported
from .models import Episode, KnownChild
from .redating import Gone, Standing
from .spans import ERASED

# What is left of a moment that is no longer told: an entry without a time, which no clause reads.
WITHDRAWN = moment_digest(None, {}, {})
SEXES = {"M": "male", "F": "female", "I": "other", "U": "not_known"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the events of an import come from, and what their neighbours must know."""

    agency: str
    standard: str
    key: str
    around: Around
    children: Mapping[str, ChildDetails | None]
    gone: Gone = field(default_factory=Gone)


@dataclass(slots=True)
class Telling:
    """An event made ready outside the lock: its name, its moments, the names of those it refers to."""

    event: Event
    handle: str
    moments: list[Moment]
    mentions: dict[str, str]
    lineage: list[dict[str, Any]]


def telling(event: Event, origin: Origin) -> Telling:
    """Make an event ready."""
    found = moments(event, origin.around)
    names = {name for moment in found for _, name in moment.step.mentions}
    mentions = {name: said for name in names if (said := mention(event, name, origin.agency))}
    return Telling(event, handle(event, origin.agency), found, mentions, placed(event.lineage))


@dataclass(slots=True)
class Batch:
    """The entries that a batch adds, and how many of its events were new, corrected, or told before."""

    origin: Origin
    first: int  # the number that the next entry will get
    episodes: dict[str, Standing] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    recorded: dict[str, Child] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    new: int = 0
    corrected: int = 0
    same: int = 0

    def read(self, tellings: Sequence[Telling]) -> None:
        """Read what stands of these events, of those they refer to, and of their children."""
        names = {one.handle for one in tellings} | {name for one in tellings for name in one.mentions.values()}
        rows = Episode.objects.filter(handle__in=names).values_list("handle", "key", "child", "moments")
        for name, key, child, told in rows:
            self.episodes[name] = Standing(key, child, {kind: (m["n"], m["digest"]) for kind, m in told.items()})
        local = {one.event.child for one in tellings}
        children = KnownChild.objects.filter(
            agency=self.origin.agency, standard=self.origin.standard, local_id__in=local
        )
        self.known = dict(children.values_list("local_id", "key"))
        self.recorded = {row.key: row for row in Child.objects.filter(key__in=self.known.values())}

    def add(self, one: Telling) -> None:
        """Add what an event says that the record does not."""
        standing = self.episodes.get(one.handle)
        child = self.child(one.event, standing.child if standing is not None else "")
        is_new = False
        if standing is None:
            redated = self.origin.gone.same_but_for_days(one.event)
            is_new = redated is None
            standing = self.episodes[one.handle] = redated or Standing(new_key())
        before = len(self.drafts)
        for moment in one.moments:
            self.moment(one, moment, standing, child)
        self.withdraw(one, standing, child)
        changed = len(self.drafts) > before
        self.new += is_new
        self.corrected += changed and not is_new
        self.same += not changed and not is_new

    def moment(self, one: Telling, moment: Moment, standing: Standing, child: str) -> None:
        """Add one moment, unless it stands as it is told."""
        step, digest = moment.step, moment.digest
        stands = standing.moments.get(moment.kind)
        if stands is not None and stands[1] in (digest, ERASED):
            return
        refs = {"child": [child], **({step.own: [standing.key]} if step.own else {})}
        for role, name in step.mentions:
            if (told := one.mentions.get(name)) and told in self.episodes:
                refs[role] = [self.episodes[told].key]
        if step.needs and step.needs not in refs:
            return
        where = {"told_as": one.handle, "import_key": self.origin.key, "lineage": one.lineage}
        is_first = moment is one.moments[0]
        words = {**moment.words, "source_id": list(one.event.identity)} if is_first else moment.words
        draft = Draft(
            kind=kinds[moment.kind],
            subject=standing.key,
            facts={**moment.facts, **where},
            words=words,
            refs=refs,
            occurred_at=moment.occurred_at,
            corrects=stands[0] if stands else None,
        )
        standing.moments[moment.kind] = (self.put(draft), digest)

    def withdraw(self, one: Telling, standing: Standing, child: str) -> None:
        """Correct each moment that is no longer told to one without a time."""
        told = {moment.kind for moment in one.moments}
        for kind, (n, digest) in list(standing.moments.items()):
            if kind in told or digest in (WITHDRAWN, ERASED):
                continue
            where = {"told_as": one.handle, "import_key": self.origin.key, "lineage": one.lineage}
            draft = Draft(kind=kinds[kind], subject=standing.key, facts=where, refs={"child": [child]}, corrects=n)
            standing.moments[kind] = (self.put(draft), WITHDRAWN)

    def child(self, event: Event, stands: str) -> str:
        """Return the child's key, and record her where she is new or is told otherwise.

        `stands` is the child of the event as it stands: her number may have been erased, and is not brought back.
        """
        key = self.known.get(event.child)
        if key is None and stands:
            return stands
        if key is None:
            key = self.known[event.child] = new_key()
            words = {"local_id": event.child}
            facts = {"standard": self.origin.standard, "import_key": self.origin.key}
            self.put(Draft(kind=ChildImported, subject=key, facts=facts, words=words, refs={"child": [key]}))
            self.record_child(event.child, key)
        elif isinstance(event, ChildDetails) and event.identity[1] == "child":
            self.record_child(event.child, key)
        return key

    def record_child(self, local: str, key: str) -> None:
        """Record a child as her details say, if the record says otherwise."""
        name, facts = details_of(local, self.origin)
        held = self.recorded.get(key)
        if held is not None and (held.name == ERASED or same_child(held, name, facts)):
            return
        row = Child(
            key=key, name=name, born=facts.get("born", ""), sex=facts["sex"], ethnicity=facts.get("ethnicity", "")
        )
        refs = {"agency": [self.origin.agency], "child": [key]}
        draft = Draft(
            kind=ChildRecorded,
            subject=key,
            facts=facts,
            words={"name": name},
            refs={"agency": refs["agency"]},
            corrects=held.recorded_n if held is not None else None,
        )
        row.recorded_n = self.put(draft)
        self.recorded[key] = row

    def put(self, draft: Draft) -> int:
        """Keep an entry for appending; return the number that it will get."""
        self.drafts.append(draft)
        return self.first + len(self.drafts) - 1


def same_child(held: Child, name: str, facts: Mapping[str, str]) -> bool:
    """Tell whether a child stands as her details say."""
    said = (name, facts.get("born", ""), facts["sex"], facts.get("ethnicity", "NOBT"))
    return said == (held.name, held.born, held.sex, held.ethnicity or "NOBT")


def details_of(local: str, origin: Origin) -> tuple[str, dict[str, str]]:
    """Return name and facts of a child as the file tells them; one without a name is called by its number."""
    told = origin.children.get(local)
    if told is None:
        return f"{origin.standard} {local}"[:200], {"sex": "not_known"}
    name = " ".join(part for part in (told.forename, told.surname) if part) or f"{origin.standard} {local}"
    facts = {"sex": SEXES.get(told.sex or "", "not_known")}
    if told.born_on:
        facts["born"] = as_day(told.born_on)
    if told.ethnicity in ETHNICITIES:
        facts["ethnicity"] = str(told.ethnicity)
    return name[:200], facts


def withdrawn(left: Iterable[tuple[Standing, str]], origin: Origin) -> list[Draft]:
    """Return what corrects events that corrected files do not tell at all: each moment to one without a time."""
    return [
        Draft(
            kind=kinds[kind],
            subject=standing.key,
            facts={"import_key": origin.key},
            refs={"child": [child]},
            corrects=n,
        )
        for standing, child in left
        for kind, (n, digest) in standing.moments.items()
        if digest not in (WITHDRAWN, ERASED)
    ]


def batch_of(tellings: Iterable[Telling], origin: Origin, first: int) -> Batch:
    """Return what these events add to a record of so many entries."""
    listed, batch = list(tellings), Batch(origin, first)
    batch.read(listed)
    for one in listed:
        batch.add(one)
    return batch
