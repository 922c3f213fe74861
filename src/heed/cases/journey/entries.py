"""The moments of a child's journey, and the imports that bring them.

Kinds are named as the packs name them. What a form or a file does not say is left out; every kind therefore demands
only its child. `told_as` and `lineage` are there where a file told it: the digest by which the event is known again,
and the place in the file. Codes, days and flags are facts; whatever names or describes somebody is words.
"""

from collections.abc import Mapping

from heed.entry.fields import Claim, Code, Day, Field, Flag, Group, KeyField, Many, Text, Whole
from heed.entry.kinds import Kind, Ref, register

DAY = Claim(about="As claimed: a day, or an instant.")
CODE = Text(most=200)
CODES = Many(of=Text(most=200), most=200)
FLAG, COUNT = Flag(), Whole()
WORD, LONG = Text(most=1_000), Text(most=20_000)
DIGEST = Text(most=64, pattern=r"[0-9a-f]{64}")
TOLD_AS = Text(most=32, pattern=r"[0-9a-f]{32}", about="By which an imported event is known again.")
LINEAGE = Many(
    most=500,
    of=Group(
        members={
            "file": DIGEST,
            "sheet": Text(most=200),
            "line": Whole(),
            "table": Text(most=100),
            "cells": Text(most=500, about="The row's cells (`A7:Q7`), or the path of its element."),
        }
    ),
    about="Where a file says it: SHA-256 of its bytes, sheet, line, table, cells.",
)
SOURCE_ID = Many(of=WORD, most=12, about="The source's own name for the event.")
CHILD, SELF = Ref(least=1), Ref(about="Its own key, by which clauses match.")
# What may be said of who holds it.
HELD: Mapping[str, Field] = {"team": WORD, "worker": WORD}


def moment(
    name: str,
    about: str,
    subject: str,
    *,
    facts: Mapping[str, Field] | None = None,
    words: Mapping[str, Field] | None = None,
    refs: tuple[str, ...] = (),
) -> Kind:
    """Register one kind of moment with what all of them may carry."""
    return register(
        Kind(
            name=name,
            about=about,
            subject=subject,
            facts={**(facts or {}), "told_as": TOLD_AS, "import_key": KeyField(), "lineage": LINEAGE},
            words={**(words or {}), "source_id": SOURCE_ID},
            refs={"child": CHILD, **dict.fromkeys(refs, SELF)},
        )
    )


# --- Who the child is ---
ChildImported = moment(
    "child.imported.1",
    "An agency's own number for a child came with a file.",
    "child",
    facts={"standard": Text(needed=True, most=20)},
    words={"local_id": Text(needed=True, most=1_000)},
)
ChildDetailsTold = moment(
    "child_details.told.1",
    "Who the child is, as a source has it.",
    "child_details",
    facts={
        "born_on": DAY,
        "expected_birth_on": DAY,
        "died_on": DAY,
        "sex": CODE,
        "ethnicity": CODE,
        "gender": CODE,
        "upn_unknown": CODE,
        "nationality": CODE,
        "disabilities": CODES,
        "is_disabled": FLAG,
        "unaccompanied": FLAG,
        "unaccompanied_until": DAY,
        "is_mother": FLAG,
        "mother_of_child_born_on": DAY,
    },
    words=dict.fromkeys(("forename", "surname", "upn", "former_upn", "common_id", "legacy_id"), WORD),
)

