"""Statistics, holders, rungs, marks and the forecast: known answers, a second implementation, small numbers guarded."""

import dataclasses
import math
from datetime import date

import lifelines
import numpy as np
import pytest

from heed.policy.calendars import Limit, england_wales
from heed.policy.duty import Duty
from heed.policy.entries import entry_of
from heed.policy.files import load_packs
from heed.policy.forecast import forecast
from heed.policy.incidence import cumulative_incidence
from heed.policy.marks import Settings, bursts, copied, one_source, shingles, similarity, weak_marks
from heed.policy.standing import grants_of, held_over_time, holding, passed, rungs, successor
from heed.policy.statistics import Tally, guarded, part_of, share_of, tallies, time_to, worst
from heed.policy.steps import arithmetic_steps, in_full
from heed.policy.times import span_of, written
from policy.tables import child

PACKS = load_packs([])
CLAUSES = {clause.id: (clause, pack) for pack in PACKS for clause in pack.clauses}


def second(text: str) -> int:
    return span_of(text).l


def duty(end: str = "open", lateness: str = "no", **more: object) -> Duty:
    made = Duty("D1a", "2024.1", (("referral", "r1"),), None, 1, [1])
    made.end, made.lateness, made.agency, made.owner = end, lateness, "g1", "front_door_manager"
    made.from_, made.due = second("2019-03-04"), second("2019-03-05")
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", [1, 2, 3])
def test_incidence_agrees_with_lifelines_to_a_billionth(cause: int) -> None:
    chance = np.random.default_rng(cause)
    times, causes = chance.exponential(10, 500), chance.choice([0, 1, 2, 3], 500)
    other = lifelines.AalenJohansenFitter().fit(times, causes, cause)
    ours = cumulative_incidence(times, causes, cause)
    assert np.allclose(other.cumulative_density_.iloc[1:, 0], ours.share, atol=1e-9, rtol=0)
    interval = other.confidence_interval_.iloc[1:].to_numpy()
    known = ~np.isnan(interval[:, 0]) & ~np.isnan(ours.low)
    assert known.sum() > 400
    assert np.allclose(interval[known], np.column_stack((ours.low, ours.high))[known], atol=1e-9, rtol=0)


def test_without_censoring_the_shares_are_the_proportions_and_add_up_to_one() -> None:
    times, causes = [1, 1, 2, 2, 3, 3, 3, 4], [1, 2, 1, 1, 2, 2, 1, 2]
    ends = [cumulative_incidence(times, causes, cause).share[-1] for cause in (1, 2)]
    assert ends == pytest.approx([0.5, 0.5])


def test_an_open_duty_is_censored_and_not_dropped() -> None:
    done = [duty("fulfilled", ended_at=second("2019-03-06")) for _ in range(5)]
    found = time_to([*done, *(duty() for _ in range(5))], second("2019-03-05"))
    assert found is not None
    assert found.at(2)[0] == pytest.approx(1.0)  # the open ones left before anybody was done
    found = time_to([*done, *(duty() for _ in range(5))], second("2019-12-31"))
    assert found is not None
    assert found.at(2)[0] == pytest.approx(0.5)
    assert found.at(1)[0] == 0.0
    assert math.isnan(found.at(1)[1])


def test_every_duty_counts_in_one_part_and_the_parts_add_up() -> None:
    duties = [
        *(duty("fulfilled", lateness) for lateness in ("no", "yes", "undecided", "no_limit")),
        *(duty("open", lateness) for lateness in ("no", "yes", "undecided", "no_limit")),
        *(duty(end) for end in ("declined", "ceased", "waived", "superseded")),
        duty("fulfilled", "no", testable="no act covered"),
    ]
    [(group, tally)] = tallies(duties).items()
    assert group == ("D1a", "2019-Q1")
    assert tally.due == len(duties) == sum(tally.parts().values())
    assert tally.parts() == {
        **dict.fromkeys(["met_in_time", "met_late", "declined", "ceased", "waived", "superseded"], 1),
        "open_in_time": 1,
        "overdue": 1,
        "no_limit": 2,
        "undecided": 2,
        "not_testable": 1,
    }
    assert part_of(duty("fulfilled", "no", testable="no act covered")) == "not_testable"


def test_what_is_undecided_makes_a_share_a_range() -> None:
    tally = Tally(due=100, met_in_time=60, met_late=20, undecided=20)
    assert tally.share() == (0.6, 0.8)
    assert share_of(tally) == {"low": 0.6, "high": 0.8}
    assert Tally(due=3, declined=3).share() is None


def test_small_numbers_are_hidden_and_cannot_be_worked_out() -> None:
    shown = guarded(Tally(due=33, met_in_time=20, met_late=10, overdue=3))
    assert shown["overdue"] == "c"
    assert shown["met_late"] == "c", "else the total gives the hidden one away"
    assert (shown["met_in_time"], shown["due"], shown["declined"]) == (20, 33, 0)
    assert guarded(Tally(due=3, overdue=3))["due"] == "c"
    assert share_of(Tally(due=33, met_in_time=30, overdue=3)) == {"low": "c", "high": "c"}
    rows = worst([duty("open", "yes") for _ in range(3)])
    assert rows[0]["failed"] == "c"


GRANTS = grants_of(
    [
        {"role": "front_door_manager", "holder": "Ada", "agency": "g1", "from": "2019-01-01", "to": "2019-03-10",
         "recorded_at": "2019-01-01"},
        {"role": "front_door_manager", "holder": "Ben", "agency": "g1", "from": "2019-03-10", "to": "",
         "recorded_at": "2019-03-20"},
        {"role": "accountable_officer", "holder": "Cleo", "agency": "*", "from": "2018-01-01", "to": "",
         "recorded_at": "2018-01-01"},
    ]
)  # fmt: skip


