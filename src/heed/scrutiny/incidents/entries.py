"""Kinds about serious incidents (Children Act 2004, section 16C); no slice writes them yet."""

from heed.entry.fields import Code, Text
from heed.entry.kinds import Kind, Ref, register

IncidentKnown = register(
    Kind(
        name="incident.known.1",
        about="The authority learned that a child died or was seriously harmed, with abuse known or suspected.",
        subject="incident",
        facts={"outcome": Code(codes=("died", "seriously_harmed"))},
        words={"what": Text(needed=True, most=20_000)},
        refs={"incident": Ref(least=1), "child": Ref(most=10)},
        provisional=True,
    )
)
IncidentNotified = register(
    Kind(
        name="incident.notified.1",
        about="The authority notified the national panel of an incident.",
        subject="incident",
        refs={"incident": Ref(least=1)},
        provisional=True,
    )
)
RapidReviewCompleted = register(
    Kind(
        name="rapid_review.completed.1",
        about="The safeguarding partners completed a rapid review of an incident.",
        subject="incident",
        refs={"incident": Ref(least=1)},
        may_have_files=True,
        provisional=True,
    )
)