# --- The front door ---
ContactReceived = moment(
    "contact.received.1",
    "Somebody told the council about a child.",
    "contact",
    facts={"source": CODE, "outcomes": CODES},
    refs=("contact",),
)
EarlyHelpStarted = moment(
    "early_help.started.1",
    "Early help began.",
    "early_help",
    facts={"reason": CODE},
    words={"organisation": WORD, "worker": WORD},
)
EarlyHelpEnded = moment("early_help.ended.1", "Early help ended.", "early_help", facts={"ended_reason": CODE})
ReferralReceived = moment(
    "referral.received.1",
    "A child was referred to the council.",
    "referral",
    facts={
        "source": CODE,
        "primary_need": CODE,
        "no_further_action": FLAG,
        "first_conference_on": DAY,
        "outcomes": CODES,
    },
    words=HELD,
    refs=("referral",),
)
ReferralDecided = moment(
    "referral.decided.1",
    "The response to a referral was decided.",
    "referral",
    facts={"outcome": CODE, "inferred": Flag(about="No source tells it; it follows from the assessment that began.")},
    words={"reason": LONG},
    refs=("referral",),
)
ReferralClosed = moment(
    "referral.closed.1",
    "The episode of need that a referral opened was closed.",
    "referral",
    facts={"closed_reason": CODE},
    refs=("referral",),
)
NeedStarted = moment(
    "need_episode.started.1",
    "A child became a child in need, where a source keeps this apart from the referral.",
    "need_episode",
    facts={"primary_need": CODE, "last_seen_on": DAY, "status": CODE},
    words=HELD,
)
NeedEnded = moment(
    "need_episode.ended.1", "A child was no longer in need.", "need_episode", facts={"closed_reason": CODE}
)

# --- Assessment ---
AssessmentStarted = moment(
    "assessment.started.1",
    "A child's needs began to be assessed.",
    "assessment",
    facts={"reviewed_on": DAY, "child_seen": FLAG, "outcomes": CODES, "needs_support": FLAG},
    words={**HELD, "referral": WORD},
    refs=("assessment", "referral"),
)
AssessmentAuthorised = moment(
    "assessment.authorised.1",
    "An assessment was authorised, with the factors found.",
    "assessment",
    facts={"factors": CODES},
    refs=("assessment", "referral"),
)
FactorsFound = moment(
    "assessment.factors_found.1",
    "Factors were found in an assessment of which no authorisation is told.",
    "assessment",
    facts={"factors": CODES},
    refs=("assessment",),
)
ChildSeen = moment(
    "child.seen.1", "The child was seen.", "assessment", facts={"inferred": FLAG}, refs=("assessment", "referral")
)

# --- Child protection ---
StrategyHeld = moment(
    "strategy.held.1",
    "A strategy discussion was held.",
    "strategy",
    words={"referral": WORD, "enquiry": WORD},
    refs=("referral", "enquiry"),
)
S47Started = moment(
    "s47.started.1",
    "An enquiry under section 47 of the Children Act 1989 began.",
    "enquiry",
    facts={
        "strategy_held_on": DAY,
        "conference_target_on": DAY,
        "conference_not_required": FLAG,
        "no_further_action": FLAG,
        "outcomes": CODES,
    },
    words={**HELD, "referral": WORD},
    refs=("enquiry", "referral"),
)
S47Ended = moment(
    "s47.ended.1",
    "An enquiry ended; `no_conference` where none was found to be needed.",
    "enquiry",
    facts={
        "outcome": CODE,
        "reason": Text(most=4_000, about="Why no conference was needed; without a reason nothing is declined."),
        "inferred": Flag(about="The day lies somewhere in the claimed span."),
    },
    refs=("enquiry", "referral"),
)
ConferenceHeld = moment(
    "conference.held.1",
    "A child protection conference was held.",
    "conference",
    facts={
        "type": Code(codes=("initial", "review", "transfer_in")),
        "plan": Flag(about="Whether it made a plan."),
        "plan_inferred": Flag(about="A plan began under the same referral; the source says no more."),
        "target_on": DAY,
        "transferred_in": FLAG,
        "outcomes": CODES,
    },
    words={**HELD, "referral": WORD, "enquiry": WORD},
    refs=("conference", "enquiry", "referral"),
)
_PLAN: Mapping[str, Field] = {
    "first_category": CODE,
    "latest_category": CODE,
    "earlier_plans": COUNT,
    "by_other_authority": FLAG,
    "emergency_powers": FLAG,
}
_UNDER: Mapping[str, Field] = {**HELD, "referral": WORD, "conference": WORD}
CpPlanStarted = moment(
    "cp_plan.started.1",
    "A child protection plan began.",
    "plan",
    facts=_PLAN,
    words=_UNDER,
    refs=("plan", "referral", "conference"),
)
CpPlanEnded = moment("cp_plan.ended.1", "A child protection plan ended.", "plan", refs=("plan", "referral"))
CinPlanStarted = moment(
    "cin_plan.started.1",
    "A child in need plan began.",
    "plan",
    facts=_PLAN,
    words=_UNDER,
    refs=("plan", "referral", "conference"),
)
CinPlanEnded = moment("cin_plan.ended.1", "A child in need plan ended.", "plan", refs=("plan", "referral"))
_REVIEW: Mapping[str, Field] = {
    "due_on": DAY,
    "participation": CODE,
    "cancelled": FLAG,
    "plan_continues": FLAG,
}
CpReviewHeld = moment(
    "cp_review.held.1",
    "A review conference was held.",
    "review",
    facts=_REVIEW,
    words={"plan": WORD},
    refs=("conference", "plan"),
)
QuorumRecorded = moment(
    "quorum.recorded.1",
    "Whether a conference was quorate was recorded.",
    "review",
    facts={"quorate": FLAG},
    refs=("conference", "plan"),
)
_VISIT: Mapping[str, Field] = {"seen": FLAG, "seen_alone": FLAG, "bedroom_seen": FLAG}
CpVisitMade = moment(
    "cp_visit.made.1",
    "A child on a protection plan was visited.",
    "visit",
    facts=_VISIT,
    words={"plan": WORD},
    refs=("plan",),
)
CinVisitMade = moment(
    "cin_visit.made.1", "A child in need was visited.", "visit", facts=_VISIT, words={"plan": WORD}, refs=("plan",)
)

