"""Kinds about reports and what their addressees answered; no slice writes them yet."""

from heed.entry.fields import Code, KeyField, Many, Text
from heed.entry.kinds import Kind, Ref, register

ReportDelivered = register(
    Kind(
        name="report.delivered.1",
        about="A report was delivered to those who must answer it.",
        subject="report",
        facts={"addressees": Many(of=KeyField(), least=1, most=50)},
        words={"title": Text(needed=True, most=300), "findings": Text(most=20_000)},
        refs={"report": Ref(least=1), "addressee": Ref(most=50)},
        may_have_files=True,
        provisional=True,
    )
)
ReportAnswered = register(
    Kind(
        name="report.answered.1",
        about="An addressee answered a report in its own name; a note that it was read is no answer.",
        subject="report",
        facts={"position": Code(needed=True, codes=("accept", "act", "refute", "noted"))},
        words={"answer": Text(needed=True, most=20_000)},
        refs={"report": Ref(least=1), "addressee": Ref(least=1)},
        provisional=True,
    )
)
