"""Everything that the record holds about a child or an adult, in order, with what is not theirs withheld."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from heed.entry.kinds import kinds
from heed.lib.errors import Answered
from heed.people.models import Agency, Child, Worker
from heed.record import reading
from heed.record.model import Entry
from heed.record.models import Link
from heed.record.viewing import looks

from . import masking

# Facts that are the format's own, or keys of others.
_HIDDEN = frozenset({"request", "refs", "files", "key", "digest", "covers"})


@dataclass
class Held:
    """What is held: each entry as it is shown, each place withheld with its reason, and who looked."""

    subject: str
    names: list[str]
    reaches: int
    entries: list[dict[str, Any]] = field(default_factory=list)
    withheld: list[dict[str, Any]] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)

    @property
    def places(self) -> list[str]:
        """The places withheld, as a release names them."""
        return [f"{row['n']}:{row['member']}" for row in self.withheld]


def held_about(key: str, *, released: Collection[str] = ()) -> Held:
    """Return what the record holds about a child or a worker, up to the last entry; Answered when there is nothing.

    1. the keys that are this person (links between agencies' records); 2. the entries that touch them; 3. the concerns
    that a child is filed under now, whole; 4. each entry with others masked; 5. who looked, by office.
    """
    reaches = reading.size() - 1
    worker = Worker.objects.filter(key=key).first()
    own = _same(key)
    found = _theirs(own) if worker is None else _of_worker(key)
    if not found:
        raise Answered(f"The record holds nothing about {key}.")
    names = [worker.name] if worker else list(Child.objects.filter(key__in=own).values_list("name", flat=True))
    held = Held(key, names, reaches)
    for entry in sorted(found.values(), key=lambda e: e.n):
        _show(held, entry, own, _names(own, names, found), set(released), is_worker=worker is not None)
    held.views = [{"at": line["at"], "by": _office(line["actor"])} for k in sorted(own) for line in looks(subject=k)]
    return held


def _same(key: str) -> set[str]:
    """Return the keys of one person: those that links known now join."""
    found, fresh = {key}, {key}
    while fresh:
        rows = Link.objects.filter(key__in=fresh, is_linked=True).values_list("other", flat=True)
        fresh = set(rows) - found
        found |= fresh
    return found


def _theirs(own: set[str]) -> dict[int, Entry]:
    """Return the entries about a child: those that name her, and all of the concerns that she is filed under now."""
    touching = {entry.n: entry for key in own for entry in reading.stream(key)}
    filed: dict[str, bool] = {}
    for _, entry in sorted(touching.items()):
        if entry.kind in ("concern.raised.1", "concern.moved.1"):
            filed[entry.subject] = bool(own & set(entry.keys("child")))
    misfiled = {concern for concern, is_hers in filed.items() if not is_hers}
    found = {n: e for n, e in touching.items() if e.subject not in misfiled and e.key("concern") not in misfiled}
    for concern in filed.keys() - misfiled:
        found |= {entry.n: entry for entry in reading.stream(concern)}
    return found


def _of_worker(key: str) -> dict[int, Entry]:
    """Return the entries that name a worker, and those that she wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM record_entry WHERE actor = %s ORDER BY n", [key])
        wrote = [n for (n,) in cursor.fetchall()]
    return {e.n: e for e in reading.stream(key)} | {n: reading.entry(n) for n in wrote}


def _names(own: set[str], names: list[str], found: dict[int, Entry]) -> masking.Names:
    beside = {key for entry in found.values() for role in ("child", "wrong") for key in entry.keys(role)} - own
    near = Child.objects.filter(key__in=beside).values_list("name", flat=True)
    others = Child.objects.exclude(key__in=own).values_list("name", flat=True)
    return masking.names_of(own=names, near=list(near), others=list(others))


def _show(
    held: Held, entry: Entry, own: set[str], names: masking.Names, released: set[str], *, is_worker: bool
) -> None:
    facts = dict(entry.facts or {})
    wrote = entry.spine.actor in own
    words: dict[str, Any] = {}
    for member, value in (entry.words or {}).items():
        why = masking.why_withheld(entry.kind, member, facts, wrote=wrote, is_worker=is_worker)
        masked = masking.mask_member(value, lambda text: masking.mask_names(text, names))
        if not why and masked != value:
            why = "names another child"
        if why:
            held.withheld.append({"n": entry.n, "member": member, "why": why})
        if why and f"{entry.n}:{member}" not in released:
            value = masked if why == "names another child" else masking.WITHHELD.format(why=why)
        words[member] = value
    kind = kinds.get(entry.spine.kind)
    held.entries.append(
        {
            "n": entry.n,
            "kind": entry.spine.kind,
            "about": kind.about if kind else entry.spine.kind,
            "recorded_at": entry.spine.recorded_at,
            "by": _office(entry.spine.actor),
            "facts": masking.shown_facts(facts, _HIDDEN),
            "words": words,
            "erased": entry.facts is None or (entry.words is None and not entry.is_sealed),
            "sealed": entry.is_sealed,
        }
    )


def _office(actor: str) -> str:
    """Return who acted as a disclosure says it: a worker by profession and agency; a private person by nothing."""
    worker = Worker.objects.filter(key=actor).first()
    if worker is None:
        return "the record, or somebody without an account"
    agency = Agency.objects.filter(key=worker.agency).values_list("name", flat=True).first() or ""
    return f"{worker.profession.replace('_', ' ') or 'a worker'}, {agency}"
