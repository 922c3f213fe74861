"""How the record stands: tree, checkpoint, witnesses, the regular work; no personal data anywhere in it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connections

from heed.entry.when import parse_instant
from heed.lib.errors import HeedError
from heed.log.note import Signature
from heed.record import checkpoints
from heed.record.models import Tick
from heed.record.place import here

# `heed tick` runs every five minutes (webstack.md section 7); three missed runs are no accident.
TICK_MAY_BE = timedelta(minutes=15)
# Each tick signs a checkpoint, so one may be as old as a tick; an hour without new entries is normal.
WITNESS_MAY_BE = timedelta(days=1)


@dataclass(frozen=True)
class Witnessed:
    """A witness of the trust file, and the newest checkpoint that it cosigned."""

    name: str
    size: int | None = None
    received_at: datetime | None = None
    is_late: bool = True


@dataclass(frozen=True)
class Standing:
    """What the integrity page shows."""

    origin: str
    size: int
    root: str
    checkpoint_size: int | None
    checkpoint_at: datetime | None
    last_tick: Tick | None
    is_tick_late: bool
    witnesses: list[Witnessed] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The number of the last entry that these figures reach."""
        return self.size - 1

    @property
    def uncovered(self) -> int:
        """How many entries lie after the newest checkpoint."""
        return self.size - (self.checkpoint_size or 0)


def standing(now: datetime) -> Standing:
    """Return how the record stands at `now`; HeedError where there is none."""
    from heed.record.signing import identity

    head = checkpoints.head_row()
    if head is None:
        raise HeedError("There is no record here yet; `heed init` makes one.")
    size, at = newest_checkpoint()
    tick = last_tick()
    return Standing(
        origin=identity().origin,
        size=head.size,
        root=head.root.hex(),
        checkpoint_size=size,
        checkpoint_at=at,
        last_tick=tick,
        is_tick_late=is_late(tick, now),
        witnesses=_witnesses(now),
    )


def last_tick() -> Tick | None:
    """Return the newest run of `heed tick`, None before the first."""
    return Tick.objects.order_by("-started_at").first()


def is_late(tick: Tick | None, now: datetime) -> bool:
    """Say whether the regular work has stopped or failed: the page is red then."""
    return tick is None or tick.ended_at is None or bool(tick.error) or now - tick.started_at > TICK_MAY_BE


def newest_checkpoint() -> tuple[int | None, datetime | None]:
    """Return size and time of the newest stored checkpoint."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT size, issued_at FROM record_checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    return (row[0], parse_instant(row[1])) if row else (None, None)


def _witnesses(now: datetime) -> list[Witnessed]:
    """Return each witness of the trust file with its newest cosignature."""
    trust = checkpoints.trust_of(here())
    names = {(key.name, key.id): name for name, key in trust.witnesses.items()}
    newest: dict[str, tuple[int, datetime]] = {}
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT size, line, received_at FROM record_cosignature ORDER BY size, received_at")
        for size, line, received_at in cursor.fetchall():
            signature = Signature.parse(line.rstrip("\n"))
            name = names.get((signature.name, signature.id))
            if name:
                newest[name] = (size, parse_instant(received_at))
    return [_witnessed(name, newest.get(name), now) for name in trust.witnesses]


def _witnessed(name: str, held: tuple[int, datetime] | None, now: datetime) -> Witnessed:
    if held is None:
        return Witnessed(name)
    return Witnessed(name, held[0], held[1], now - held[1] > WITNESS_MAY_BE)
