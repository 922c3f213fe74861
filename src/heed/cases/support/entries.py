"""Kinds about support after exploitation, which outlives the case; no slice writes them yet."""

from heed.entry.fields import Code, Text
from heed.entry.kinds import Kind, Ref, register

SupportGiven = register(
    Kind(
        name="support.given.1",
        about="A child or young adult was given support after exploitation.",
        subject="child",
        facts={"type": Code(codes=("therapy", "advocacy", "practical", "peer", "other"))},
        words={"notes": Text(most=20_000)},
        refs={"child": Ref(least=1)},
        provisional=True,
    )
)
SupportDeclined = register(
    Kind(
        name="support.declined.1",
        about="Support was offered and declined; only the child's own word ends what is owed.",
        subject="child",
        facts={
            "by": Code(needed=True, codes=("child", "parent", "agency")),
            "reason": Text(most=300, about="Why, in a sentence that names nobody."),
        },
        refs={"child": Ref(least=1)},
        provisional=True,
    )
)
