"""Kinds about visits to care leavers that no import brings; no slice writes them yet."""

from heed.entry.fields import Code, Flag, Text
from heed.entry.kinds import Kind, Ref, register

_CHILD = Ref(least=1)

CareLeaverMoved = register(
    Kind(
        name="care_leaver.moved.1",
        about="A care leaver moved to another place to live.",
        subject="child",
        facts={"accommodation": Code(codes=("with_family", "independent", "supported", "custody", "other"))},
        words={"address": Text(most=500)},
        refs={"child": _CHILD},
        provisional=True,
    )
)
AdviserVisitMade = register(
    Kind(
        name="adviser_visit.made.1",
        about="The personal adviser visited a care leaver.",
        subject="child",
        facts={"seen": Flag(), "where": Code(codes=("at_home", "elsewhere"))},
        words={"notes": Text(most=20_000)},
        refs={"child": _CHILD},
        provisional=True,
    )
)
AdviserVisitRefused = register(
    Kind(
        name="adviser_visit.refused.1",
        about="The personal adviser's visit was refused.",
        subject="child",
        facts={
            "by": Code(needed=True, codes=("child", "landlord", "other")),
            "reason": Text(needed=True, most=300, about="Why, in a sentence that names nobody."),
        },
        refs={"child": _CHILD},
        provisional=True,
    )
)
