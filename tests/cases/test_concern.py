"""A concern from report to answer: what is recorded, what is owed, who sees it, what climbs."""

from datetime import UTC, datetime

import pytest

from heed.cases.concern import selectors, services
from heed.cases.concern.models import Concern, ConcernChild, Objection
from heed.duties import seen
from heed.duties import selectors as owed
from heed.duties import services as duties
from heed.duties.models import Duty, Told
from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.log.receipt import verify_receipt
from heed.people import services as people
from heed.people.models import Grant, Worker
from heed.record import checkpoints, erase, reading, tick
from heed.record.verify import verify
from world import World


def due(row: Duty) -> str:
    return datetime.fromtimestamp(row.due or 0, UTC).strftime("%Y-%m-%d %H:%M:%S")


def open_clauses(concern: str) -> list[str]:
    return sorted(Duty.objects.filter(key=concern, end="open").values_list("clause", flat=True))


def test_a_report_owes_an_acknowledgement_and_a_decision_by_the_end_of_the_next_working_day(world: World) -> None:
    entry = services.raise_concern(report=world.report(), by=world.by("yara"))
    assert open_clauses(entry.subject) == ["K1", "K2"]
    assert {due(row) for row in Duty.objects.filter(key=entry.subject)} == {"2026-03-03 23:59:59"}
    (first, _) = owed.owed(owed.open_duties(team=world.keys["front_door"]), world.now)
    assert owed.names(first.holders) == ["Mia"] and not first.is_overdue
    receipt = checkpoints.receipt_for(entry.n).text()
    assert verify_receipt(receipt.encode(), checkpoints.trust_of(world.place)).spine.kind == "concern.raised.1"
    assert verify().rebuilt


def test_danger_today_is_owed_within_the_hour_and_says_who_was_called(world: World) -> None:
    with pytest.raises(Answered, match="who was called"):
        services.raise_concern(report=world.report(danger_today="yes"), by=world.by("yara"))
    with pytest.raises(Answered, match="why nobody"):
        services.raise_concern(report=world.report(danger_today="yes", called="nobody"), by=world.by("yara"))
    report = world.report(danger_today="yes", called="999", called_who="emergency services")
    entry = services.raise_concern(report=report, by=world.by("yara"))
    assert open_clauses(entry.subject) == ["K1", "K2", "K3"]
    assert due(Duty.objects.get(key=entry.subject, clause="K3")) == "2026-03-02 11:00:00"
    services.see_to_safety(by=world.by("mia"), concern=entry.subject, how="seen at school")
    assert open_clauses(entry.subject) == ["K1", "K2"]


def test_acting_ends_what_is_owed_and_late_stays_late(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    world.pass_time(hours=3)
    services.acknowledge(by=world.by("sam"), concern=concern)
    world.pass_time(days=3)
    services.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason="enough to assess")
    ends = {row.clause: (row.end, row.was_late) for row in Duty.objects.filter(key=concern)}
    assert ends == {"K1": ("fulfilled", "no"), "K2": ("fulfilled", "yes")}
    services.answer_reporter(by=world.by("mia"), concern=concern, answer="we assess")
    row = Concern.objects.get(key=concern)
    assert row.outcome == "assessment" and row.answered_n
    verify()


