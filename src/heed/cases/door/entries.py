"""What is recorded about a public door, and about who reported at one."""

from heed.entry.fields import Group, Many, Text
from heed.entry.kinds import Kind, Ref, register

DoorOpened = register(
    Kind(
        name="door.opened.1",
        about="An agency takes reports without an account here, and this team answers them.",
        subject="door",
        facts={
            "name": Text(needed=True, most=200, about="How the door calls itself: an area, a service."),
            "emergency": Text(needed=True, most=20, about="The number for danger now."),
            "leave_to": Text(
                needed=True,
                most=300,
                pattern=r"https://[A-Za-z0-9.-]+(/[^\s\"'<>]*)?",
                about="The harmless page to which 'leave this page quickly' leads.",
            ),
            "numbers": Many(
                needed=True,
                least=1,
                most=12,
                of=Group(
                    members={
                        "name": Text(needed=True, most=100),
                        "number": Text(needed=True, most=40),
                        "about": Text(most=300, about="When it answers, what it costs, whom it helps."),
                    }
                ),
                about="Whom to call, in the order shown.",
            ),
        },
        refs={"agency": Ref(least=1), "team": Ref(least=1)},
    )
)
DoorClosed = register(
    Kind(
        name="door.closed.1",
        about="No report is taken at this door any more; who holds a code can still come back.",
        subject="door",
        facts={"reason": Text(needed=True, most=2_000)},
    )
)
CodeGiven = register(
    Kind(
        name="door.code_given.1",
        about="Whoever reported without an account got a code to come back with; its digest is kept, not the code.",
        subject="concern",
        facts={"digest": Text(needed=True, most=64, pattern="[0-9a-f]{64}")},
        refs={"concern": Ref(least=1), "door": Ref(least=1)},
    )
)
ContactLeft = register(
    Kind(
        name="door.contact_left.1",
        about="Whoever reported without an account left a name, or a way and a time to reach them safely.",
        subject="concern",
        words={"name": Text(most=200), "contact": Text(most=500), "when_safe": Text(most=500)},
        refs={"concern": Ref(least=1)},
    )
)
