"""Kinds about a child's return from a missing episode that no import brings; no slice writes them yet."""

from heed.entry.fields import Flag, Text
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
