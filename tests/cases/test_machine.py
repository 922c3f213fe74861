"""A machine of everything people do about concerns, beside a plain-dict oracle that knows no table, tree or engine.

report, acknowledge, decide, answer, add, object, correct, move, withdraw, waive, erase, hold, escalate, grant, leave,
restrict, break the glass, report at a door. After every run: the live tables and who sees what are as the oracle says,
a rebuild changes nothing, and verify holds.
"""

import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, precondition, rule

import databases
import world as worlds
from heed.cases.concern import selectors, services
from heed.cases.concern.models import Concern, ConcernChild, Objection
from heed.cases.door import selectors as doors
from heed.cases.door import services as door_services
from heed.cases.door.codes import make_code
from heed.duties import services as duty_services
from heed.duties.models import Duty, Told
from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.people import services as people
from heed.people.models import Grant
from heed.people.restriction import services as restriction
from heed.record import erase, holds, reading, replay, tick
from heed.record.verify import verify
from public.test_door import TOLD, open_door
from record.test_machine import machine_settings

LONDON = ZoneInfo("Europe/London")
# England and Wales, the weekdays on which nobody works in the time a run can reach (gov.uk/bank-holidays).
_HOLIDAYS = (
    "2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28 2027-01-01 2027-03-26 2027-03-29"
)
BANK_HOLIDAYS = {date.fromisoformat(day) for day in _HOLIDAYS.split(" ")}
# Clause → working days or hours it gives, and when whom it is told to after the due, in the same unit.
CLAUSES = {
    "K1": (1, "wd", [(0, "service_manager"), (1, "director"), (3, "scrutineer")]),
    "K2": (1, "wd", [(0, "service_manager"), (1, "director"), (5, "scrutineer")]),
    "K3": (1, "h", [(0, "service_manager"), (1, "director"), (4, "scrutineer")]),
    "K4": (5, "wd", [(0, "director"), (5, "scrutineer")]),
    "K5": (2, "wd", [(0, "director"), (5, "scrutineer")]),
}
texts = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1, max_size=20).filter(str.strip)
TEAM, MANAGERS = ("sam", "mia"), ("sid", "dora")


def after(start: datetime, n: int) -> datetime:
    """Return the last second of the n-th working day after a moment's London day."""
    day = start.astimezone(LONDON).date()
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5 and day not in BANK_HOLIDAYS
    return datetime.combine(day, clock(23, 59, 59), LONDON).astimezone(UTC)


@dataclass
class Owed:
    """A duty as the oracle knows it."""

    clause: str
    since: datetime
    end: str = "open"
    told: set[str] = field(default_factory=set)

    @property
    def due(self) -> datetime:
        n, unit, _ = CLAUSES[self.clause]
        return after(self.since, n) if unit == "wd" else self.since + timedelta(hours=n)

    def tell(self, now: datetime) -> None:
        """Tell every rung that has passed, if it is open."""
        for n, whom in CLAUSES[self.clause][2] if self.end == "open" else ():
            later = after(self.due, n) if CLAUSES[self.clause][1] == "wd" and n else self.due + timedelta(hours=n)
            if later <= now:
                self.told.add(whom)


@dataclass
class Matter:
    """A concern as the oracle knows it."""

    reporter: str
    children: set[str]
    versions: list[dict[str, Any]]
    acknowledged: int | None = None
    outcome: str = ""
    decided_by: str = ""
    decided: int | None = None
    answered: bool = False
    asked_by: str = ""
    withdrawn: bool = False

    @property
    def what(self) -> str:
        return str(self.versions[-1]["what"])

    @property
    def reported(self) -> str:
        return next(str(v["what"]) for v in reversed(self.versions) if v["by"] == self.reporter)


