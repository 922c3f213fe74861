"""Kinds about professional challenges; no slice writes them yet."""

from heed.entry.fields import Code, Text
from heed.entry.kinds import Kind, Ref, register

ChallengeRaised = register(
    Kind(
        name="challenge.raised.1",
        about="One professional challenged another agency's or colleague's decision.",
        subject="challenge",
        words={"what": Text(needed=True, most=10_000)},
        refs={"challenge": Ref(least=1), "against": Ref(), "agency": Ref(), "child": Ref()},
        provisional=True,
    )
)
ChallengeAnswered = register(
    Kind(
        name="challenge.answered.1",
        about="A challenge was answered.",
        subject="challenge",
        facts={"position": Code(needed=True, codes=("upheld", "partly", "not_upheld"))},
        words={"answer": Text(needed=True, most=10_000)},
        refs={"challenge": Ref(least=1)},
        provisional=True,
    )
)
ChallengeWithdrawn = register(
    Kind(
        name="challenge.withdrawn.1",
        about="Whoever raised a challenge withdrew it, and why.",
        subject="challenge",
        facts={"reason": Text(needed=True, most=300, about="Why, in a sentence that names nobody.")},
        refs={"challenge": Ref(least=1)},
        provisional=True,
    )
)
