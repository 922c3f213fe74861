"""Kinds of entry about agencies, teams, workers, what they may do, and children."""

from heed.entry.fields import Code, Day, Many, Text
from heed.entry.kinds import Kind, Ref, register

# The roles of design.md and issue 'A concern that must be answered', from least to most far-reaching within an agency.
ROLES = (
    "reporter",
    "practitioner",
    "team_manager",
    "service_manager",
    "director",
    "board_member",
    "scrutineer",
    "inspector",
    "records_officer",
    "administrator",
)
# Roles whose grant lets somebody read records: proposed by an administrator, confirmed by a second person who is none.
READING_ROLES = frozenset(ROLES) - {"reporter", "administrator", "board_member"}
# Roles that answer for other people: where an agency has one, she confirms who may read records there.
MANAGING_ROLES = frozenset({"team_manager", "service_manager", "director", "scrutineer"})
# Roles that work with children, and so make a child's record.
WORKING_ROLES = frozenset({"practitioner", "team_manager", "service_manager", "director"})
# Named posts that shipped packs make owners of duties, or let be told of them (docs/adr/roles-of-owners.md). An office
# opens no record: whoever holds one holds a role that reads records too. A test compares this list with the packs.
OFFICES = (
    "access_guardian",
    "accountable_officer",
    "action_owner",
    "agency_lead",
    "challenged_manager",
    "chief_executive",
    "competent_authority",
    "conference_chair",
    "employer",
    "front_door_manager",
    "health_lead",
    "lead_partner",
    "lead_social_worker",
    "meeting_chair",
    "meeting_secretary",
    "missing_coordinator",
    "next_level_manager",
    "officer_in_case",
    "panel_chair",
    "partnership_manager",
    "personal_adviser",
    "police_crime_registrar",
    "police_designated_officer",
    "police_missing_lead",
    "police_officer",
    "police_supervisor",
    "reviewing_officer",
    "social_worker",
    "support_manager",
    "support_worker",
)
# What a manager confirms who is no administrator: whatever lets somebody read records, or rests on it.
GUARDED = READING_ROLES | frozenset(OFFICES)
AGENCY_TYPES = ("council", "police", "health", "school", "residential", "youth", "voluntary", "board", "inspectorate")
# DfE child ethnicity codes (CIN census XSD 2026; domain/standards.md 5.4).
_CODES = "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT"
ETHNICITIES = tuple(_CODES.split(" "))

AgencyNamed = register(
    Kind(
        name="agency.named.1",
        about="An agency takes part, under this name and with these numbers to call.",
        subject="agency",
        facts={
            "name": Text(needed=True, most=200),
            "type": Code(needed=True, codes=AGENCY_TYPES),
            "day_number": Text(most=40, about="The number to call by day."),
            "night_number": Text(most=40, about="The number to call out of hours."),
        },
    )
)
TeamNamed = register(
    Kind(
        name="team.named.1",
        about="An agency has a team of this name.",
        subject="team",
        facts={"name": Text(needed=True, most=200)},
        refs={"agency": Ref(least=1)},
    )
)
WorkerJoined = register(
    Kind(
        name="worker.joined.1",
        about="Somebody works for an agency, in a team.",
        subject="worker",
        facts={"profession": Text(most=60)},
        words={"name": Text(needed=True, most=200)},
        refs={"agency": Ref(least=1), "team": Ref()},
    )
)
WorkerLeft = register(
    Kind(
        name="worker.left.1",
        about="Somebody left; every grant of hers ends and her duties pass on at once.",
        subject="worker",
        refs={"worker": Ref(about="Herself again, so that clauses match on it.")},
    )
)
GrantProposed = register(
    Kind(
        name="grant.proposed.1",
        about="An administrator proposed that somebody hold a role.",
        subject="grant",
        facts={"role": Code(needed=True, codes=ROLES)},
        refs={"worker": Ref(least=1), "agency": Ref(least=1), "team": Ref()},
    )
)
OfficeProposed = register(
    Kind(
        name="office.proposed.1",
        about="An administrator proposed that somebody who reads records hold a named post; confirmed like a role.",
        subject="grant",
        facts={"role": Code(needed=True, codes=OFFICES, about="The office.")},
        refs={"worker": Ref(least=1), "agency": Ref(least=1), "team": Ref()},
    )
)
GrantConfirmed = register(
    Kind(
        name="grant.confirmed.1",
        about="A second person, who is no administrator, confirmed a role; from now on it is held.",
        subject="grant",
        refs={"worker": Ref(least=1)},
    )
)
GrantEnded = register(
    Kind(
        name="grant.ended.1",
        about="A role is no longer held.",
        subject="grant",
        refs={"worker": Ref(least=1)},
        facts={"why": Code(needed=True, codes=("left", "moved", "withdrawn"))},
    )
)
LinkSent = register(
    Kind(
        name="account.link_sent.1",
        about="A one-time link was sent to a worker, to set her password; her second factor stays.",
        subject="worker",
        refs={"worker": Ref(least=1)},
    )
)
ResetAsked = register(
    Kind(
        name="second_factor.reset_asked.1",
        about="An administrator asked that a worker's second factor be forgotten; a second person must agree.",
        subject="worker",
        refs={"worker": Ref(least=1)},
        words={"reason": Text(needed=True, most=1_000, about="How it was made sure that it is she who asks.")},
    )
)
ResetAgreed = register(
    Kind(
        name="second_factor.reset.1",
        about="A second person agreed, and a worker's second factor was forgotten; she sets up a new one.",
        subject="worker",
        refs={"worker": Ref(least=1)},
    )
)
ResetRefused = register(
    Kind(
        name="second_factor.reset_refused.1",
        about="A second person refused that a worker's second factor be forgotten.",
        subject="worker",
        refs={"worker": Ref(least=1)},
    )
)
ChildRecorded = register(
    Kind(
        name="child.recorded.1",
        about="An agency's own record of a child.",
        subject="child",
        facts={
            "born": Day(),
            "sex": Code(codes=("female", "male", "other", "not_known")),
            "ethnicity": Code(codes=ETHNICITIES, about="DfE code; NOBT not yet obtained, REFU refused."),
            "looked_after": Code(codes=("yes", "no", "not_known")),
        },
        words={
            "name": Text(needed=True, most=200),
            "also_known_as": Many(of=Text(most=200), most=20),
            "address": Text(most=500),
        },
        refs={"agency": Ref(least=1)},
    )
)
GlassBroken = register(
    Kind(
        name="access.broken_glass.1",
        about="Somebody opened a record that was not addressed to her, in an emergency and with a reason.",
        subject="access",
        facts={"reason_code": Code(needed=True, codes=("danger_today", "court", "covering_a_colleague", "other"))},
        words={"reason": Text(needed=True, most=2_000)},
        refs={"access": Ref(least=1), "child": Ref(), "concern": Ref(), "team": Ref(), "agency": Ref()},
    )
)
AccessReviewed = register(
    Kind(
        name="access.reviewed.1",
        about="Somebody else looked at an emergency opening and said whether it was right.",
        subject="access",
        facts={
            "finding": Code(needed=True, codes=("right", "wrong", "unclear")),
            "trigger": Text(needed=True, most=18),
        },
        words={"reason": Text(needed=True, most=2_000)},
        refs={"access": Ref(least=1)},
    )
)
