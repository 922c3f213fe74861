"""Each rule asks what it should, keeps silent where it should, and has its innocent explanations beside it."""

from pathlib import Path

import pytest
from published_invented import Borough, Cell

from heed.scrutiny.published.figures import Figure
from heed.scrutiny.published.index import Statistics
from heed.scrutiny.published.innocent import NO_SIGN, POSSIBLE, SIGN
from heed.scrutiny.published.peers import nearest
from heed.scrutiny.published.questions import Inquiry, Question, inquiries_about
from heed.scrutiny.published.view import Surroundings, View, surroundings
from heed.scrutiny.published.words import text_of

pytest_plugins = ["published_fixtures"]


def asked(folder: Path, **cells: Cell) -> dict[str, Inquiry]:
    """Return what is asked about the first invented borough, by measure."""
    statistics = Borough(cells=cells).statistics(folder)
    return inquiries(surroundings(statistics), "901")


def inquiries(around: Surroundings, number: str) -> dict[str, Inquiry]:
    council = around.statistics.places.find(number)
    view = View(around, council, nearest(around.statistics, council))
    return {inquiry.measure.key: inquiry for inquiry in inquiries_about(view)}


def rules(inquiry: Inquiry | None) -> set[str]:
    return {question.rule for question in inquiry.questions} if inquiry else set()


def only(inquiry: Inquiry, rule: str) -> Question:
    [found] = [question for question in inquiry.questions if question.rule == rule]
    return found


def falling(*values: object) -> Cell:
    """A column that takes these values in the first borough over the years, and stays steady elsewhere."""
    return lambda council, year: values[year - 2018] if council == 0 else values[0]


def test_steady_figures_raise_no_question(tmp_path: Path) -> None:
    assert asked(tmp_path) == {}


def test_identified_fell_by_half_while_referrals_rose(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        Child_sexual_exploitation=falling(60, 61, 58, 62, 60, 59, 30),
        Referrals=falling(2600, 2600, 2600, 2600, 2600, 2600, 3000),
    )
    question = only(found["cse"], "halved")
    assert question.years == (2021, 2024)
    assert "fell by half or more between 2021 and 2024 while referrals rose. Why?" in question.heading
    assert "it fell by 51.6%" in text_of(question.words)
    assert "1 of 14 councils" in text_of(question.words)


def test_a_fall_is_not_asked_about_where_hidden_numbers_could_undo_it(tmp_path: Path) -> None:
    """From 24 to a hidden number that may be as high as 12 is not surely half; from 60 it surely is."""
    assert "halved" not in rules(asked(tmp_path / "a", Gangs=falling(8, 8, 8, 8, 8, 8, "c")).get("gangs"))
    assert "halved" in rules(asked(tmp_path / "b", Gangs=falling(60, 60, 60, 60, 60, 60, "c")).get("gangs"))


def test_a_fall_among_a_handful_is_not_asked_about(tmp_path: Path) -> None:
    assert "halved" not in rules(asked(tmp_path, Trafficking=falling(18, 18, 18, 18, 18, 18, 7)).get("trafficking"))


def test_doubling_is_asked_about_too(tmp_path: Path) -> None:
    assert "doubled" in rules(asked(tmp_path, Going_missing=falling(40, 80, 80, 80, 80, 80, 81))["missing"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((60, 60, 60, 59, 58, 57, 56), {"falling"}),
        ((60, 60, 60, 60, 59, 58, 57), set()),
        ((50, 60, 50, 51, 52, 53, 54), {"rising"}),
        ((60, 60, 60, 59, "x", 57, 56), set()),
    ],
)
def test_five_years_in_one_order_are_a_run(tmp_path: Path, values: tuple[object, ...], expected: set[str]) -> None:
    found = asked(tmp_path, Child_sexual_exploitation=falling(*values)).get("cse")
    assert rules(found) & {"falling", "rising"} == expected


def test_one_councils_step_is_a_break_and_everybodys_step_is_not(tmp_path: Path) -> None:
    one = falling(60, 60, 60, 60, 140, 140, 140)

    def wobbling(own: Cell) -> Cell:
        return lambda council, year: int(str(own(council, year))) + (council * 7 + year * 3) % 5

    def everybody(council: int, year: int) -> object:
        return one(0, year)

    assert "break" in rules(asked(tmp_path / "one", Gangs=wobbling(one))["gangs"])
    assert "break" not in rules(asked(tmp_path / "all", Gangs=wobbling(everybody)).get("gangs"))


def test_none_at_all_is_asked_about_where_several_are_expected(tmp_path: Path) -> None:
    found = asked(tmp_path, Child_criminal_exploitation=falling(50, 50, 50, 50, 50, 0, 0))
    assert only(found["cce"], "zero").heading == "None at all in 2023 and 2024. Why?"
    few = asked(tmp_path / "few", Trafficking=lambda council, year: 0 if council == 0 else 6)
    assert "zero" not in rules(few.get("trafficking"))


def test_never_late_is_asked_about_once_with_all_its_years(tmp_path: Path) -> None:
    found = asked(tmp_path, Reviewed_within_timescales=falling(190, 200, 190, 200, 190, 190, 190))
    assert only(found["reviews"], "complete").heading == "Not one late in 2019 and 2021. How was it counted?"


def test_every_question_has_innocent_explanations_and_none_is_a_verdict(around: Surroundings) -> None:
    for inquiry in inquiries(around, "Rotherham").values():
        names = [one.name for one in inquiry.innocent]
        assert {"Recording change", "New system", "Boundary change", "Rounding", "It may be so"} <= set(names)
        assert {one.bearing for one in inquiry.innocent} <= {POSSIBLE, SIGN, NO_SIGN}
        for question in inquiry.questions:
            assert question.heading.endswith("?")
            assert any(isinstance(part, Figure) for part in question.words)


def bearing(inquiry: Inquiry, name: str) -> str:
    return next(one.bearing for one in inquiry.innocent if one.name == name)


def test_the_figures_own_signs_are_told_beside_the_question(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        Child_sexual_exploitation=falling(60, 60, 60, 60, "u", 20, 20),
        Episodes_with_assessment_factor=falling(2000, 2000, 2000, 2000, 1500, 1400, 1400),
        Gangs=falling(40, 40, 40, 40, 40, 4, 4),
    )
    assert bearing(found["cse"], "New system") == SIGN
    assert bearing(found["cse"], "Number of assessments") == SIGN
    assert bearing(found["gangs"], "Recording change") == POSSIBLE
    steady = asked(tmp_path / "steady", Child_sexual_exploitation=falling(60, 60, 60, 60, 60, 20, 20))
    assert bearing(steady["cse"], "Number of assessments") == NO_SIGN
    assert bearing(steady["cse"], "New system") == POSSIBLE


def test_a_reorganised_council_is_told_so_beside_its_question(whole: Statistics) -> None:
    """Somerset has a new code from 2024: any step into that year has the reorganisation beside it."""
    around = surroundings(whole)
    found = [one for one in inquiries(around, "Somerset").values() if any(q.years[1] == 2024 for q in one.questions)]
    assert found, "Somerset has at least one question that ends in 2024"
    assert all(bearing(one, "Boundary change") == SIGN for one in found)


def test_rotherham_is_asked_what_should_have_been_asked(whole: Statistics) -> None:
    found = inquiries(surroundings(whole), "Rotherham")
    assert {"halved", "falling"} <= rules(found["cse"])
    assert {q.years for q in found["conferences"].questions if q.rule == "break"} >= {(2019, 2020), (2021, 2022)}
    assert "fell by half or more between 2020 and 2024, further than referrals" in only(found["cse"], "halved").heading
