"""The kinds of entry that the record itself writes: its opening, its keys, erasures, holds, openings, links."""

from heed.entry.fields import Claim, Code, Day, Flag, KeyField, Many, Text, Whole
from heed.entry.kinds import Kind, Ref, register

VKEY = Text(needed=True, most=500, about="A verifier key (C2SP signed-note).")
REASON = Text(needed=True, most=4_000, about="Why, in words that may be read in court.")

LogOpened = register(
    Kind(
        name="log.opened.1",
        about="The record was opened: entry 0, which says what this log is.",
        subject="log",
        facts={
            "origin": Text(needed=True, most=200, about="The log's identity and key name."),
            "key": VKEY,
            "format": Text(needed=True, pattern=r"heed-record@v1"),
            "synthetic": Flag(needed=True, about="Whether clocks may be injected; nothing real may be recorded."),
        },
    )
)
LogContinued = register(
    Kind(
        name="log.continued.1",
        about="Entries were lost for good; this log carries the surviving prefix under a new origin and key.",
        subject="log",
        facts={
            "origin": Text(needed=True, most=200),
            "key": VKEY,
            "old_origin": Text(needed=True, most=200),
            "old_checkpoint": Text(needed=True, most=65_536, about="The text of the note that proves the loss."),
            "missing": Many(needed=True, of=Many(of=Whole(), least=2, most=2), about="[first, last] of each lost run."),
            "survivors": Many(of=Text(most=64), most=100_000, about="Leaf hashes of entries after the first lost one."),
        },
    )
)
KeyAdded = register(
    Kind(name="key.added.1", about="The log signs with this key from now on.", subject="log", facts={"key": VKEY})
)
KeyRetired = register(
    Kind(
        name="key.retired.1",
        about="The log's key signs no tree larger than this.",
        subject="log",
        facts={
            "key": VKEY,
            "size": Whole(needed=True, about="The largest tree that the key may sign."),
            "reason": REASON,
        },
    )
)
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
EntryErased = register(
    Kind(
        name="entry.erased.1",
        about="A part of an entry was erased under an authority; never names a person.",
        subject="entry",
        facts={
            "entry": Whole(needed=True),
            "part": Code(needed=True, codes=("words", "both")),
            "authority": Text(needed=True, most=1_000),
            "duties": Many(needed=True, of=KeyField(), most=10_000, about="Keys of duties that the entry had ended."),
        },
    )
)
EntryRetracted = register(
    Kind(
        name="entry.retracted.1",
        about="An entry was made in error; it stays and is shown struck through.",
        subject="entry",
        facts={"retracts": Whole(needed=True), "reason_code": Code(codes=("wrong_person", "duplicate", "error"))},
        words={"reason": REASON},
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
IdentityLinked = register(
    Kind(
        name="identity.linked.1",
        about="Two agencies' records are of one child.",
        subject="link",
        facts={
            "method": Code(needed=True, codes=("person", "machine", "import")),
            "probability": Text(most=20, pattern=r"0(\.[0-9]+)?|1(\.0+)?"),
        },
        refs={"same": Ref(least=2, most=2)},
        words={"reason": Text(most=4_000)},
    )
)
IdentityUnlinked = register(
    Kind(
        name="identity.unlinked.1",
        about="Two agencies' records are not of one child after all.",
        subject="link",
        facts={"method": Code(needed=True, codes=("person", "machine", "import"))},
        refs={"same": Ref(least=2, most=2)},
        words={"reason": REASON},
    )
)