# --- Care ---
CareEpisodeStarted = moment(
    "care_episode.started.1",
    "A span of being looked after under one legal status and in one placement began.",
    "care_episode",
    facts={
        "started_reason": CODE,
        "entered_care_on": DAY,
        "legal_status": CODE,
        "legal_status_on": DAY,
        "need": CODE,
        "placement_type": CODE,
        "permanence_plan": CODE,
        "independent_contact_on": DAY,
        "health_assessed_on": DAY,
        "teeth_checked_on": DAY,
        "again_within_year": FLAG,
        "placements_in_year": COUNT,
        "missing_in_year": COUNT,
        "absent_in_year": COUNT,
    },
    words={**HELD, "period": WORD, "placement": WORD, "home_postcode": WORD},
)
CareEpisodeEnded = moment(
    "care_episode.ended.1", "A span of being looked after ended.", "care_episode", facts={"ended_reason": CODE}
)
CareStarted = moment("care.started.1", "A child came into care.", "care_episode")
CareEnded = moment("care.ended.1", "A child left care.", "care_episode")
PlacementStarted = moment(
    "placement.started.1",
    "A looked-after child began to live in a placement.",
    "placement",
    facts={
        "basis": Text(most=200, about="On what the child is there; a clause asks for `home_interim_order`."),
        "meant_to_last": Code(codes=("to_18", "not_to_18")),
        "type": CODE,
        "provider": CODE,
        "distance": CODE,
        "location": CODE,
        "authority": CODE,
    },
    words={"period": WORD, "urn": WORD, "postcode": WORD},
)
PlacementEnded = moment("placement.ended.1", "A placement ended.", "placement", facts={"changed_reason": CODE})
CareReviewHeld = moment(
    "care_review.held.1",
    "A looked-after child's case was reviewed, or the review was cancelled.",
    "review",
    facts={**_REVIEW, "cancelled": Flag(about="True: it was not held.")},
    words={"plan": WORD},
)
CareVisitMade = moment(
    "care_visit.made.1", "A looked-after child was visited.", "visit", facts=_VISIT, words={"plan": WORD}
)
HealthAssessed = moment(
    "health.assessed.1",
    "A looked-after child's health was assessed.",
    "health_check",
    facts={"type": CODE, "status": CODE},
)
HealthChecked = moment(
    "health.checked.1",
    "A looked-after child had a dental check or the like.",
    "health_check",
    facts={"type": CODE, "status": CODE},
)
PathwayReviewed = moment(
    "pathway_plan.reviewed.1", "A pathway plan was reviewed.", "review", facts=_REVIEW, words={"plan": WORD}
)
CareLeaverSeen = moment(
    "care_leaver.told.1",
    "What is known of a young person who left care.",
    "care_leaving",
    facts={
        "return_year": CODE,
        "eligibility": CODE,
        "in_touch": CODE,
        "last_contact_on": DAY,
        "accommodation": CODE,
        "accommodation_suitable": CODE,
        "activity": CODE,
        "pathway_reviewed_on": DAY,
    },
    words={**HELD, "adviser": WORD},
)

