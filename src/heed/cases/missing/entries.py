"""Kinds about a child's return from a missing episode that no import brings; no slice writes them yet."""

from heed.entry.fields import Code, Flag, Text
from heed.entry.kinds import Kind, Ref, register

PreventionCheckMade = register(
    Kind(
        name="prevention_check.made.1",
        about="The police saw a child who came back, to learn of harm and prevent another episode.",
        subject="episode",
        facts={"seen_alone": Flag()},
        words={"notes": Text(most=20_000)},
        refs={"episode": Ref(least=1), "child": Ref()},
        provisional=True,
    )
)
ReturnInterviewRefused = register(
    Kind(
        name="return_interview.refused.1",
        about="An independent return interview was offered and refused.",
        subject="episode",
        facts={
            "by": Code(needed=True, codes=("child", "parent", "carer"), about="Only a child's own refusal ends it."),
            "reason": Text(needed=True, most=300, about="Why, in a sentence that names nobody."),
        },
        refs={"episode": Ref(least=1), "child": Ref()},
        provisional=True,
    )
)
