"""The meaning of a clause as spec tables: one behaviour each, written from duties.md."""

from policy.tables import ALL, EVALUATORS, child, duties, entry, pack

PLAIN = pack("- {id: A, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 2 days}")


def test_an_act_in_time_fulfils() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-03")]
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | fulfilled | 2020-03-03 | 2 | no"]


def test_an_act_on_the_next_day_is_late() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-04")]
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | fulfilled | 2020-03-04 | 2 | yes"]


def test_a_span_across_the_due_is_undecided() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-02/2020-03-05")]
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | fulfilled | 2020-03-05 | 2 | undecided"]


def test_open_is_late_once_the_due_has_passed() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(9, "a.done", "2021-01-01")]
    assert duties(rows, PLAIN, "2020-03-03") == ["A | 1 | 2020-03-03 | open | - | None | no"]
    assert duties(rows, PLAIN, "2020-03-04") == ["A | 1 | 2020-03-03 | open | - | None | yes"]


def test_the_due_ends_with_the_local_day_in_summer_too() -> None:
    rows = [child(1, "a.asked", "2020-06-01 23:30"), child(2, "a.done", "2020-06-04 22:59:59")]
    assert duties(rows, PLAIN, "2020-07-01") == ["A | 1 | 2020-06-04 22:59 | fulfilled | 2020-06-04 22:59 | 2 | no"]
    rows[1] = child(2, "a.done", "2020-06-04 23:00")
    assert duties(rows, PLAIN, "2020-07-01")[0].endswith("| yes")


def test_an_act_on_the_day_of_a_bare_date_counts_and_one_before_does_not() -> None:
    rows = [child(1, "a.asked", "2020-03-02"), child(2, "a.done", "2020-03-02 08:00")]
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-04 | fulfilled | 2020-03-02 08:00 | 2 | no"]
    rows[1] = child(2, "a.done", "2020-03-01 23:59")
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-04 | open | - | None | yes"]


def test_another_child_s_act_does_not_count() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-02", key="c2")]
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | open | - | None | yes"]


def test_each_trigger_opens_its_own_and_one_act_ends_them_all() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.asked", "2020-03-02"), child(3, "a.done", "2020-03-04")]
    assert duties(rows, PLAIN, "2020-04-01") == [
        "A | 1 | 2020-03-03 | fulfilled | 2020-03-04 | 3 | yes",
        "A | 2 | 2020-03-04 | fulfilled | 2020-03-04 | 3 | no",
    ]


