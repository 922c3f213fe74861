"""Kinds about crimes, investigations and what a victim was told; no slice writes them yet."""

from heed.entry.fields import Code, Flag, Text
from heed.entry.kinds import Kind, Ref, register

_CHILD = Ref(most=10)
_TRIGGER = Text(needed=True, most=18, about="The number of the step that the victim was, or was not, told of.")
_REASON = Text(needed=True, most=300, about="Why, in a sentence that names nobody.")
# Steps that the Victims' Code, Right 6, names (domain/standards.md, D24).
STEPS = ("arrest", "caution_interview", "release", "bail", "charge", "no_further_action", "not_investigated")

CrimeDisclosed = register(
    Kind(
        name="crime.disclosed.1",
        about="A child told of what may be a crime.",
        subject="disclosure",
        words={"what": Text(needed=True, most=20_000)},
        refs={"disclosure": Ref(least=1), "child": _CHILD},
        may_seal=True,
        provisional=True,
    )
)
CrimeRecorded = register(
    Kind(
        name="crime.recorded.1",
        about="The police recorded a crime.",
        subject="disclosure",
        words={"reference": Text(most=40, about="The police's own reference.")},
        refs={"disclosure": Ref(least=1), "child": _CHILD},
        provisional=True,
    )
)
CrimeNotRecorded = register(
    Kind(
        name="crime.not_recorded.1",
        about="The police recorded no crime, and why.",
        subject="disclosure",
        facts={"reason": _REASON},
        refs={"disclosure": Ref(least=1), "child": _CHILD},
        provisional=True,
    )
)
InvestigationStepTaken = register(
    Kind(
        name="investigation.step_taken.1",
        about="An investigation took a step that a victim has the right to be told of.",
        subject="investigation",
        facts={"step": Code(codes=STEPS), "enhanced": Flag(needed=True, about="Whether enhanced rights apply.")},
        refs={"investigation": Ref(), "child": _CHILD},
        provisional=True,
    )
)
VictimTold = register(
    Kind(
        name="victim.told.1",
        about="A victim was told of a step of the investigation.",
        subject="investigation",
        facts={"trigger": _TRIGGER},
        refs={"investigation": Ref(), "child": _CHILD},
        provisional=True,
    )
)
VictimAskedNotToBeTold = register(
    Kind(
        name="victim.asked_not_to_be_told.1",
        about="A victim asked not to be told of a step of the investigation.",
        subject="investigation",
        facts={"trigger": _TRIGGER, "reason": _REASON},
        refs={"investigation": Ref(), "child": _CHILD},
        provisional=True,
    )
)