def test_a_leaver_s_duties_pass_on_and_the_past_keeps_its_holder() -> None:
    held = holding(GRANTS, duty(), second("2019-03-09"), second("2019-12-31"))
    assert (held.as_was, held.as_is, held.unheld, held.differs) == ("Ada", "Ada", False, False)
    held = holding(GRANTS, duty(), second("2019-03-25"), second("2019-12-31"))
    assert (held.as_was, held.as_is) == ("Ben", "Ben")


def test_where_knowledge_differs_both_are_said_and_nobody_is_the_accountable_officer() -> None:
    held = holding(GRANTS, duty(), second("2019-03-15"), second("2019-12-31"))
    assert (held.as_was, held.as_is, held.differs, held.unheld) == ("Cleo", "Ben", True, False)
    held = holding(GRANTS, duty(owner="nobody"), second("2019-03-15"), second("2019-12-31"))
    assert (held.as_is, held.unheld) == ("Cleo", True)
    over_time = held_over_time(GRANTS, duty(), second("2019-12-31"), second("2019-12-31"))
    assert [name for _, name in over_time] == ["Ada", "Ben"]


def test_rungs_follow_from_the_due_alone_and_each_is_told_once() -> None:
    clause = CLAUSES["D1a"][0]
    steps = rungs(clause, duty(), second("2019-03-04"), second("2019-03-04"), england_wales())
    assert [(written(step.at)[:10], step.to, step.outside) for step in steps] == [
        ("2019-03-05", "service_manager", False),
        ("2019-03-06", "director", False),
        ("2019-03-12", "scrutineer", True),
    ]
    assert [step.place for step in passed(steps, [0], second("2019-03-07"))] == [1]
    assert len(passed(steps, [], second("2020-01-01"))) == 3, "learned of late, all are told at once"
    done = duty("fulfilled", ended_at=second("2019-03-06") - 5)
    assert [s.to for s in rungs(clause, done, 0, 0, england_wales())] == ["service_manager"]


def test_the_successor_is_the_open_duty_of_the_same_key_with_the_earliest_anchor() -> None:
    old = duty()
    later = [dataclasses.replace(old, anchor=9), dataclasses.replace(old, anchor=4), duty("fulfilled")]
    assert successor(old, later) is later[1]
    assert successor(old, [duty("fulfilled")]) is None


def test_each_step_of_the_arithmetic_is_said() -> None:
    lines = arithmetic_steps(Limit(3, "wd"), second("2019-04-18"), england_wales())
    assert lines[1:5] == [
        "Fri 19 Apr 2019: bank holiday, not counted.",
        "Sat 20 Apr 2019: weekend, not counted.",
        "Sun 21 Apr 2019: weekend, not counted.",
        "Mon 22 Apr 2019: bank holiday, not counted.",
    ]
    assert lines[5] == "Tue 23 Apr 2019: working day 1 of 3."
    assert lines[-1].endswith("2019-04-25T22:59:59.000000Z (UTC).")
    text = in_full(duty(), *CLAUSES["D1a"], arithmetic=lines)
    assert "Triggered by entry 1" in text
    assert "referral.decided.1 would end it" in text


def test_marks_have_stated_rules() -> None:
    body = "the child was seen at home and spoke freely about school and friends and sport today"
    rows = [entry_of(child(n, "visit.made", f"2019-03-0{n}")) for n in (1, 2, 3)]
    words = {1: body, 2: body.replace("sport", "music"), 3: "quite other words of the worker about another matter"}
    assert similarity(shingles(body, 5), shingles(body, 5)) == 1.0
    assert copied(rows, words) == {}
    assert copied(rows, {**words, 2: body + " again"}) == {2: 1}
    fast = [entry_of(child(n, "visit.made", "2019-03-01", f"2019-03-02 10:0{n % 10}:00")) for n in range(10)]
    assert bursts(fast) == set(range(10))
    assert bursts(fast[:9]) == set()
    assert bursts(fast, Settings.of({"minutes": "5"})) == set()


def test_a_second_source_is_asked_where_the_clause_says_so() -> None:
    clause = CLAUSES["X4"][0]
    alone = entry_of(child(5, "return_interview.held", "2019-03-05", sources=["a1"]))
    two = entry_of(child(5, "return_interview.held", "2019-03-05", sources=["a1", "school"]))
    ended = duty("fulfilled", clause="X4", version="1", ended_by=5)
    assert one_source(ended, clause, {5: alone})
    assert not one_source(ended, clause, {5: two})
    marks = weak_marks([ended], [clause], [alone], {})
    assert list(marks.values()) == [["one_source"]]


def test_the_forecast_says_cannot_be_met_before_the_breach() -> None:
    clause = CLAUSES["X1"][0]
    made = [
        dataclasses.replace(duty(), clause="X1", version="1", holder="Ada", due=second("2019-03-14")) for _ in range(10)
    ]
    weeks = forecast(made, [clause], {"Ada": "North"}, {"North": 15.0}, date(2019, 3, 5), weeks=3)
    assert [(week.duties, week.low, week.verdict) for week in weeks] == [
        (0, 0.0, "can be met"),
        (10, 20.0, "cannot be met"),
        (0, 5.0, "may not be met"),
    ]
    enough = forecast(made, [clause], {"Ada": "North"}, {"North": 90.0}, date(2019, 3, 5), weeks=3)
    assert {week.verdict for week in enough} == {"can be met"}
