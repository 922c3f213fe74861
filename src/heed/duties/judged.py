"""Every duty of the record as of D and as known at K, each with the agency and team that it falls to.

Now is answered from the live table; any other moment by judging all entries anew, which gives the same rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache

from django.db import connections

from heed.lib.errors import Answered
from heed.policy.answer import judged
from heed.policy.duty import Duty as Judged
from heed.policy.entries import Entry as PolicyEntry
from heed.policy.words import By, Clause
from heed.record import reading
from heed.record.erase import ended_duties
from heed.record.model import Entry

from .engine import InForce, adopted, clause_of, engine_of, owner_key, policy_entry
from .filing import Filing
from .models import Duty
from .moments import Moments
from .rows import identity_of

# Judging so many entries on a page takes some seconds; a larger record is replayed by the command.
MOST = 20_000


@dataclass(slots=True)
class Placed(Judged):
    """A duty with its identity's digest, its key and the team it falls to; `agency` is the one that owes it."""

    id: str = ""
    owned_by: str = ""
    team: str = ""


@dataclass(frozen=True)
class Standing:
    """Every duty at a moment, and the number of the last entry taken into account."""

    duties: tuple[Placed, ...]
    as_of: int
    reaches: int


def standing_at(moments: Moments) -> Standing:
    """Return every duty as of D and as known at K."""
    as_of, known = moments.seconds
    below = reading.size_at(moments.known_at)
    if moments.is_now:
        return Standing(tuple(_live(as_of)), as_of, below - 1)
    if below > MOST:
        raise Answered(
            f"This record holds {below:,} entries, too many to judge anew on a page. Ask the command: "
            "heed duties evaluate --record --as-of DAY --known-at DAY."
        )
    return Standing(_replayed(adopted(below), as_of, known, below, _head()), as_of, below - 1)


def _head() -> bytes:
    """Return the leaf hash of the newest entry: what was judged stays good until the next one, an erasure included."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT leaf FROM record_entry ORDER BY n DESC LIMIT 1")
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def _live(now: int) -> Iterator[Placed]:
    law = adopted(1 << 62)
    for row in Duty.objects.order_by("clause", "id").iterator():
        yield of_row(row, now, clause_of(law, row.clause, row.version))


def of_row(row: Duty, now: int, clause: Clause | None) -> Placed:
    """Return a row of the table as a judged duty; whether an open one is late is asked of `now`."""
    return Placed(
        clause=row.clause,
        version=row.version,
        key=tuple(sorted(row.roles.items())),
        addressee=row.addressee or None,
        anchor=row.anchor,
        triggers=row.triggers,
        from_=row.from_at,
        due=row.due,
        adjusted_due=row.adjusted_due,
        end=row.end,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        lateness=row.was_late or _lateness(row, now, clause),
        testable=row.testable or None,
        weak=row.weak,
        owner=row.owner or None,
        agency=row.agency,
        id=row.id,
        owned_by=row.key,
        team=row.team,
    )


def _lateness(row: Duty, now: int, clause: Clause | None) -> str:
    if row.due is None:
        waits = clause is not None and any(isinstance(limit, By) for limit in clause.within)
        return "no" if waits else "no_limit"
    return "yes" if now > row.due else "no"


@lru_cache(maxsize=4)
def _replayed(law: InForce, as_of: int, known: int, below: int, head: bytes) -> tuple[Placed, ...]:
    """Return every duty on the entries below a number; kept while `head` is the newest entry."""
    engine = engine_of(law)
    if engine is None:
        return ()
    entries = {entry.n: entry for block in reading.blocks(below) for entry in block}
    filing = Filing(entries.values(), known)
    entries = {n: filing.of(entry) for n, entry in entries.items()}
    found, _ = judged(engine, _read(entries.values(), engine.roles), as_of, known)
    return tuple(sorted((_placed(duty, entries) for duty in found if owner_key(duty, entries)), key=_place))


def _read(entries: Iterable[Entry], roles: tuple[str, ...]) -> Iterator[PolicyEntry]:
    """Yield entries as the engine reads them; one that was erased after it had ended duties still ends them."""
    kept = ended_duties()
    for entry in entries:
        keys = sorted(reading.keys_of([entry.n]) & set(kept)) if entry.facts is None and kept else []
        if keys:
            refs = {role: keys for role in roles if role != "trigger"}
            yield policy_entry(entry, occurred_at=entry.spine.recorded_at, facts={"refs": refs})
        else:
            yield policy_entry(entry)


def _placed(duty: Judged, entries: dict[int, Entry]) -> Placed:
    trigger = entries[duty.triggers[0]] if duty.triggers else None
    plain = {field.name: getattr(duty, field.name) for field in fields(Judged)}
    agency = (trigger.key("agency") if trigger else None) or duty.agency or ""
    team = (trigger.key("team") if trigger else None) or ""
    return Placed(**plain | {"agency": agency}, id=identity_of(duty), owned_by=owner_key(duty, entries), team=team)


def _place(duty: Placed) -> tuple[str, str]:
    return (duty.clause, duty.id)
