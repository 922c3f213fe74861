"""What is recorded about a concern, from the report to the answer, the objection and the withdrawal.

Every kind carries `refs.concern`, the concern's own key, so that clauses match on it. What only few may read stands in
entries of its own: the child's words (`concern.voice_kept.1`) and a suspect's details (`suspect.described.1`).
"""

from heed.entry.fields import Claim, Code, Flag, Many, Text
from heed.entry.kinds import Kind, Ref, register

# Harm and threat categories: clinical, our own short lists (domain/inquiry.md S3).
HARMS = (
    "sexual_exploitation",
    "criminal_exploitation",
    "trafficking",
    "abduction",
    "violence",
    "sexual_abuse",
    "neglect",
    "other",
)
THREATS = ("to_the_child", "to_family", "to_witness", "by_weapon", "online", "none_known")
# Sources that say who the reporter is; the others say who told her, which is another each time.
PROFESSIONS = (
    "youth_worker",
    "residential_worker",
    "social_worker",
    "teacher",
    "school_nurse",
    "health_visitor",
    "gp",
    "hospital",
    "police_officer",
    "voluntary_worker",
)
# Who told it (domain/inquiry.md S6: every source is recorded alike, and response is compared by source).
SOURCES = (
    *PROFESSIONS,
    "relative",
    "child",
    "member_of_the_public",
    "anonymous",
    "other_professional",
)
ABOUTS = ("child", "unnamed_child", "place", "suspect")
DANGERS = ("yes", "no", "not_known")
DECISIONS = ("no_further_action", "early_help", "assessment", "strategy_discussion")

SOURCE_GRADES = ("1", "2", "3")
HANDLING_CODES = ("P", "C")
# Who described a suspect's ethnicity: by whom it was said is part of the fact.
ETHNICITY_BY = ("child", "witness", "officer", "self_defined", "not_asked", "refused", "not_known")
_POLICE = {
    "police_origin": Flag(about="Police information: never in a receipt, e-mail, answer or public figure."),
    "source_grade": Code(codes=SOURCE_GRADES, about="Police 3x5x2: reliable, untested, not reliable."),
    "handling_code": Code(codes=HANDLING_CODES, about="Police 3x5x2: lawful sharing permitted, or with conditions."),
}

_CONCERN = Ref(least=1, about="The concern's own key.")
_REASON = Text(needed=True, most=10_000)

