"""Who was seen by which list: from the entries below a number to a table, each child once (pure).

1. what was retracted or withdrawn is left out, police information too, and a correction stands in place of its entry;
2. entries of the wanted kinds and facts, about named children, in the area and the period, are sightings;
3. linked records of a child are one child; her age on the day of the sighting decides whether she is counted;
4. each child is once in the table, under the lists whose rules her sightings meet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from heed.count.tables import Table
from heed.entry.when import LONDON, Span, parse_claim, parse_date
from heed.lib.errors import Answered
from heed.record.model import Entry

from .definition import NOT_KNOWN, Definition, ListRule, age_label, sex_label
from .same import Same

# Kinds that are read beside those the definition wants.
BESIDE = (
    "entry.retracted.1",
    "concern.withdrawn.1",
    "concern.moved.1",
    "identity.linked.1",
    "identity.unlinked.1",
    "child.recorded.1",
    "agency.named.1",
)


@dataclass(frozen=True)
class Sighting:
    """One entry that counts, about one record of a child."""

    child: str
    n: int
    span: Span
    agency: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Tally:
    """What a definition makes of the entries: the known number, the table, and what was left out and why."""

    known: int
    table: Table
    strata: dict[str, Table]
    known_by_stratum: dict[str, int]
    perhaps: int  # children whose sightings may or may not fall into the period
    on_no_list: int
    about_nobody: int  # entries that count but name no child
    unreadable: int  # entries of the wanted kinds whose facts are erased


@dataclass
class _Person:
    """One child, over all her linked records."""

    lists: int = 0
    first: date | None = None
    stratum: str = ""
    is_sure: bool = False
    sightings: list[Sighting] = field(default_factory=list)


def tally(definition: Definition, entries: Sequence[Entry], day: date) -> Tally:
    """Return the tally of the entries (those of the wanted kinds and of BESIDE, in order) as of `day`."""
    types = {e.subject: str(e.fact("type", "")) for e in entries if e.kind == "agency.named.1"}
    chains = _in_force(definition, entries)
    found, about_nobody = _sightings(definition, chains, _moves(entries), types)
    first, last = definition.period(day)
    window = parse_claim(f"{first}/{last}")
    people = _people(definition, found, entries, window)
    for person in people.values():
        person.lists = _mask(definition.lists, person.sightings, types)
    sure = [person for person in people.values() if person.is_sure]
    notes = notes_of(definition, first)
    return Tally(
        known=len(sure),
        table=_table(definition, sure, notes),
        strata=_strata(definition, sure),
        known_by_stratum={label: sum(p.stratum == label for p in sure) for label in definition.strata},
        perhaps=len(people) - len(sure),
        on_no_list=sum(person.lists == 0 for person in sure),
        about_nobody=about_nobody,
        unreadable=sum(e.facts is None and _is_wanted(definition, e) for e in entries),
    )


def _is_wanted(definition: Definition, entry: Entry) -> bool:
    return any(entry.kind == one.kind for one in definition.wanted)


@dataclass(frozen=True)
class _Chain:
    """What was first said, by whom, and what stands now."""

    first: Entry
    now: Entry


def _in_force(definition: Definition, entries: Sequence[Entry]) -> list[_Chain]:
    """Return the wanted entries as corrected, without those retracted or withdrawn, and without police information.

    Police information never enters a public figure (`concern.raised`, police_origin), not even as one of a number.
    """
    gone = {entry.fact("retracts") for entry in entries if entry.kind == "entry.retracted.1"}
    withdrawn = {entry.subject for entry in entries if entry.kind == "concern.withdrawn.1"}
    root: dict[int, int] = {}
    chains: dict[int, _Chain] = {}
    for entry in entries:
        if not _is_wanted(definition, entry) or entry.facts is None or entry.n in gone:
            continue
        corrected = entry.fact("corrects")
        at = root[entry.n] = entry.n if corrected is None else root.get(corrected, corrected)
        if corrected is None:
            chains[at] = _Chain(entry, entry)
        elif at in chains:
            chains[at] = _Chain(chains[at].first, entry)
        elif at not in gone:
            chains[at] = _Chain(entry, entry)  # what it corrects is erased
    standing = [chain for chain in chains.values() if chain.first.subject not in withdrawn]
    return [chain for chain in standing if not chain.now.fact("police_origin")]


def _moves(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "concern.moved.1":
            found.setdefault(entry.subject, []).append(entry)
    return found


def _sightings(
    definition: Definition, chains: list[_Chain], moves: dict[str, list[Entry]], types: dict[str, str]
) -> tuple[list[Sighting], int]:
    """Return the sightings, and how many entries would have been one had they named a child."""
    found, about_nobody = [], 0
    for chain in chains:
        if not _counts(definition, chain, types):
            continue
        children = set(chain.now.keys("child"))
        for move in moves.get(chain.first.subject, ()):
            children = children.difference(move.keys("wrong")).union(move.keys("child"))
        about_nobody += not children
        span, said = _dated(definition, chain), chain.now.facts or {}
        found += [Sighting(key, chain.first.n, span, chain.first.spine.agency, said) for key in sorted(children)]
    return found, about_nobody


def _counts(definition: Definition, chain: _Chain, types: dict[str, str]) -> bool:
    facts = chain.now.facts or {}
    if not any(chain.now.kind == one.kind and holds(facts, one.facts) for one in definition.wanted):
        return False
    addressed = chain.now.keys("agency") or [chain.first.spine.agency]
    places = {*addressed, *(types.get(key, "") for key in addressed)}
    return not definition.area or bool(definition.area & places)


def holds(facts: Mapping[str, Any], asked: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    """Say whether each fact that is asked for has one of its values."""
    for name, values in asked:
        held = facts.get(name)
        said = held if isinstance(held, list) else [held]
        if not {str(one).lower() if isinstance(one, bool) else one for one in said} & set(values):
            return False
    return True


def _dated(definition: Definition, chain: _Chain) -> Span:
    reported = chain.first.occurred_at or chain.first.spine.recorded_at
    happened = chain.now.fact("happened") if definition.dated_by == "happened" else None
    return parse_claim(happened or reported)


def _people(
    definition: Definition, found: list[Sighting], entries: Sequence[Entry], window: Span
) -> dict[str, _Person]:
    """Return each child with a sighting in the period at an age that counts, by one of her keys."""
    same = Same.of(entries, methods=definition.link_methods, least=definition.least_probability)
    recorded = _recorded(entries, same)
    people: dict[str, _Person] = {}
    for one in sorted(found, key=lambda s: (s.span.latest, s.n)):
        if one.span.latest < window.earliest or one.span.earliest > window.latest:
            continue
        who = same.child(one.child)
        born, sex = recorded.get(who, ("", "not_known"))
        day = one.span.latest.astimezone(LONDON).date()
        age = age_on(born, day)
        if not _is_of_age(definition, age):
            continue
        person = people.setdefault(who, _Person())
        if window.earliest <= one.span.earliest and one.span.latest <= window.latest:
            person.is_sure = True
            person.sightings.append(one)
            if person.first is None:
                person.first, person.stratum = day, _stratum(definition, age, sex)
    return people


def _recorded(entries: Sequence[Entry], same: Same) -> dict[str, tuple[str, str]]:
    """Return each child's birth date and sex, the latest known over her records."""
    found: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.kind == "child.recorded.1" and entry.facts is not None:
            who = same.child(entry.subject)
            born, sex = found.get(who, ("", "not_known"))
            said = entry.fact("sex", "not_known")
            found[who] = entry.fact("born", "") or born, sex if said == "not_known" else said
    return found


