"""Kinds about contacts and referrals that clauses ask for and no import brings; no slice writes them yet."""

from heed.entry.fields import Code, Text
from heed.entry.kinds import Kind, Ref, register

# Why an act was not needed or not possible: stated, because a clause counts such an end apart.
REASON = Text(needed=True, most=300, about="Why, in a sentence that names nobody.")
_CHILD = Ref(most=10, about="The children concerned.")

ContactTriaged = register(
    Kind(
        name="contact.triaged.1",
        about="Somebody at the front door decided what a contact is.",
        subject="contact",
        facts={"outcome": Code(codes=("no_further_action", "advice", "early_help", "referral"))},
        words={"reason": Text(most=10_000)},
        refs={"contact": Ref(least=1), "child": _CHILD},
        provisional=True,
    )
)
ReferrerTold = register(
    Kind(
        name="referrer.told.1",
        about="Whoever referred a child was told what was decided.",
        subject="referral",
        words={"answer": Text(most=10_000)},
        refs={"referral": Ref(least=1), "child": _CHILD},
        provisional=True,
    )
)
ReferrerNotTold = register(
    Kind(
        name="referrer.not_told.1",
        about="Whoever referred a child was not told, and why not.",
        subject="referral",
        facts={"reason": REASON},
        refs={"referral": Ref(least=1), "child": _CHILD},
        provisional=True,
    )
)
