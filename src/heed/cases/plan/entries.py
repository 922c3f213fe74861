"""Kinds about plans and orders that no import brings; no slice writes them yet."""

from heed.entry.fields import Claim, Code, Flag, Text
from heed.entry.kinds import Kind, Ref, register

_CHILD = Ref(least=1)
# Who may refuse a health assessment; only a child's own refusal ends the duty.
REFUSERS = ("child", "parent", "carer")

CoreGroupHeld = register(
    Kind(
        name="core_group.held.1",
        about="The core group of a child protection plan met.",
        subject="child",
        facts={"first": Flag(needed=True, about="Whether it is the first meeting after the conference.")},
        words={"notes": Text(most=20_000)},
        refs={"child": _CHILD},
        provisional=True,
    )
)
CareReviewRequested = register(
    Kind(
        name="care_review.requested.1",
        about="The reviewing officer asked for an early review, or a visit showed the need for one.",
        subject="child",
        facts={"after": Code(codes=("reviewing_officer", "visit"))},
        words={"reason": Text(most=10_000)},
        refs={"child": _CHILD},
        provisional=True,
    )
)
HealthRefused = register(
    Kind(
        name="health.refused.1",
        about="A health assessment was offered and refused.",
        subject="child",
        facts={
            "by": Code(needed=True, codes=REFUSERS),
            "reason": Text(needed=True, most=300, about="Why, in a sentence that names nobody."),
        },
        refs={"child": _CHILD},
        provisional=True,
    )
)
PathwayPlanMade = register(
    Kind(
        name="pathway_plan.made.1",
        about="A pathway plan was made with a young person who leaves care.",
        subject="child",
        refs={"child": _CHILD},
        provisional=True,
    )
)
LeavingCareEnded = register(
    Kind(
        name="leaving_care.ended.1",
        about="The authority's duties to a care leaver ended.",
        subject="child",
        facts={"why": Code(codes=("age", "died", "other_authority"))},
        refs={"child": _CHILD},
        provisional=True,
    )
)
PoliceProtectionStarted = register(
    Kind(
        name="police_protection.started.1",
        about="The police took a child into police protection (Children Act 1989, section 46).",
        subject="child",
        refs={"child": _CHILD},
        provisional=True,
    )
)
PoliceProtectionEnded = register(
    Kind(
        name="police_protection.ended.1",
        about="Police protection of a child ended.",
        subject="child",
        refs={"child": _CHILD},
        provisional=True,
    )
)
EpoMade = register(
    Kind(
        name="epo.made.1",
        about="A court made an emergency protection order (Children Act 1989, section 44).",
        subject="child",
        facts={"until": Claim(about="The day or hour that the order itself names.")},
        refs={"child": _CHILD},
        provisional=True,
    )
)
EpoExtended = register(
    Kind(
        name="epo.extended.1",
        about="The court extended an emergency protection order.",
        subject="child",
        facts={"until": Claim(about="The day or hour that the order itself names.")},
        refs={"child": _CHILD},
        provisional=True,
    )
)
EpoEnded = register(
    Kind(
        name="epo.ended.1",
        about="An emergency protection order ended.",
        subject="child",
        refs={"child": _CHILD},
        provisional=True,
    )
)
PlacementIntention = register(
    Kind(
        name="placement.intention.1",
        about="It was decided how long a placement is meant to last.",
        subject="child",
        facts={"meant_to_last": Code(needed=True, codes=("to_18", "not_to_18"))},
        refs={"child": _CHILD, "placement": Ref()},
        provisional=True,
    )
)
