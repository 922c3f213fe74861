"""Kinds around strategy discussions and conferences that no import brings; no slice writes them yet."""

from heed.entry.fields import Code, KeyField, Many, Moment, Text
from heed.entry.kinds import Kind, Ref, register

_CHILD = Ref(least=1)
_REASON = Text(needed=True, most=300, about="Why, in a sentence that names nobody.")

HarmSuspected = register(
    Kind(
        name="harm.suspected.1",
        about="There is reasonable cause to suspect that a child suffers, or is likely to suffer, significant harm.",
        subject="child",
        words={"basis": Text(needed=True, most=20_000)},
        refs={"child": _CHILD, "concern": Ref()},
        provisional=True,
    )
)
StrategyNotNeeded = register(
    Kind(
        name="strategy.not_needed.1",
        about="A manager decided that no strategy discussion is needed, and why.",
        subject="child",
        facts={"reason": _REASON},
        refs={"child": _CHILD, "concern": Ref()},
        provisional=True,
    )
)
ConferenceCalled = register(
    Kind(
        name="conference.called.1",
        about="A child protection conference was called, and agencies were invited.",
        subject="conference",
        facts={
            "type": Code(codes=("initial", "review")),
            "starts_at": Moment(needed=True),
            "invited_agencies": Many(of=KeyField(), most=40),
        },
        refs={"conference": Ref(least=1), "child": Ref(most=20)},
        provisional=True,
    )
)
ConferenceReportSent = register(
    Kind(
        name="conference_report.sent.1",
        about="An invited agency sent its report to the conference.",
        subject="conference",
        refs={"conference": Ref(least=1), "addressee": Ref(least=1)},
        may_have_files=True,
        provisional=True,
    )
)
QuorumWaived = register(
    Kind(
        name="quorum.waived.1",
        about="A conference was held without a quorum, and why.",
        subject="conference",
        facts={"reason": _REASON},
        refs={"conference": Ref(least=1)},
        provisional=True,
    )
)