ConcernRaised = register(
    Kind(
        name="concern.raised.1",
        about="Somebody reported a concern about a child, an unnamed child, a place or a suspect.",
        subject="concern",
        facts={
            "about": Code(needed=True, codes=ABOUTS),
            "harm": Many(of=Code(codes=HARMS), most=8),
            "threats": Many(of=Code(codes=THREATS), most=6),
            "source": Code(needed=True, codes=SOURCES),
            "danger_today": Code(needed=True, codes=DANGERS),
            "threshold": Flag(about="Whether the reporter thinks the threshold of significant harm is reached."),
            "happened": Claim(about="When it is said to have happened; when it was reported is `occurred_at`."),
            "cross_border": Flag(about="Whether another area is involved."),
            **_POLICE,
        },
        words={
            "what": Text(needed=True, most=20_000, about="What is known, in the reporter's words."),
            "where": Text(most=500),
            "who_else": Text(most=2_000),
            "reason": Text(most=10_000, about="Of a correction: why the report is stated anew."),
        },
        refs={
            "concern": _CONCERN,
            "child": Ref(most=10),
            "agency": Ref(least=1),
            "team": Ref(least=1),
            "place": Ref(),
            "suspect": Ref(most=10),
        },
        may_have_files=True,
    )
)
VoiceKept = register(
    Kind(
        name="concern.voice_kept.1",
        about="The child's own words, marked as such, for those who work with her.",
        subject="concern",
        words={"words": Text(needed=True, most=20_000)},
        refs={"concern": _CONCERN, "child": Ref(most=10)},
        may_seal=True,
    )
)
SuspectDescribed = register(
    Kind(
        name="suspect.described.1",
        about="What is alleged about who did it; an allegation, worded as one.",
        subject="suspect",
        facts={
            "ethnicity_described": Text(
                most=20, about="As described, in an official code, or a reason for its absence."
            ),
            "ethnicity_by": Code(codes=ETHNICITY_BY),
        },
        words={"allegation": Text(needed=True, most=20_000)},
        refs={"concern": _CONCERN},
    )
)
ConcernCalled = register(
    Kind(
        name="concern.called.1",
        about="Who was called about a danger, when, or why nobody was.",
        subject="concern",
        facts={"called": Code(needed=True, codes=("999", "agency", "nobody")), "called_at": Claim()},
        words={"who": Text(most=300), "why_not": Text(most=2_000)},
        refs={"concern": _CONCERN},
    )
)
SafetySeen = register(
    Kind(
        name="concern.safety_seen.1",
        about="Somebody made sure today that the child is safe, and says how.",
        subject="concern",
        words={"how": _REASON},
        refs={"concern": _CONCERN},
    )
)
ConcernAcknowledged = register(
    Kind(
        name="concern.acknowledged.1",
        about="The team told the reporter that it has the concern and who deals with it.",
        subject="concern",
        refs={"concern": _CONCERN, "worker": Ref()},
    )
)
ConcernAdded = register(
    Kind(
        name="concern.added.1",
        about="Somebody added what is known.",
        subject="concern",
        facts=_POLICE,
        words={"what": _REASON},
        refs={"concern": _CONCERN},
        may_have_files=True,
    )
)
ConcernDecided = register(
    Kind(
        name="concern.decided.1",
        about="What is to be done was decided, with the reason.",
        subject="concern",
        facts={"outcome": Code(needed=True, codes=DECISIONS)},
        words={"reason": _REASON},
        refs={"concern": _CONCERN},
    )
)
ReporterAnswered = register(
    Kind(
        name="concern.answered.1",
        about="The reporter was told what was decided, as far as she may know.",
        subject="concern",
        words={"answer": _REASON},
        refs={"concern": _CONCERN},
    )
)
ObjectionRaised = register(
    Kind(
        name="objection.raised.1",
        about="Somebody objects to a decision; it goes one level up, then outside.",
        subject="objection",
        facts={"level": Code(needed=True, codes=("one_up", "outside"))},
        words={"why": _REASON},
        refs={
            "concern": _CONCERN,
            "objection": Ref(least=1),
            "against": Ref(least=1),
            "agency": Ref(least=1),
            "team": Ref(),
        },
    )
)
ObjectionAnswered = register(
    Kind(
        name="objection.answered.1",
        about="Somebody other than the one objected to answered.",
        subject="objection",
        facts={"position": Code(needed=True, codes=("upheld", "partly", "not_upheld"))},
        words={"answer": _REASON},
        refs={"concern": _CONCERN, "objection": Ref(least=1)},
    )
)
ConcernMoved = register(
    Kind(
        name="concern.moved.1",
        about="The concern had been filed under the wrong child, and is now under the right one.",
        subject="concern",
        words={"reason": _REASON},
        refs={"concern": _CONCERN, "child": Ref(least=1), "wrong": Ref(least=1)},
    )
)
WithdrawalAsked = register(
    Kind(
        name="concern.withdrawal_asked.1",
        about="Somebody says that the report was made in error; a second person must agree.",
        subject="concern",
        words={"reason": _REASON},
        refs={"concern": _CONCERN},
    )
)
ConcernWithdrawn = register(
    Kind(
        name="concern.withdrawn.1",
        about="A second person agreed that the report was made in error; it stays, and ends no duty by itself.",
        subject="concern",
        words={"reason": _REASON},
        refs={"concern": _CONCERN},
    )
)