class ConcernMachine(RuleBasedStateMachine):
    """One world; `matters`, `owed`, … are the oracle's."""

    vendor = "sqlite"
    concerns = Bundle("concerns")
    objections = Bundle("objections")
    restricted = Bundle("restricted")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="heed-concerns-"))
        django_settings.DATA = self.folder
        self.making = worlds.build(self.vendor, self.folder)
        self.world = next(self.making)
        self.matters: dict[str, Matter] = {}
        self.owed: dict[tuple[str, str], Owed] = {}
        self.objected: dict[str, dict[str, Any]] = {}
        self.restrictions: dict[str, dict[str, Any]] = {}
        self.opened: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, str] = {}
        self.holds: dict[str, str] = {}  # hold → the concern it covers, empty for everything
        self.joined: dict[str, str] = {}  # who joined and has not left → role
        self.children: list[str] = [self.world.keys["child"]]

    def teardown(self) -> None:
        try:
            self.check_everything()
        finally:
            with closing(self.making):
                next(self.making, None)
            shutil.rmtree(self.folder, ignore_errors=True)

    def by(self, who: str) -> Any:
        self.world.pass_time(seconds=61)
        return self.world.by(who)

    def open(self, key: str, clause: str) -> None:
        self.owed[key, clause] = Owed(clause, self.world.now)

    def end(self, key: str, clause: str, how: str = "fulfilled") -> None:
        held = self.owed.get((key, clause))
        if held and held.end == "open":
            held.end = how

    # --- what happens ---

    @initialize()
    def begin(self) -> None:
        for n in range(2):
            self.children.append(people.record_child(by=self.by("sam"), name=f"Invented Number{n}"))
        self.world.keys["door"] = open_door(self.world)

    @rule(target=concerns, what=texts, danger=st.booleans(), child=st.integers(0, 2), words=st.booleans())
    def report(self, what: str, danger: bool, child: int, words: bool) -> str:
        by, request = self.by("yara"), new_key()
        report = self.world.report(
            what=what,
            children=(self.children[child],),
            danger_today="yes" if danger else "no",
            called="999" if danger else "",
            child_words="hers" if words else "",
        )
        entry = services.raise_concern(report=report, by=by, request=request)
        size = reading.size()
        assert services.raise_concern(report=report, by=by, request=request).n == entry.n and reading.size() == size
        version = {"what": what, "by": "yara", "n": entry.n, "danger": danger}
        self.matters[entry.subject] = Matter("yara", {self.children[child]}, [version])
        for clause in ("K1", "K2", *(("K3",) if danger else ())):
            self.open(entry.subject, clause)
        return entry.subject

    @rule(target=concerns)
    def report_at_the_door(self) -> str:
        self.world.pass_time(seconds=61)
        request = new_key()
        code = make_code(request, "secret")
        entry = door_services.report_at(
            door=self.world.keys["door"], report=TOLD, code=code, request=request, at=self.world.now
        )
        self.matters[entry.subject] = Matter("door", set(), [{"what": TOLD.what, "by": "door", "n": entry.n}])
        self.codes[entry.subject] = code
        for clause in ("K1", "K2"):
            self.open(entry.subject, clause)
        return entry.subject

    @rule(concern=concerns, who=st.sampled_from(TEAM))
    def acknowledge(self, concern: str, who: str) -> None:
        entry = services.acknowledge(by=self.by(who), concern=concern)
        matter = self.matters[concern]
        matter.acknowledged = matter.acknowledged or entry.n
        self.end(concern, "K1")

    @rule(concern=concerns)
    def see_to_safety(self, concern: str) -> None:
        services.see_to_safety(by=self.by("mia"), concern=concern, how="seen")
        self.end(concern, "K3")

    @rule(concern=concerns, who=st.sampled_from(("mia", "sid")), read=st.booleans())
    def decide(self, concern: str, who: str, read: bool) -> None:
        if self.refused(who, concern, partial(services.decide, outcome="assessment", reason="r")):
            return
        matter, by = self.matters[concern], self.by(who)
        if matter.decided is not None and not read:
            with pytest.raises(Answered, match="while you were writing"):
                services.decide(by=by, concern=concern, outcome="early_help", reason="r")
            return
        entry = services.decide(by=by, concern=concern, outcome="assessment", reason="r", seen=matter.decided)
        matter.decided, matter.outcome, matter.decided_by = entry.n, "assessment", who
        self.end(concern, "K2")

    @rule(concern=concerns)
    def answer(self, concern: str) -> None:
        services.answer_reporter(by=self.by("mia"), concern=concern, answer="we act on it")
        self.matters[concern].answered = True

    @rule(concern=concerns, what=texts, who=st.sampled_from(("yara", "mia")), read=st.booleans())
    def correct(self, concern: str, what: str, who: str, read: bool) -> None:
        again = partial(services.correct, report=self.world.report(), reason="r")
        if self.refused(who, concern, again, reporter=True):
            return
        matter, by = self.matters[concern], self.by(who)
        danger = matter.versions[0].get("danger", False)
        report = self.world.report(what=what, danger_today="yes" if danger else "no", children=())
        seen = matter.versions[-1]["n"] if read else matter.versions[0]["n"] + 10_000
        if not read:
            with pytest.raises(Answered, match="while you were writing"):
                services.correct(by=by, concern=concern, report=report, reason="r", seen=seen)
            return
        entry = services.correct(by=by, concern=concern, report=report, reason="r", seen=seen)
        matter.versions.append({"what": what, "by": who, "n": entry.n})

    @rule(concern=concerns, right=st.integers(0, 2))
    def move(self, concern: str, right: int) -> None:
        matter, to = self.matters[concern], self.children[right]
        wrong = min(matter.children) if matter.children else new_key()
        by = self.by("mia")
        if not matter.children or to in matter.children:
            with pytest.raises(Answered):
                services.move(by=by, concern=concern, wrong=wrong, right=to, reason="r")
            return
        services.move(by=by, concern=concern, wrong=wrong, right=to, reason="r")
        matter.children = (matter.children - {wrong}) | {to}

    @rule(concern=concerns, who=st.sampled_from(("yara", "sam")))
    def ask_withdrawal(self, concern: str, who: str) -> None:
        if self.refused(who, concern, partial(services.ask_withdrawal, reason="r"), reporter=True):
            return
        services.ask_withdrawal(by=self.by(who), concern=concern, reason="in error")
        self.matters[concern].asked_by = who

    @rule(concern=concerns, who=st.sampled_from(("sam", "mia")))
    def withdraw(self, concern: str, who: str) -> None:
        matter, by = self.matters[concern], self.by(who)
        if matter.asked_by in ("", who):
            with pytest.raises(Answered):
                services.withdraw(by=by, concern=concern, reason="r")
            return
        services.withdraw(by=by, concern=concern, reason="r")
        matter.withdrawn = True

    @rule(target=objections, concern=concerns)
    def object_to(self, concern: str) -> str:
        if self.refused("yara", concern, partial(services.object_to, why="r"), reporter=True):
            return ""
        matter, by = self.matters[concern], self.by("yara")
        if not matter.decided_by:
            with pytest.raises(Answered, match="Nothing has been decided"):
                services.object_to(by=by, concern=concern, why="r")
            return ""
        key = services.object_to(by=by, concern=concern, why="r").subject
        self.objected[key] = {"concern": concern, "against": matter.decided_by, "position": ""}
        self.open(key, "K4")
        return key

    @rule(key=objections, who=st.sampled_from(("mia", "sid", "dora")))
    def answer_objection(self, key: str, who: str) -> None:
        held, by = self.objected.get(key), self.by(who)
        closed = held is None or held["position"] or held["against"] == who
        if held is None or closed or not self.works(who, held["concern"]):
            with pytest.raises(Answered):
                services.answer_objection(by=by, objection=key, position="upheld", answer="r")
            return
        services.answer_objection(by=by, objection=key, position="upheld", answer="r")
        held["position"] = "upheld"
        self.end(key, "K4")

    @rule(concern=concerns, clause=st.sampled_from(("K1", "K2", "K3")))
    def waive(self, concern: str, clause: str) -> None:
        row, by = Duty.objects.filter(key=concern, clause=clause).first(), self.by("sid")
        assert (row is not None) == ((concern, clause) in self.owed)
        if row is None:
            return
        if self.owed[concern, clause].end != "open":
            with pytest.raises(Answered, match="ended already"):
                duty_services.waive(by=by, duty=row.id, reason="r")
            return
        with pytest.raises(Answered):
            duty_services.waive(by=self.by("yara"), duty=row.id, reason="r")
        duty_services.waive(by=by, duty=row.id, reason="told by phone")
        self.end(concern, clause, "waived")

    @rule(concern=concerns, version=st.integers(0, 3), part=st.sampled_from(("words", "act")))
    def erase(self, concern: str, version: int, part: str) -> None:
        matter = self.matters[concern]
        chosen = matter.versions[version % len(matter.versions)]
        n = chosen["n"] if part == "words" else matter.acknowledged
        gone = chosen["what"] == "(erased)" if part == "words" else n is None or n in self.gone()
        by = self.by("mia")
        ask: dict[str, Any] = {"part": "words" if part == "words" else "both", "authority": "invented"}
        ask |= {"recipients": [self.world.keys["ines"]], "court_order": True}
        if gone or n is None:
            return
        if {concern, ""} & set(self.holds.values()):
            with pytest.raises(Answered):
                erase.propose(by=by, entry=n, **ask)
            return
        case = erase.propose(by=by, entry=n, **ask).subject
        erase.approve(by=self.by("pat"), erasure=case)
        erase.perform(by=self.by("pat"), erasure=case, now=self.world.now)
        if part == "words":
            chosen["what"] = "(erased)"

    def gone(self) -> set[int]:
        return {e.fact("entry") for e in reading.of_kinds(["entry.erased.1"])}

    @rule(concern=concerns, everything=st.booleans())
    def hold(self, concern: str, everything: bool) -> None:
        covers = () if everything else (concern,)
        entry = holds.place_hold(by=self.by("ines"), authority="inquiry", everything=everything, covers=covers)
        self.holds[entry.subject] = "" if everything else concern

    @precondition(lambda self: self.holds)
    @rule()
    def lift_hold(self) -> None:
        key = next(iter(self.holds))
        holds.propose_lift(by=self.by("ines"), hold=key, reason="over")
        holds.lift(by=self.by("dora"), hold=key, reason="over")
        del self.holds[key]

    @rule(days=st.integers(1, 6))
    def escalate(self, days: int) -> None:
        now = self.world.pass_time(days=days)
        for _ in range(2):
            assert not tick.tick(now).error
        for held in self.owed.values():
            held.tell(now)

    @rule(role=st.sampled_from(("practitioner", "team_manager", "reporter")))
    def join(self, role: str) -> None:
        name = f"new{len(self.world.keys)}"
        council, team = self.world.keys["council"], self.world.keys["front_door"]
        self.world.keys[name] = people.join(by=self.by("adam"), agency=council, team=team, name=name)
        self.world.agency_of[name] = "council"
        grant = people.propose_role(
            by=self.by("adam"), worker=self.world.keys[name], role=role, agency=council, team=team
        )
        self.joined[name] = ""
        for wrong in ("adam", name):
            with pytest.raises(Answered):
                people.confirm_role(by=self.by(wrong), grant=grant)
        people.confirm_role(by=self.by("dora"), grant=grant)
        self.joined[name] = role

    @precondition(lambda self: any(self.joined.values()))
    @rule()
    def leave(self) -> None:
        name = min(name for name, role in self.joined.items() if role)
        people.leave(by=self.by("adam"), worker=self.world.keys[name])
        self.joined[name] = ""

    @rule(concern=concerns)
    def break_the_glass(self, concern: str) -> None:
        entry = people.break_glass(by=self.by("pat"), reason_code="danger_today", reason="r", concern=concern)
        self.opened[entry.subject] = {"concern": concern, "at": self.world.now, "entry": entry, "reviewed": False}
        self.open(entry.subject, "K5")

    @precondition(lambda self: self.opened)
    @rule(who=st.sampled_from(("pat", "sid")))
    def review(self, who: str) -> None:
        key = list(self.opened)[-1]
        held, by = self.opened[key], self.by(who)
        review = partial(people.review_access, by=by, opening=held["entry"], finding="right", reason="r")
        if who == "pat" or held["reviewed"]:
            with pytest.raises(Answered, match="her own" if who == "pat" else "reviewed already"):
                review()
            return
        review()
        held["reviewed"] = True
        self.end(key, "K5")

    @rule(target=restricted, concern=concerns, of_child=st.booleans(), agreed=st.booleans())
    def restrict(self, concern: str, of_child: bool, agreed: bool) -> str:
        children = self.matters[concern].children
        target = {"child": min(children)} if of_child and children else {"concern": concern}
        named = [self.world.keys[who] for who in TEAM]
        by = self.by("sam")
        key = restriction.propose(by=by, workers=named, reason="r", **target).subject
        answer = restriction.agree if agreed else restriction.decline
        for wrong in ("sam", "pat"):
            with pytest.raises(Answered):
                answer(by=self.by(wrong), restriction=key, reason="r")
        answer(by=self.by("mia"), restriction=key, reason="r")
        if agreed:
            self.restrictions[key] = target
        return key

    @rule(key=consumes(restricted))
    def lift_restriction(self, key: str) -> None:
        if key not in self.restrictions:
            with pytest.raises(Answered, match="no such restriction"):
                restriction.propose_lift(by=self.by("sam"), restriction=key, reason="r")
            return
        restriction.propose_lift(by=self.by("sam"), restriction=key, reason="over")
        restriction.lift(by=self.by("mia"), restriction=key, reason="over")
        del self.restrictions[key]

    # --- what must then be so ---

    def sees(self, who: str, concern: str) -> bool:
        return self.matters[concern].reporter == who or self.works(who, concern)

    def refused(self, who: str, concern: str, act: Any, *, reporter: bool = False) -> bool:
        """Try an act of somebody who may not do it, and say so; one who may is left to the caller."""
        if self.works(who, concern) or (reporter and self.matters[concern].reporter == who):
            return False
        with pytest.raises(Answered, match="no such concern"):
            act(by=self.by(who), concern=concern)
        return True

    def works(self, who: str, concern: str) -> bool:
        matter = self.matters[concern]
        now = self.world.now
        if who == "pat":
            lasting = [row for row in self.opened.values() if now - row["at"] < timedelta(hours=24)]
            return any(row["concern"] == concern for row in lasting)
        targets = [target for row in self.restrictions.values() for target in row.values()]
        if who not in TEAM and {concern, *matter.children} & set(targets):
            return False
        return who in (*TEAM, *MANAGERS) or self.joined.get(who) in ("practitioner", "team_manager")

    def live(self) -> dict[str, Any]:
        clause_of = {row.id[:32]: row.clause for row in Duty.objects.all()}
        return {
            "concerns": {
                row.key: (
                    row.what,
                    row.reported,
                    row.acknowledged_n,
                    row.outcome,
                    row.answered_n is not None,
                    row.withdrawn_n is not None,
                )
                for row in Concern.objects.all()
            },
            "filed": {(row.concern, row.key) for row in ConcernChild.objects.filter(is_filed=True)},
            "objections": {row.key: (row.concern, row.position) for row in Objection.objects.all()},
            "duties": {(row.key, row.clause): (row.end, row.due) for row in Duty.objects.all()},
            "told": {(row.key, clause_of[row.duty], row.to) for row in Told.objects.all()},
            "roles": {
                row.key: row.role
                for row in Grant.objects.filter(ended_n=None).exclude(confirmed_n=None)
                if row.key in {self.world.keys[name] for name in self.joined}
            },
        }

    def expected(self) -> dict[str, Any]:
        keys = self.world.keys
        return {
            "concerns": {
                key: (m.what, m.reported, m.acknowledged, m.outcome, m.answered, m.withdrawn)
                for key, m in self.matters.items()
            },
            "filed": {(key, child) for key, m in self.matters.items() for child in m.children},
            "objections": {key: (row["concern"], row["position"]) for key, row in self.objected.items()},
            "duties": {key: (row.end, int(row.due.timestamp())) for key, row in self.owed.items()},
            "told": {(key, row.clause, whom) for (key, _), row in self.owed.items() for whom in row.told},
            "roles": {keys[name]: role for name, role in self.joined.items() if role},
        }

    def check_seen(self) -> None:
        for who in (*worlds.PEOPLE, *self.joined):
            seen = selectors.seen_by(self.world.keys[who], self.world.now)
            found = set(selectors.concerns(seen).values_list("key", flat=True))
            assert found == {key for key in self.matters if self.sees(who, key)}, who
        for concern, code in self.codes.items():
            found_by_code = doors.standing(code)
            assert found_by_code is not None and found_by_code[0] == concern
            assert bool(found_by_code[1].answers) == self.matters[concern].answered

    def check_everything(self) -> None:
        expected = self.expected()
        assert self.live() == expected
        self.check_seen()
        assert verify().rebuilt
        replay.rebuild()
        assert self.live() == expected
        self.check_seen()
        verify(log_only=True)


class OnPostgreSQL(ConcernMachine):
    vendor = "postgresql"


def run(machine: type[ConcernMachine], examples: int, steps: int, blocker: Any) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    databases.demand(machine.vendor == "postgresql" and databases.programs() is None, "PostgreSQL")
    with blocker.unblock():
        run_state_machine_as_test(machine, settings=machine_settings(examples, steps))


def test_what_people_do_is_what_a_plain_dict_says(django_db_blocker: Any, settings: Any) -> None:
    run(ConcernMachine, 8, 25, django_db_blocker)


@pytest.mark.postgres
def test_it_is_so_on_postgresql_too(django_db_blocker: Any, settings: Any) -> None:
    run(OnPostgreSQL, 3, 20, django_db_blocker)


@pytest.mark.long
def test_what_people_do_is_what_a_plain_dict_says_for_long(django_db_blocker: Any, settings: Any) -> None:
    run(ConcernMachine, 200, 60, django_db_blocker)


@pytest.mark.long
@pytest.mark.postgres
def test_it_is_so_on_postgresql_for_long(django_db_blocker: Any, settings: Any) -> None:
    run(OnPostgreSQL, 50, 60, django_db_blocker)
