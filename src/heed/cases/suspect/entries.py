"""Kinds about allegations against people in positions of trust; an allegation is worded as one; not written yet."""

from heed.entry.fields import Code, Text
from heed.entry.kinds import Kind, Ref, register

AllegationMade = register(
    Kind(
        name="allegation.made.1",
        about="Somebody alleged that a person who works with children harmed one or may be unsuitable.",
        subject="allegation",
        facts={"post": Code(codes=("school", "care_home", "police", "health", "council", "voluntary", "other"))},
        words={"allegation": Text(needed=True, most=20_000)},
        refs={"allegation": Ref(least=1), "child": Ref(most=10), "agency": Ref()},
        provisional=True,
    )
)
DesignatedOfficerTold = register(
    Kind(
        name="designated_officer.told.1",
        about="The employer told the authority's designated officer of an allegation.",
        subject="allegation",
        refs={"allegation": Ref(least=1)},
        provisional=True,
    )
)