# --- Missing ---
MissingStarted = moment(
    "missing.started.1",
    "A child went missing (M) or was away without authorisation (A).",
    "missing_episode",
    facts={"type": CODE},
    refs=("episode",),
)
MissingReturned = moment("missing.returned.1", "A missing child came back.", "missing_episode", refs=("episode",))
ReturnInterviewOffered = moment(
    "return_interview.offered.1",
    "Whether a return interview was offered and accepted; when is in no standard.",
    "return_interview",
    facts={"offered": FLAG, "accepted": FLAG},
    words={"missing_episode": WORD},
    refs=("episode",),
)
ReturnInterviewHeld = moment(
    "return_interview.held.1",
    "A return interview was held.",
    "return_interview",
    facts={"independent": FLAG},
    words={"account": LONG},
    refs=("episode",),
)

# --- Who worked with the child, and what an agency had written down before it used Heed ---
InvolvementStarted = moment(
    "involvement.started.1",
    "A worker began to have to do with a child.",
    "involvement",
    facts={"role": CODE},
    words=dict.fromkeys(("worker", "worker_name", "team", "team_name", "referral"), WORD),
)
InvolvementEnded = moment(
    "involvement.ended.1", "A worker's time with a child ended.", "involvement", facts={"changed_reason": CODE}
)
EarlierConcernTold = moment(
    "earlier_concern.told.1",
    "An agency had written down a concern before it used Heed; it owes what its own rules owed then.",
    "earlier_concern",
    facts={"happened_on": DAY, "category": CODE},
    words={"agency": WORD, "raised_by": WORD, "words": LONG, "place": LONG},
)

# --- Imports ---
_AGENCY = Ref(least=1, about="Whose files they are.")
ImportAgreed = register(
    Kind(
        name="import.agreed.1",
        about="An agency's files may be brought in under this agreement.",
        subject="agreement",
        facts={"from": Day(), "to": Day()},
        words={"agreement": Text(needed=True, most=2_000)},
        refs={"agency": _AGENCY},
    )
)
ImportOpened = register(
    Kind(
        name="import.opened.1",
        about="Files began to be brought in; incomplete until the import is closed.",
        subject="import",
        facts={
            "standard": Text(needed=True, most=20),
            "digests": Many(needed=True, of=DIGEST, least=1, most=10_000, about="SHA-256 of each file's bytes."),
            "rows": Whole(about="How many events the files tell."),
        },
        words={"names": Many(of=WORD, most=10_000)},
        refs={"agency": _AGENCY, "agreement": Ref()},
    )
)
_COUNTS = {
    name: Whole() for name in ("children", "events", "new", "corrected", "same", "rejects", "doubts", "conflicts")
}
ImportClosed = register(
    Kind(
        name="import.closed.1",
        about="Files were brought in whole: what came of it, and for which days their silence means something.",
        subject="import",
        facts={
            **_COUNTS,
            "told": Many(
                of=Group(members={"kind": Text(needed=True, most=64), "count": Whole(needed=True)}),
                about="How many events of each kind the files tell.",
            ),
            "coverage": Many(of=Group(members={"kind": Text(needed=True, most=64), "from": Day(), "to": Day()})),
            "rejects_files": Many(of=DIGEST, about="The pieces of a zip of rows that can be corrected."),
            "findings_files": Many(of=DIGEST, about="The pieces of a zip of what should be looked at."),
        },
        refs={"agency": _AGENCY},
        may_have_files=True,
    )
)
