"""Kinds of entry about what was told to whom, never its text; and about addresses that fail."""

from heed.entry.fields import Code, Flag, Many, Text, Whole
from heed.entry.kinds import Kind, Ref, register

# Occasions on which somebody is told; a line of a letter has one.
OCCASIONS = ("new_duty", "due_soon", "rung_passed", "shortfall", "enrolment", "address")
CHANNELS = ("email",)
# Enhanced mail system status codes, RFC 3463 section 2: class, subject, detail.
STATUS = r"[245]\.\d{1,3}\.\d{1,3}"
# Most keys that one letter can be about: 200 lines of five keys.
MOST_ABOUT = 1_000

_TOLD = {
    "told": Ref(least=1, about="The worker."),
    "about": Ref(most=MOST_ABOUT, about="The keys of what she was told about; no clause matches on this role."),
}
_CHANNEL = Code(needed=True, codes=CHANNELS)
_OCCASIONS = Many(needed=True, of=Code(codes=OCCASIONS), least=1, most=len(OCCASIONS))
_LINES = Whole(needed=True, about="On how many things.")

NoticeSent = register(
    Kind(
        name="notice.sent.1",
        about="A mail server took a letter to somebody; that she read it is not known.",
        subject="notice",
        facts={"channel": _CHANNEL, "occasions": _OCCASIONS, "lines": _LINES, "tries": Whole(needed=True, least=1)},
        refs=_TOLD,
    )
)
NoticeFailed = register(
    Kind(
        name="notice.failed.1",
        about="A letter to somebody could not be sent and is not tried again.",
        subject="notice",
        facts={
            "channel": _CHANNEL,
            "occasions": _OCCASIONS,
            "lines": _LINES,
            "tries": Whole(needed=True, least=1),
            "status": Text(needed=True, pattern=STATUS, about="RFC 3463."),
            "for_good": Flag(needed=True, about="Whether the mail server refused for good, or merely for too long."),
        },
        refs=_TOLD,
    )
)
NoticeBounced = register(
    Kind(
        name="notice.bounced.1",
        about="A letter that a mail server had taken came back.",
        subject="notice",
        facts={"channel": _CHANNEL, "status": Text(needed=True, pattern=STATUS, about="RFC 3463.")},
        refs=_TOLD,
    )
)
AddressFailed = register(
    Kind(
        name="address.failed.1",
        about="Somebody's address takes no letters; until it is mended she is not warned of what she owes.",
        subject="worker",
        facts={"channel": _CHANNEL, "status": Text(needed=True, pattern=STATUS, about="RFC 3463.")},
        refs={"worker": Ref(least=1), "agency": Ref(least=1)},
    )
)
AddressAsked = register(
    Kind(
        name="address.asked.1",
        about="Somebody asked that a worker's letters go to another address; it holds once its link is opened.",
        subject="worker",
        facts={"channel": _CHANNEL},
        refs={"worker": Ref(least=1)},
    )
)
AddressConfirmed = register(
    Kind(
        name="address.confirmed.1",
        about="Somebody opened a link that was sent to her address, so it reaches her.",
        subject="worker",
        facts={"channel": _CHANNEL},
        refs={"worker": Ref(least=1)},
    )
)