def age_on(born: str, day: date) -> int | None:
    """Return the age in whole years on a day; None when the birth date is not known."""
    if not born:
        return None
    birth = parse_date(born)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _is_of_age(definition: Definition, age: int | None) -> bool:
    if age is None:
        return definition.counts_unknown_age
    return definition.age_from <= age < definition.age_below


def _stratum(definition: Definition, age: int | None, sex: str) -> str:
    parts = []
    if definition.age_bands:
        parts.append(age_label(definition.age_bands, age, definition.age_from, definition.age_below))
    if definition.by_sex:
        parts.append(sex_label(sex))
    return ", ".join(parts)


def _mask(lists: tuple[ListRule, ...], sightings: list[Sighting], types: dict[str, str]) -> int:
    """Return which lists saw her, a bit for each."""
    mask = 0
    for i, rule in enumerate(lists):
        if any(_is_on(rule, one, types.get(one.agency, "")) for one in sightings):
            mask |= 1 << i
    return mask


def _is_on(rule: ListRule, one: Sighting, agency_type: str) -> bool:
    if rule.agency_types and agency_type not in rule.agency_types:
        return False
    if rule.agencies and one.agency not in rule.agencies:
        return False
    return holds(one.facts, rule.facts)


def _counted(width: int, people: Iterable[_Person]) -> Any:
    counts = np.zeros(width)
    for person in people:
        counts[person.lists] += 1
    counts[0] = 0
    return counts