def test_silence_climbs_and_ends_outside_the_agency(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    told: list[tuple[str, bool]] = []
    for days in (0, 1, 1, 1, 3, 4):
        world.pass_time(days=days)
        assert not tick.tick(world.now).error
        rows = Told.objects.filter(key=concern).order_by("n")
        told = [(row.to, row.outside) for row in rows if row.rung >= 0]
    assert set(told) == {("service_manager", False), ("director", False), ("scrutineer", True)}
    assert len(told) == 6  # two duties, three rungs each, once
    size = reading.size()
    tick.tick(world.now)
    assert reading.size() == size, "tick does nothing twice"
    last = Told.objects.filter(key=concern, to="scrutineer").first()
    assert last and last.told == [world.keys["ines"]]
    verify()


def test_need_to_know(world: World) -> None:
    concern = services.raise_concern(report=world.report(child_words="her words"), by=world.by("yara")).subject
    who_sees = {
        who
        for who in ("yara", "sam", "mia", "sid", "dora", "adam", "pat", "ines")
        if selectors.concern(concern, selectors.seen_by(world.keys[who]))
    }
    assert who_sees == {"yara", "sam", "mia", "sid", "dora"}
    row = Concern.objects.get(key=concern)
    reporter, worker = selectors.seen_by(world.keys["yara"]), selectors.seen_by(world.keys["sam"])
    assert {e.entry.kind for e in selectors.timeline(row, reporter)} == {"concern.raised.1"}
    assert {e.entry.kind for e in selectors.timeline(row, worker)} == {"concern.raised.1", "concern.voice_kept.1"}
    assert list(selectors.children(reporter)) == []
    assert [c.name for c in selectors.children(worker)] == ["Invented Child"]


def test_a_correction_strikes_the_first_version_through(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    once = world.report(what="It was once, not twice.")
    with pytest.raises(Answered, match="Say why"):
        services.correct(by=world.by("yara"), concern=concern, report=once, reason=" ")
    services.correct(by=world.by("yara"), concern=concern, report=once, reason="I had misread my notes")
    events = selectors.timeline(Concern.objects.get(key=concern), selectors.seen_by(world.keys["sam"]))
    assert [(e.entry.word("what")[:11], e.struck_by is not None) for e in events] == [
        ("Missing ove", True),
        ("It was once", False),
    ]
    assert open_clauses(concern) == ["K1", "K2"], "a correction keeps the duty's identity"
    assert Concern.objects.get(key=concern).what == "It was once, not twice."
    verify()


def test_a_misfiled_concern_is_moved_and_gone_for_the_wrong_child(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    right = people.record_child(by=world.by("sam"), name="Another Invented Child")
    wrong = world.keys["child"]
    with pytest.raises(Answered, match="not filed"):
        services.move(by=world.by("mia"), concern=concern, wrong=new_key(), right=right, reason="x")
    with pytest.raises(Answered, match="no such child"):
        services.move(by=world.by("mia"), concern=concern, wrong=wrong, right=new_key(), reason="x")
    services.move(by=world.by("mia"), concern=concern, wrong=wrong, right=right, reason="namesake")
    with pytest.raises(Answered, match="already"):
        services.move(by=world.by("mia"), concern=concern, wrong=wrong, right=right, reason="again")
    assert [c.key for c in selectors.children_of(concern)] == [right]
    assert not ConcernChild.objects.get(key=world.keys["child"], concern=concern).is_filed
    services.correct(by=world.by("mia"), concern=concern, report=world.report(what="as it was"), reason="spelling")
    assert [c.key for c in selectors.children_of(concern)] == [right], "a correction files it nowhere else"
    verify()


def test_a_child_who_was_not_named_is_named_by_a_correction(world: World) -> None:
    unnamed = world.report(about="unnamed_child", children=())
    concern = services.raise_concern(report=unnamed, by=world.by("yara")).subject
    assert selectors.children_of(concern) == []
    services.correct(by=world.by("mia"), concern=concern, report=world.report(), reason="the school knew her")
    assert [c.key for c in selectors.children_of(concern)] == [world.keys["child"]]
    verify()


def test_an_objection_goes_up_and_is_answered_by_somebody_else(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    with pytest.raises(Answered, match="Nothing has been decided"):
        services.object_to(by=world.by("yara"), concern=concern, why="too slow")
    services.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="thin")
    key = services.object_to(by=world.by("yara"), concern=concern, why="she was missing twice").subject
    assert Duty.objects.get(key=key, end="open").clause == "K4"
    for who in ("mia", "yara"):
        with pytest.raises(Answered, match="somebody else"):
            services.answer_objection(by=world.by(who), objection=key, position="not_upheld", answer="no")
    services.answer_objection(by=world.by("sid"), objection=key, position="upheld", answer="decide anew")
    assert Duty.objects.get(key=key).end == "fulfilled" and Objection.objects.get(key=key).position == "upheld"
    verify()


def test_two_decisions_on_one_state_are_one_and_a_sentence(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    first = services.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason="a")
    with pytest.raises(Answered, match="while you were writing"):
        services.decide(by=world.by("sam"), concern=concern, outcome="no_further_action", reason="b", seen=None)
    services.decide(by=world.by("sam"), concern=concern, outcome="strategy_discussion", reason="c", seen=first.n)


def test_a_report_in_error_is_withdrawn_by_two_and_ends_no_duty(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    with pytest.raises(Answered, match="Nobody has asked"):
        services.withdraw(by=world.by("mia"), concern=concern, reason="duplicate")
    services.ask_withdrawal(by=world.by("yara"), concern=concern, reason="wrong child")
    with pytest.raises(Answered, match="second person"):
        services.withdraw(by=world.by("yara"), concern=concern, reason="wrong child")
    services.withdraw(by=world.by("mia"), concern=concern, reason="agreed")
    assert open_clauses(concern) == ["K1", "K2"]


def test_a_waiver_is_named_and_reasoned(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    duty = Duty.objects.get(key=concern, clause="K1")
    with pytest.raises(Answered, match="Say why"):
        duties.waive(by=world.by("sid"), duty=duty.id, reason=" ")
    duties.waive(by=world.by("sid"), duty=duty.id, reason="the reporter was told by phone")
    assert Duty.objects.get(id=duty.id).end == "waived"
    with pytest.raises(Answered, match="ended already"):
        duties.waive(by=world.by("sid"), duty=duty.id, reason="again")
    verify()


def test_a_double_click_is_one_concern(world: World) -> None:
    request = new_key()
    first = services.raise_concern(report=world.report(), by=world.by("yara"), request=request)
    again = services.raise_concern(report=world.report(), by=world.by("yara"), request=request)
    assert first.n == again.n and Concern.objects.count() == 1


def test_erasing_the_act_that_ended_a_duty_leaves_it_ended(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    act = services.acknowledge(by=world.by("sam"), concern=concern)
    case = erase.propose(
        by=world.by("mia"), entry=act.n, part="both", authority="invented", recipients=[world.keys["ines"]]
    )
    erase.approve(by=world.by("pat"), erasure=case.subject)
    world.pass_time(days=15)
    erase.perform(by=world.by("pat"), erasure=case.subject, now=world.now)
    assert reading.entry(act.n).facts is None
    assert Duty.objects.get(key=concern, clause="K1").end == "fulfilled"
    verify()


def test_breaking_the_glass_owes_a_review_by_somebody_else(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    opening = people.break_glass(
        by=world.by("pat"), reason_code="danger_today", reason="she is missing now", concern=concern
    )
    assert Duty.objects.get(key=opening.subject).clause == "K5"
    with pytest.raises(Answered, match="her own"):
        people.review_access(by=world.by("pat"), opening=opening, finding="right", reason="x")
    people.review_access(by=world.by("sid"), opening=opening, finding="right", reason="she was in danger")
    assert Duty.objects.get(key=opening.subject).end == "fulfilled"


def test_roles_are_proposed_and_confirmed_by_two_and_end_when_somebody_leaves(world: World) -> None:
    new = people.join(by=world.by("adam"), agency=world.keys["council"], team=world.keys["front_door"], name="New")
    with pytest.raises(Answered, match="administrator of that agency"):
        people.propose_role(by=world.by("mia"), worker=new, role="practitioner", agency=world.keys["council"])
    grant = people.propose_role(
        by=world.by("adam"),
        worker=new,
        role="team_manager",
        agency=world.keys["council"],
        team=world.keys["front_door"],
    )
    with pytest.raises(Answered, match="second person"):
        people.confirm_role(by=world.by("adam"), grant=grant)
    own = people.propose_role(
        by=world.by("adam"), worker=world.keys["mia"], role="director", agency=world.keys["council"]
    )
    with pytest.raises(Answered, match="her own"):
        people.confirm_role(by=world.by("mia"), grant=own)
    people.confirm_role(by=world.by("dora"), grant=grant)
    people.leave(by=world.by("adam"), worker=world.keys["mia"])
    assert owed.names(owed.holders("team_manager", world.keys["council"], world.keys["front_door"])) == ["New"]
    assert not Grant.objects.filter(key=world.keys["mia"], ended_n=None, confirmed_n__isnull=False).exists()
    people.leave(by=world.by("adam"), worker=new)
    assert owed.names(owed.holders("team_manager", world.keys["council"], world.keys["front_door"])) == ["Dora"]
    verify()


def test_what_climbed_is_found_among_what_was_told(world: World) -> None:
    services.raise_concern(report=world.report(), by=world.by("yara"))
    world.pass_time(days=20)
    tick.tick(world.now)
    ines, yara = (Worker.objects.get(key=world.keys[who]) for who in ("ines", "yara"))
    assert {duty.clause for duty in seen.climbed(ines)} >= {"K1", "K2"}
    assert {row.to for row in seen.told(ines)} == {"scrutineer"}
    assert not seen.climbed(yara).exists() and not seen.told(yara).exists()
