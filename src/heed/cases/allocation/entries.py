"""Kinds about who oversees a case; no slice writes them yet."""

from heed.entry.fields import Text
from heed.entry.kinds import Kind, Ref, register

SupervisionHeld = register(
    Kind(
        name="supervision.held.1",
        about="A manager went through a case with its worker.",
        subject="child",
        words={"notes": Text(most=20_000)},
        refs={"child": Ref(least=1), "worker": Ref(), "case": Ref()},
        provisional=True,
    )
)
