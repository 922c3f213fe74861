"""Kinds about cases of exploitation, their risk, threats, the panel and the national mechanism; not written yet."""

from heed.cases.concern.entries import HARMS, THREATS
from heed.entry.fields import Code, Flag, KeyField, Many, Text
from heed.entry.kinds import Kind, Ref, register

# Lowest first; the level is a worker's judgement with a narrative, never a sum (domain/standards.md, section 5.1).
LEVELS = ("none", "low", "medium", "high")
# Who said no: only a child's own refusal ends some duties.
REFUSERS = ("child", "parent", "agency")

_CHILD = Ref(least=1)
_NARRATIVE = Text(needed=True, most=20_000)
_REASON = Text(needed=True, most=300, about="Why, in a sentence that names nobody.")

CaseOpened = register(
    Kind(
        name="case.opened.1",
        about="A team works with a child because of exploitation, or the risk of it.",
        subject="case",
        words={"reason": _NARRATIVE},
        refs={"case": Ref(least=1), "child": _CHILD, "agency": Ref(), "team": Ref()},
        provisional=True,
    )
)
CaseClosed = register(
    Kind(
        name="case.closed.1",
        about="The team's work with a child ended; what is overdue stays owed.",
        subject="case",
        words={"reason": _NARRATIVE},
        refs={"case": Ref(least=1), "child": _CHILD},
        provisional=True,
    )
)
RiskAssessed = register(
    Kind(
        name="risk.assessed.1",
        about="A worker judged a child's risk of exploitation, with a narrative.",
        subject="assessment",
        facts={
            "level": Code(needed=True, codes=LEVELS, ordered=True, about="The worker's own judgement."),
            "tool": Text(most=60, about="The tool used and its version."),
            "tool_level": Code(codes=LEVELS, ordered=True, about="What the tool's sum would say, kept apart."),
            "sources": Many(of=Text(most=60), most=20, about="Who else was asked, by role."),
        },
        words={"narrative": _NARRATIVE, "why_not_as_the_tool": Text(most=10_000)},
        refs={"child": _CHILD, "case": Ref()},
        provisional=True,
    )
)
RiskLoweringSeen = register(
    Kind(
        name="risk.lowering_seen.1",
        about="A second person looked at a risk level lower than the one before.",
        subject="assessment",
        facts={
            "trigger": Text(needed=True, most=18, about="The number of the assessment that lowered it."),
            "agrees": Flag(needed=True),
        },
        words={"reason": _NARRATIVE},
        refs={"child": _CHILD},
        provisional=True,
    )
)
ExploitationConfirmed = register(
    Kind(
        name="exploitation.confirmed.1",
        about="It was confirmed that a child was or is exploited.",
        subject="child",
        facts={"harm": Many(of=Code(codes=HARMS), least=1, most=8)},
        words={"basis": _NARRATIVE},
        refs={"child": _CHILD},
        provisional=True,
    )
)
ThreatReported = register(
    Kind(
        name="threat.reported.1",
        about="A threat to a child, or to the child's family, was reported.",
        subject="threat",
        facts={"threats": Many(of=Code(codes=THREATS), most=6)},
        words={"what": _NARRATIVE},
        refs={"threat": Ref(least=1), "child": _CHILD},
        provisional=True,
    )
)
ProtectionArranged = register(
    Kind(
        name="protection.arranged.1",
        about="A protective step was taken for a child or the child's family.",
        subject="threat",
        words={"step": _NARRATIVE},
        refs={"threat": Ref(), "child": _CHILD},
        provisional=True,
    )
)
ProtectionDeclined = register(
    Kind(
        name="protection.declined.1",
        about="A protective step was offered and declined.",
        subject="threat",
        facts={"by": Code(needed=True, codes=REFUSERS), "reason": _REASON},
        refs={"threat": Ref(), "child": _CHILD},
        provisional=True,
    )
)
SlaverySuspected = register(
    Kind(
        name="slavery.suspected.1",
        about="There is reason to believe that a child may be a victim of modern slavery.",
        subject="child",
        words={"basis": _NARRATIVE},
        refs={"child": _CHILD},
        provisional=True,
    )
)
NrmReferred = register(
    Kind(
        name="nrm.referred.1",
        about="A child was referred to the national referral mechanism; no consent is needed for a child.",
        subject="child",
        facts={"responder": Text(most=60, about="Which first responder referred.")},
        refs={"child": _CHILD},
        provisional=True,
    )
)
NrmDecided = register(
    Kind(
        name="nrm.decided.1",
        about="The competent authority decided on a referral.",
        subject="child",
        facts={
            "stage": Code(needed=True, codes=("reasonable_grounds", "conclusive_grounds")),
            "outcome": Code(codes=("positive", "negative", "suspended", "withdrawn")),
        },
        refs={"child": _CHILD},
        provisional=True,
    )
)
PanelRequested = register(
    Kind(
        name="panel.requested.1",
        about="The multi-agency panel asked something of one or more agencies.",
        subject="request",
        facts={"agencies": Many(of=KeyField(), least=1, most=30)},
        words={"what": _NARRATIVE},
        refs={"request": Ref(least=1), "child": Ref(most=10)},
        provisional=True,
    )
)
PanelAnswered = register(
    Kind(
        name="panel.answered.1",
        about="An agency answered what the panel asked of it.",
        subject="request",
        words={"answer": _NARRATIVE},
        refs={"request": Ref(least=1), "addressee": Ref(least=1)},
        provisional=True,
    )
)
