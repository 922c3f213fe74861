"""Kinds about findings of inspections and audits; no slice writes them yet."""

from heed.entry.fields import Text
from heed.entry.kinds import Kind, Ref, register

FindingPublished = register(
    Kind(
        name="finding.published.1",
        about="An inspection or audit published a finding; it owes an action.",
        subject="finding",
        words={"finding": Text(needed=True, most=10_000)},
        refs={"finding": Ref(least=1), "report": Ref(), "agency": Ref()},
        provisional=True,
    )
)
FindingDisputed = register(
    Kind(
        name="finding.disputed.1",
        about="The agency disputed a finding, and why; the finding stays.",
        subject="finding",
        facts={"reason": Text(needed=True, most=300, about="Why, in a sentence that names nobody.")},
        refs={"finding": Ref(least=1)},
        provisional=True,
    )
)
