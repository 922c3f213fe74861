"""Kinds of entry about restricting a child's or a concern's record to named workers, and lifting that again."""

from heed.entry.fields import Text
from heed.entry.kinds import Kind, Ref, register

_SELF = Ref(least=1, about="The restriction's own key.")
_REASON = Text(needed=True, most=4_000)

RestrictionProposed = register(
    Kind(
        name="restriction.proposed.1",
        about="Somebody proposes that only the workers named see a child's record or a concern.",
        subject="restriction",
        words={"reason": _REASON},
        refs={"restriction": _SELF, "child": Ref(), "concern": Ref(), "worker": Ref(least=2, most=50)},
    )
)
RestrictionAgreed = register(
    Kind(
        name="restriction.agreed.1",
        about="A second person agreed; from now on only the workers named see it.",
        subject="restriction",
        words={"reason": _REASON},
        refs={"restriction": _SELF},
    )
)
RestrictionDeclined = register(
    Kind(
        name="restriction.declined.1",
        about="A second person did not agree; nothing is restricted.",
        subject="restriction",
        words={"reason": _REASON},
        refs={"restriction": _SELF},
    )
)
LiftProposed = register(
    Kind(
        name="restriction.lift_proposed.1",
        about="Somebody proposes that a restriction end.",
        subject="restriction",
        words={"reason": _REASON},
        refs={"restriction": _SELF},
    )
)
RestrictionLifted = register(
    Kind(
        name="restriction.lifted.1",
        about="A second person agreed; roles alone say again who sees it.",
        subject="restriction",
        words={"reason": _REASON},
        refs={"restriction": _SELF},
    )
)
