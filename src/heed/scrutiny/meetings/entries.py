"""Kinds about meetings, minutes and the actions they set; no slice writes them yet."""

from heed.entry.fields import Code, Day, Moment, Text
from heed.entry.kinds import Kind, Ref, register

_REASON = Text(needed=True, most=300, about="Why, in a sentence that names nobody.")

MeetingCalled = register(
    Kind(
        name="meeting.called.1",
        about="A meeting was called; it owes minutes.",
        subject="meeting",
        facts={"starts_at": Moment(needed=True), "type": Code(codes=("strategic", "operational", "panel", "board"))},
        words={"title": Text(most=300)},
        refs={"meeting": Ref(least=1), "invited": Ref(most=60)},
        provisional=True,
    )
)
MeetingCancelled = register(
    Kind(
        name="meeting.cancelled.1",
        about="A meeting was called off, and why; only beforehand does that end what it owes.",
        subject="meeting",
        facts={"reason": _REASON},
        refs={"meeting": Ref(least=1)},
        provisional=True,
    )
)
MinutesFiled = register(
    Kind(
        name="minutes.filed.1",
        about="The minutes of a meeting were filed.",
        subject="meeting",
        words={"minutes": Text(most=20_000)},
        refs={"meeting": Ref(least=1), "present": Ref(most=60)},
        may_have_files=True,
        provisional=True,
    )
)
ActionSet = register(
    Kind(
        name="action.set.1",
        about="An action was set, with a day by which it is to be done.",
        subject="action",
        facts={"due_on": Day(needed=True)},
        words={"what": Text(needed=True, most=10_000)},
        refs={"action": Ref(least=1), "finding": Ref(), "meeting": Ref(), "agency": Ref(), "worker": Ref()},
        provisional=True,
    )
)
ActionCompleted = register(
    Kind(
        name="action.completed.1",
        about="An action was done, and how that shows.",
        subject="action",
        words={"evidence": Text(needed=True, most=10_000)},
        refs={"action": Ref(least=1)},
        may_have_files=True,
        provisional=True,
    )
)
ActionDropped = register(
    Kind(
        name="action.dropped.1",
        about="An action was given up, and why.",
        subject="action",
        facts={"reason": _REASON},
        refs={"action": Ref(least=1)},
        provisional=True,
    )
)
