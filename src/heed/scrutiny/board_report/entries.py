"""Kinds about the safeguarding partners and their yearly report; no slice writes them yet."""

from heed.entry.fields import Text
from heed.entry.kinds import Kind, Ref, register

PartnershipFormed = register(
    Kind(
        name="partnership.formed.1",
        about="Safeguarding partners took up their work for an area.",
        subject="partnership",
        facts={"area": Text(most=200)},
        refs={"partnership": Ref(least=1), "agency": Ref(most=20)},
        provisional=True,
    )
)
PartnershipEnded = register(
    Kind(
        name="partnership.ended.1",
        about="Safeguarding partners ended their work for an area.",
        subject="partnership",
        refs={"partnership": Ref(least=1)},
        provisional=True,
    )
)
YearlyReportPublished = register(
    Kind(
        name="yearly_report.published.1",
        about="The safeguarding partners published their yearly report.",
        subject="partnership",
        refs={"partnership": Ref(least=1)},
        may_have_files=True,
        provisional=True,
    )
)
