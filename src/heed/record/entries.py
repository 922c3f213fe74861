"""The kinds of entry that the record itself writes: its opening, its keys, erasures, holds, openings, links."""

from heed.entry.fields import Claim, Code, Day, Flag, KeyField, Many, Text, Whole
from heed.entry.kinds import Kind, Ref, register
from heed.log.fixed import (
    FIXED,
    REASON,
    EntryErased,
    EntryRetracted,
    IdentityLinked,
    IdentityUnlinked,
    KeyAdded,
    KeyRetired,
    LogContinued,
    LogOpened,
)

for _kind in FIXED.values():
    register(_kind)


ReleaseMade = register(
    Kind(
        name="release.made.1",
        about="Another version of Heed reads this record; what it shows differently is kept.",
        subject="log",
        facts={
            "version": Text(needed=True, most=60),
            "digest": Text(needed=True, most=64, about="SHA-256 over the projectors' names and versions."),
            "changed": Many(of=Text(most=200), about="Tables whose rows the release shows differently."),
        },
        words={"difference": Text(most=200_000, about="What the record now shows differently, as printed.")},
    )
)
ErasureProposed = register(
    Kind(
        name="erasure.proposed.1",
        about="Somebody asked, under a named authority, that a part of an entry be erased.",
        subject="erasure",
        facts={
            "entry": Whole(needed=True),
            "part": Code(needed=True, codes=("words", "both")),
            "authority": Text(needed=True, most=1_000),
            "court_order": Flag(needed=True, about="A court's order is carried out at once."),
        },
        refs={"recipient": Ref(most=1_000, about="The scrutineer, and everyone who holds an opening; each is told.")},
    )
)
ErasureApproved = register(
    Kind(
        name="erasure.approved.1",
        about="A second person, outside the proposer's agency, agreed to an erasure.",
        subject="erasure",
        words={"reason": Text(most=4_000)},
    )
)
ErasureRefused = register(
    Kind(name="erasure.refused.1", about="An erasure was refused.", subject="erasure", words={"reason": REASON})
)
HoldPlaced = register(
    Kind(
        name="hold.placed.1",
        about="What the selector covers, now and later, is not erased and its backups do not expire.",
        subject="hold",
        facts={
            "everything": Flag(needed=True),
            "agency": KeyField(),
            "kinds": Many(of=Text(most=64)),
            "first": Day(about="Recorded on or after this day."),
            "last": Day(about="Recorded on or before this day."),
            "authority": Text(needed=True, most=1_000),
        },
        refs={"covers": Ref(most=1_000, about="The subjects whose entries are held.")},
    )
)
HoldLiftProposed = register(
    Kind(
        name="hold.lift_proposed.1",
        about="Somebody asked that a hold end; a second person must agree.",
        subject="hold",
        words={"reason": REASON},
    )
)
HoldLifted = register(
    Kind(name="hold.lifted.1", about="A second person ended a hold.", subject="hold", words={"reason": REASON})
)
OpeningGiven = register(
    Kind(
        name="opening.given.1",
        about="Somebody entitled was given the salt and bytes of one part.",
        subject="opening",
        facts={
            "entry": Whole(needed=True),
            "part": Text(needed=True, most=70, pattern=r"facts|words|file [0-9a-f]{64}"),
            "given_on": Claim(),
        },
        refs={"recipient": Ref(least=1, most=1)},
        words={"why": Text(most=4_000)},
    )
)

__all__ = [
    "EntryErased",
    "EntryRetracted",
    "ErasureApproved",
    "ErasureProposed",
    "ErasureRefused",
    "HoldLiftProposed",
    "HoldLifted",
    "HoldPlaced",
    "IdentityLinked",
    "IdentityUnlinked",
    "KeyAdded",
    "KeyRetired",
    "LogContinued",
    "LogOpened",
    "OpeningGiven",
    "ReleaseMade",
]