def _blind(definition: Definition) -> dict[str, int]:
    """Return for each stratum the lists that could not have seen it, a bit for each; refuse nothing here."""
    at = {rule.name: 1 << i for i, rule in enumerate(definition.lists)}
    found = dict.fromkeys(definition.strata or ("",), 0)
    for name, strata in definition.could_not_see:
        for label in strata:
            found[label] |= at[name]
    return found


def _table(definition: Definition, people: list[_Person], notes: tuple[str, ...]) -> Table:
    """Return the whole table; a history that no stratum could have had is a structural zero."""
    width, blind = 2 ** len(definition.lists), _blind(definition)
    for person in people:
        if person.lists & blind.get(person.stratum, 0):
            raise Answered(
                f"A child of the stratum {person.stratum!r} is on a list which, says the definition, could not have "
                "seen her. Correct the definition, or the entry."
            )
    possible = np.array([any(not mask & one for one in blind.values()) for mask in range(width)])
    names = tuple(rule.name for rule in definition.lists)
    return Table(names, _counted(width, people), possible, name=definition.counting, notes=notes)


def _strata(definition: Definition, people: list[_Person]) -> dict[str, Table]:
    """Return the table of each stratum that has people, without the lists that could not see it."""
    found = {}
    for label, blind in _blind(definition).items():
        here = [person for person in people if person.stratum == label]
        kept = [i for i in range(len(definition.lists)) if not blind >> i & 1]
        if not definition.strata or not here or not kept:
            continue
        moved = [_Person(sum((p.lists >> i & 1) << j for j, i in enumerate(kept))) for p in here]
        names = tuple(definition.lists[i].name for i in kept)
        gone = [rule.name for i, rule in enumerate(definition.lists) if i not in kept]
        notes = tuple(f"{name} could not have seen anyone of this stratum" for name in gone)
        width = 2 ** len(kept)
        found[label] = Table(names, _counted(width, moved), np.ones(width, dtype=bool), name=label, notes=notes)
    return found


def notes_of(definition: Definition, first: date) -> tuple[str, ...]:
    """Return what a reader must know about the table, by the definition alone."""
    late = [rule for rule in definition.lists if rule.runs_from is not None and rule.runs_from > first]
    notes = [
        f"The list {r.name} began on {r.runs_from}: it could not see anyone who was seen only before." for r in late
    ]
    if definition.age_bands and definition.counts_unknown_age:
        notes.append(f"Children whose birth date is not recorded form the stratum {NOT_KNOWN!r}.")
    return tuple(notes)