def test_a_correction_keeps_the_number_and_a_retraction_removes() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-02")]
    moved = child(3, "a.done", "2020-03-09", "2020-03-10 12:00:00", corrects=2)
    assert duties([*rows, moved], PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | fulfilled | 2020-03-09 | 2 | yes"]
    gone = entry(4, "entry.retracted", "", "2020-03-11 12:00:00", retracts=2)
    assert duties([*rows, moved, gone], PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | open | - | None | yes"]
    undone = entry(5, "entry.retracted", "", "2020-03-12 12:00:00", retracts=4)
    assert duties([*rows, moved, gone, undone], PLAIN, "2020-04-01")[0].endswith("| 2 | yes")
    only = entry(4, "entry.retracted", "", "2020-03-11 12:00:00", retracts=3)
    assert duties([*rows, moved, only], PLAIN, "2020-04-01")[0].endswith("2020-03-02 | 2 | no")


def test_what_was_recorded_after_k_is_not_known() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-02", "2020-03-20 09:00:00")]
    assert duties(rows, PLAIN, "2020-03-10", "2020-03-10") == ["A | 1 | 2020-03-03 | open | - | None | yes"]
    assert duties(rows, PLAIN, "2020-03-10") == ["A | 1 | 2020-03-03 | fulfilled | 2020-03-02 | 2 | no"]


def test_linked_children_are_one_under_the_least_key() -> None:
    rows = [child(1, "a.asked", "2020-03-01", key="c2"), child(2, "a.done", "2020-03-02", key="c1")]
    link = entry(3, "identity.linked", "", "2020-03-05 00:00:00", refs={"same": ["c1", "c2"]})
    assert duties([*rows, link], PLAIN, "2020-04-01")[0].endswith("| fulfilled | 2020-03-02 | 2 | no")
    off = entry(4, "identity.unlinked", "", "2020-03-06 00:00:00", refs={"same": ["c1", "c2"]})
    assert duties([*rows, link, off], PLAIN, "2020-04-01")[0].endswith("| open | - | None | yes")


HOURS = pack("- {id: H, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 72 h}")


def test_hours_are_elapsed_and_spans_make_them_undecided() -> None:
    rows = [child(1, "a.asked", "2020-03-27 10:00"), child(2, "a.done", "2020-03-30 10:00")]
    assert duties(rows, HOURS, "2020-05-01")[0].endswith("| no")
    rows[1] = child(2, "a.done", "2020-03-30")
    assert duties(rows, HOURS, "2020-05-01")[0].endswith("| undecided")
    rows[0] = child(1, "a.asked", "2020-03-27")
    rows[1] = child(2, "a.done", "2020-03-30 12:00")
    assert duties(rows, HOURS, "2020-05-01")[0].endswith("| undecided")
    rows[1] = child(2, "a.done", "2020-03-31 12:00")
    assert duties(rows, HOURS, "2020-05-01")[0].endswith("| yes")


REPEAT = pack(
    "- {id: R, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}, {entry: a.refused.1, as: declined}],"
    " within: [1 week, 2 weeks], repeat: true, again: absorb,"
    " until: [{entry: a.ended.1}, {entry: a.left.1, even_late: true}]}"
)


def test_each_act_is_the_next_anchor_until_it_ceases() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-05"), child(3, "a.done", "2020-03-20")]
    rows += [child(4, "a.ended", "2020-03-25")]
    assert duties(rows, REPEAT, "2020-06-01") == [
        "R | 1 | 2020-03-08 | fulfilled | 2020-03-05 | 2 | no",
        "R | 2 | 2020-03-19 | fulfilled | 2020-03-20 | 3 | yes",
        "R | 3 | 2020-04-03 22:59 | ceased | 2020-03-25 | 4 | no",
    ]


def test_an_overdue_duty_ceases_only_where_the_clause_says_even_late() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.ended", "2020-03-09")]
    assert duties(rows, REPEAT, "2020-06-01") == ["R | 1 | 2020-03-08 | open | - | None | yes"]
    rows[1] = child(2, "a.left", "2020-03-09")
    assert duties(rows, REPEAT, "2020-06-01") == ["R | 1 | 2020-03-08 | ceased | 2020-03-09 | 2 | yes"]


def test_a_late_act_after_the_end_opens_nothing_more() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.ended", "2020-03-09"), child(3, "a.done", "2020-03-10")]
    assert duties(rows, REPEAT, "2020-06-01") == ["R | 1 | 2020-03-08 | fulfilled | 2020-03-10 | 3 | yes"]


def test_a_declined_act_needs_a_reason() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.refused", "2020-03-05")]
    assert duties(rows, REPEAT, "2020-06-01") == ["R | 1 | 2020-03-08 | open | - | None | undecided | missing reason"]
    rows[1] = child(2, "a.refused", "2020-03-05", reason="will not come")
    assert duties(rows, REPEAT, "2020-03-08") == [
        "R | 1 | 2020-03-08 | declined | 2020-03-05 | 2 | no",
        "R | 2 | 2020-03-19 | open | - | None | no",
    ]


def test_a_second_trigger_joins_and_the_earliest_due_stands() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-05"), child(3, "a.asked", "2020-03-08")]
    assert duties(rows, REPEAT, "2020-03-30") == [
        "R | 1 | 2020-03-08 | fulfilled | 2020-03-05 | 2 | no",
        "R | 2 | 2020-03-15 | open | - | None | yes",
    ]


def test_acts_that_overlap_the_anchor_are_one_with_it() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-05"), child(3, "a.done", "2020-03-05 10:00")]
    assert duties(rows, REPEAT, "2020-03-06") == [
        "R | 1 | 2020-03-08 | fulfilled | 2020-03-05 10:00 | 3 | no",
        "R | 3 | 2020-03-19 | open | - | None | no",
    ]


REPLACE = PLAIN.replace("within: 2 days", "within: 2 days, again: replace")


def test_a_new_trigger_replaces_what_is_open() -> None:
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.asked", "2020-03-02"), child(3, "a.done", "2020-03-04")]
    assert duties(rows, REPLACE, "2020-04-01") == [
        "A | 1 | 2020-03-03 | superseded | 2020-03-02 | 2 | no",
        "A | 2 | 2020-03-04 | fulfilled | 2020-03-04 | 3 | no",
    ]


WHILE = pack(
    "- {id: W, when: {while: open}, match: [child], early: current, must: [{entry: risk.assessed.1}], repeat: true,"
    " again: absorb, within: [10 wd, {choose: [{if: {risk: high}, limit: 1 month}, {else: 3 months}]}],"
    " in_force: {from: 2020-01-01}}",
    states="{open: {key: child, starts: [case.opened.1], ends: [case.closed.1]},"
    " risk: {key: child, value: level, of: [risk.assessed.1]}}",
)


def test_while_a_state_holds_the_assessment_stays_current() -> None:
    rows = [child(1, "case.opened", "2020-03-02"), child(2, "risk.assessed", "2020-03-09", level="high")]
    rows += [child(3, "risk.assessed", "2020-04-08", level="low"), child(4, "case.closed", "2020-05-01")]
    assert duties(rows, WHILE, "2020-12-01") == [
        "W | 1 | 2020-03-16 | fulfilled | 2020-03-09 | 2 | no",
        "W | 2 | 2020-04-09 22:59 | fulfilled | 2020-04-08 22:59 | 3 | no",
        "W | 3 | 2020-07-08 22:59 | ceased | 2020-05-01 22:59 | 4 | no",
    ]


def test_an_act_that_is_still_current_counts_early() -> None:
    rows = [child(1, "risk.assessed", "2020-02-10", level="high"), child(2, "case.opened", "2020-03-02")]
    assert duties(rows, WHILE, "2020-03-05") == [
        "W | 1 | 2020-03-10 | open | - | None | no",
        "W | 2 | 2020-03-16 | fulfilled | 2020-02-10 | 1 | no",
    ]
    rows[0] = child(1, "risk.assessed", "2020-01-10", level="high")
    assert duties(rows, WHILE, "2020-03-05") == ["W | 2 | 2020-03-16 | open | - | None | no"]


def test_a_state_that_runs_at_commencement_triggers_then() -> None:
    rows = [child(1, "case.opened", "2019-11-05")]
    assert duties(rows, WHILE, "2020-02-01") == ["W | None | 2020-01-15 | open | - | None | yes"]


COUNT = pack(
    "- {id: C, when: {count: m.gone.1, at_least: 3, in: 30 days}, match: [child], again: absorb,"
    " must: [{entry: a.done.1}], within: 5 wd}"
)


def test_the_third_in_thirty_days_triggers() -> None:
    rows = [child(at, "m.gone", day) for at, day in enumerate(["2020-03-01", "2020-03-15", "2020-03-31"], 1)]
    assert duties(rows, COUNT, "2020-04-01") == []
    rows[2] = child(3, "m.gone", "2020-03-30")
    assert duties(rows, COUNT, "2020-04-01") == ["C | 3 | 2020-04-06 22:59 | open | - | None | no"]


EACH = pack(
    "- {id: F, when: {entry: report.sent.1}, for_each: to, match: [report, addressee], within: 20 wd,"
    " must: [{entry: report.answered.1, where: {actor: {is: addressee}}}]}"
)


def test_each_addressee_owes_its_own_answer() -> None:
    sent = entry(1, "report.sent", "2020-03-02", refs={"report": "r1"}, to=["x", "y"])
    answered = entry(2, "report.answered", "2020-03-05", actor="y", refs={"report": "r1", "addressee": "y"})
    assert duties([sent, answered], EACH, "2020-03-10") == [
        "F | 1 | 2020-03-30 22:59 | open | - | None | no | for x",
        "F | 1 | 2020-03-30 22:59 | fulfilled | 2020-03-05 | 2 | no | for y",
    ]


BEFORE = pack(
    "- {id: L, when: {entry: risk.assessed.1, where: {level: {below: risk.before}}}, match: [trigger], within: 2 wd,"
    " must: [{entry: risk.seen.1, where: {actor: {not: trigger.actor}}}]}",
    states="{risk: {key: child, value: level, of: [risk.assessed.1]}}",
    orders="{risk.assessed.1.level: [low, medium, high]}",
)


def test_a_lowered_risk_needs_a_second_person() -> None:
    rows = [child(1, "risk.assessed", "2020-03-02", level="high"), child(2, "risk.assessed", "2020-03-09", level="low")]
    rows += [entry(3, "risk.seen", "2020-03-10", trigger=2), entry(4, "risk.seen", "2020-03-11", actor="a2", trigger=2)]
    assert duties(rows, BEFORE, "2020-04-01") == ["L | 2 | 2020-03-11 | fulfilled | 2020-03-11 | 4 | no"]


BY = pack(
    "- {id: B, when: {entry: a.begun.1}, match: [child], must: [{entry: child.seen.1}], within: {by: a.signed.1}}"
)


def test_owed_before_another_entry_happens() -> None:
    rows = [child(1, "a.begun", "2020-03-02")]
    assert duties(rows, BY, "2020-04-01") == ["B | 1 | - | open | - | None | no"]
    rows += [child(2, "a.signed", "2020-03-10")]
    assert duties(rows, BY, "2020-04-01") == ["B | 1 | 2020-03-10 | open | - | None | yes"]


def test_a_waiver_counts_from_when_it_was_recorded() -> None:
    facts = {"clause": "A", "key": {"child": "c1"}, "anchor": 1, "reason": "moved"}
    rows = [child(1, "a.asked", "2020-03-01"), entry(2, "duty.waived", "", "2020-03-02 12:00:00", **facts)]
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | waived | 2020-03-02 12:00 | 2 | no"]
    late = [rows[0], entry(2, "duty.waived", "", "2020-03-05 12:00:00", **facts)]
    assert duties(late, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | waived | 2020-03-05 12:00 | 2 | yes"]
    del facts["reason"]
    rows[1] = entry(2, "duty.waived", "", "2020-03-02 12:00:00", **facts)
    assert duties(rows, PLAIN, "2020-04-01") == ["A | 1 | 2020-03-03 | open | - | None | yes"]


def test_a_suspension_moves_an_adjusted_due_and_leaves_the_raw_one() -> None:
    facts = {"clause": "A", "key": {"child": "c1"}, "anchor": 1, "reason": "in hospital"}
    rows = [child(1, "a.asked", "2020-03-01"), entry(2, "duty.suspended", "", "2020-03-02 12:00:00", **facts)]
    rows += [entry(3, "duty.resumed", "", "2020-03-05 12:00:00", **facts), child(4, "a.done", "2020-03-06")]
    for evaluate in EVALUATORS.values():
        found = evaluate(rows, PLAIN, "2020-04-01", "2020-05-01", ALL)["duties"][0]
        assert (found["due"], found["adjusted_due"]) == ("2020-03-03T23:59:59.000000Z", "2020-03-06T23:59:59.000000Z")
        assert (found["end"], found["lateness"]) == ("fulfilled", "yes")


def test_support_goes_on_until_twenty_five_and_nothing_is_owed_after() -> None:
    clauses = "- {id: S, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 3 months,"
    clauses += " repeat: true, again: absorb, until: [{at: born + 25 years}]}"
    states = "{born: {key: child, value: born, of: [child.recorded.1]}}"
    rows = [child(1, "child.recorded", "2019-01-01", born="1995-02-28"), child(2, "a.asked", "2020-01-10")]
    assert duties(rows, pack(clauses, states), "2020-06-01") == [
        "S | 2 | 2020-04-10 22:59 | ceased | 2020-02-28 | None | no"
    ]
    rows[1] = child(2, "a.asked", "2020-02-29")
    assert duties(rows, pack(clauses, states), "2020-06-01") == []
    rows = [child(2, "a.asked", "2020-02-29")]
    assert duties(rows, pack(clauses, states), "2020-03-01") == ["S | 2 | 2020-05-29 22:59 | open | - | None | no"]


def test_marks_of_weakness() -> None:
    rows = [child(1, "a.asked", "2020-03-02"), child(2, "a.done", "2020-03-03", "2020-03-09 09:00:00")]
    for evaluate in EVALUATORS.values():
        assert evaluate(rows, PLAIN, "2020-04-01", "2020-05-01", ALL)["duties"][0]["weak"] == ["recorded_late"]
    tied = [child(1, "case.opened", "2020-03-02"), child(2, "risk.assessed", "2020-03-03", level="high")]
    tied += [child(3, "risk.assessed", "2020-03-03", level="low")]
    for evaluate in EVALUATORS.values():
        found = evaluate(tied, WHILE, "2020-04-01", "2020-05-01", ALL)["duties"]
        assert [duty["weak"] for duty in found] == [[], ["state_tie"]]
        assert found[1]["due"] == "2020-06-03T22:59:59.000000Z", "of two values at one instant the later number holds"


def test_a_newer_version_keeps_or_converts_what_is_open() -> None:
    rest = "id: V, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}]"
    old = "- {version: '1', within: 10 days, in_force: {from: 2020-01-01, to: 2020-03-05}, " + rest + "}"
    new = "- {version: '2', within: 2 days, in_force: {from: 2020-03-05}, " + rest + "%s}"
    rows = [child(1, "a.asked", "2020-03-01"), child(2, "a.asked", "2020-03-05", key="c2")]
    assert duties(rows, pack(old + "\n" + new % ""), "2020-03-06") == [
        "V | 1 | 2020-03-11 | open | - | None | no",
        "V | 2 | 2020-03-07 | open | - | None | no",
    ]
    taken = new % ", supersedes: '1', open_duties: convert"
    assert duties(rows, pack(old + "\n" + taken), "2020-03-06") == [
        "V | 1 | 2020-03-11 | superseded | 2020-03-05 00:00 | None | no",
        "V | 1 | 2020-03-05 | open | - | None | yes",
        "V | 2 | 2020-03-07 | open | - | None | no",
    ]


def test_an_unknown_condition_neither_opens_nor_breaches() -> None:
    typed = PLAIN.replace("{entry: a.asked.1}", "{entry: a.asked.1, where: {type: x}}")
    assert duties([child(1, "a.asked", "2020-03-01"), child(2, "a.done", "2020-03-02")], typed, "2020-04-01") == [
        "A | 1 | - | open | - | None | undecided | missing type"
    ]


def test_coverage_that_ends_censors_and_that_never_began_hides() -> None:
    rows = [child(1, "a.asked", "2020-03-02")]
    covers = [{"source": "x", "agency": "*", "kind": "*", "from": "2019-01-01", "to": "2020-03-03"}]
    assert duties(rows, PLAIN, "2020-04-01", covers=covers) == [
        "A | 1 | 2020-03-04 | open | - | None | undecided | censored at 2020-03-03T23:59:59.000000Z"
    ]
    assert duties(rows, PLAIN, "2020-04-01", covers=None) == [
        "A | 1 | 2020-03-04 | open | - | None | undecided | no act covered"
    ]
