"""Kinds of entry about policy and about what becomes of a duty."""

from heed.entry.fields import Code, Day, Decimal, Field, Flag, Group, KeyField, Many, Moment, Roles, Text, Whole
from heed.entry.kinds import Kind, Ref, register

PolicyAdopted = register(
    Kind(
        name="policy.adopted.1",
        about="The partnership's procedures are those of this pack from now on; its text and digest are kept.",
        subject="policy",
        facts={
            "pack": Text(needed=True, most=60),
            "version": Text(needed=True, most=20),
            "digest": Text(needed=True, pattern="[0-9a-f]{64}"),
            "text": Text(needed=True, most=900_000, about="The pack, as it was read."),
        },
    )
)
_DUTY = {
    "clause": Text(needed=True, most=60),
    "key": Roles(needed=True),
    "anchor": Whole(),
    "addressee": KeyField(),
}
# Every role by which a shipped pack's clause may match: an entry about a duty is found by the duty's own keys.
MATCHED = (
    *("access", "action", "allegation", "assessment", "case", "challenge", "child", "concern", "conference", "contact"),
    *("disclosure", "enquiry", "episode", "finding", "incident", "investigation", "meeting", "objection"),
    *("partnership", "referral", "report", "request", "worker"),
)
_ROLES = {
    **{name: Ref(most=20) for name in MATCHED},
    "owner": Ref(about="The key that owns a duty whose clause matches only its trigger: that entry's subject."),
}

DutyWaived = register(
    Kind(
        name="duty.waived.1",
        about="A named person let a duty go, with a reason.",
        subject="duty",
        facts={**_DUTY, "reason": Text(needed=True, most=2_000)},
        refs=_ROLES,
    )
)
DutySuspended = register(
    Kind(
        name="duty.suspended.1",
        about="A duty's clock stands still for a reason; its raw due time goes on.",
        subject="duty",
        facts={**_DUTY, "reason": Text(needed=True, most=2_000)},
        refs=_ROLES,
    )
)
DutyResumed = register(
    Kind(name="duty.resumed.1", about="A duty's clock runs again.", subject="duty", facts=_DUTY, refs=_ROLES)
)
DutyEscalated = register(
    Kind(
        name="duty.escalated.1",
        about="Somebody was told that a duty's time has passed a rung.",
        subject="duty",
        facts={
            **_DUTY,
            "rung": Whole(needed=True),
            "to": Text(needed=True, most=60, about="The role that was told."),
            "outside": Flag(needed=True, about="Whether that is outside the owning agency."),
            "passed_at": Moment(needed=True),
            "due": Moment(),
            "unheld": Flag(needed=True, about="Whether nobody held the role, so that it fell to the accountable one."),
        },
        refs={**_ROLES, "told": Ref(most=200)},
    )
)
DutySuperseded = register(
    Kind(
        name="duty.superseded.1",
        about="Later knowledge took away a duty that somebody was told of; its successor is named where there is one.",
        subject="duty",
        facts={**_DUTY, "successor": KeyField(about="The first half of the successor's identity.")},
        refs=_ROLES,
    )
)
HoursStated = register(
    Kind(
        name="team.hours_stated.1",
        about="A manager stated how many hours a week a team has for what it owes.",
        subject="team",
        facts={"a_week": Decimal(needed=True, about="Hours a week, until stated anew.")},
        refs={"team": Ref(least=1), "agency": Ref(least=1)},
    )
)
ShortfallForeseen = register(
    Kind(
        name="team.shortfall_foreseen.1",
        about="Somebody was told that a team cannot meet what falls due in a week with the hours that it has.",
        subject="team",
        facts={
            "week": Day(needed=True, about="The Monday on which the week begins."),
            "duties": Whole(needed=True),
            "needed": Decimal(needed=True, about="The least hours that the work may take."),
            "available": Decimal(needed=True),
            "to": Text(needed=True, most=60, about="The role that was told."),
        },
        refs={"team": Ref(least=1), "agency": Ref(), "told": Ref(most=200)},
    )
)
register(
    Kind(
        name="calendar.adopted.1",
        about="Working days are counted by this calendar from now on.",
        subject="calendar",
        facts={
            "name": Text(needed=True, most=60),
            "digest": Text(needed=True, pattern="[0-9a-f]{64}"),
            "code": Code(codes=("england-wales",)),
        },
        upcast=lambda facts, words: (facts, words),  # without a text: the calendar that Heed carries
    )
)
CalendarAdopted = register(
    Kind(
        name="calendar.adopted.2",
        about="Working days are counted by this calendar from now on; its text and digest are kept.",
        subject="calendar",
        facts={
            "name": Text(needed=True, most=60),
            "version": Text(needed=True, most=60),
            "digest": Text(needed=True, pattern="[0-9a-f]{64}"),
            "text": Text(needed=True, most=100_000, about="The calendar, as it was read."),
        },
    )
)
_EFFECT: dict[str, Field] = {
    "clause": Text(needed=True, most=60, about="Empty for all clauses together."),
    "opens": Text(needed=True, most=12),
    "overdue": Text(needed=True, most=12, about="Of those that open: past their due already."),
    "unknown": Text(
        needed=True, most=12, about="Of those that open: a fact is missing that says whether they are owed."
    ),
    "goes": Text(needed=True, most=12),
    "turns": Text(needed=True, most=12, about="End or lateness is another."),
    "moves": Text(needed=True, most=12, about="The due is another, and nothing else."),
}
LawProposed = register(
    Kind(
        name="policy.proposed.1",
        about="Somebody proposed that a pack or a calendar be adopted; a second person, of another agency, decides.",
        subject="policy",
        facts={
            "what": Code(needed=True, codes=("pack", "calendar")),
            "name": Text(needed=True, most=60),
            "version": Text(needed=True, most=60),
            "digest": Text(needed=True, pattern="[0-9a-f]{64}"),
            "text": Text(needed=True, most=900_000, about="The whole text that would be adopted."),
            "follows": Text(pattern="[0-9a-f]{64}", about="Digest of the text in force that it was compared with."),
            "effect": Many(of=Group(members=_EFFECT), most=1_000, about="Duties it would change; c stands for 1 to 5."),
            "reached": Whole(needed=True, about="The effect was worked out on the entries up to this one."),
        },
        words={"reason": Text(needed=True, most=4_000, about="Why; names nobody.")},
    )
)
LawApproved = register(
    Kind(
        name="policy.approved.1",
        about="A second person, of another agency than the proposer's, approved a proposal; its adoption follows.",
        subject="policy",
        facts={"proposal": Whole(needed=True)},
    )
)
Commenced = register(
    Kind(
        name="policy.commenced.1",
        about="Versions of clauses came into force on a day; what that opens or takes over is owed from then on.",
        subject="policy",
        facts={
            "versions": Many(
                needed=True,
                of=Group(
                    members={
                        "clause": Text(needed=True, most=60),
                        "version": Text(needed=True, most=60),
                        "from": Day(needed=True),
                    }
                ),
                least=1,
                most=1_000,
            ),
        },
    )
)
LawDeclined = register(
    Kind(
        name="policy.declined.1",
        about="A proposal was declined, or taken back, with the reason.",
        subject="policy",
        facts={"proposal": Whole(needed=True)},
        words={"reason": Text(needed=True, most=4_000, about="Why; names nobody.")},
    )
)
