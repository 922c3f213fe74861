"""Kinds of entry about giving somebody what is held about them, and about reviewing how long it is kept."""

from heed.entry.fields import Code, Day, Many, Text, Whole
from heed.entry.kinds import Kind, Ref, register

DisclosureMade = register(
    Kind(
        name="disclosure.made.1",
        about="Somebody was given what the record holds about them, with what concerns others withheld.",
        subject="disclosure",
        facts={
            "reaches": Whole(needed=True, about="The last entry's number that was looked at."),
            "entries": Whole(needed=True, about="How many entries it holds."),
            "withheld": Whole(needed=True, about="How many places in it were withheld."),
            "released": Many(of=Text(most=80, pattern="[0-9]+:[a-z_]+"), about="Places released after a review."),
            "digest": Text(needed=True, most=64, pattern="[0-9a-f]{64}", about="SHA-256 of the file that was given."),
        },
        words={"to": Text(needed=True, most=500), "why": Text(needed=True, most=2_000)},
        refs={"about": Ref(least=1)},
    )
)
RetentionReviewed = register(
    Kind(
        name="retention.reviewed.1",
        about="Somebody looked at whether a record is still to be kept, and said until when; nothing is erased by it.",
        subject="record",
        facts={
            "outcome": Code(needed=True, codes=("keep", "propose_erasure")),
            "again_on": Day(about="When to look again, where it is kept."),
        },
        words={"reason": Text(needed=True, most=4_000)},
        refs={"concern": Ref(), "child": Ref()},
    )
)
