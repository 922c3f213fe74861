"""A definition's text: what it says, and every sentence that refuses one; who is counted under it (pure)."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.entry.kinds import kinds
from heed.entry.spine import Spine
from heed.lib.errors import HeedError
from heed.record.model import Entry
from heed.scrutiny.counting import disclosure, figure
from heed.scrutiny.counting.definition import Definition, age_label, months_before, strata_of
from heed.scrutiny.counting.definition_text import parse
from heed.scrutiny.counting.seen import Tally, age_on, tally
from heed.scrutiny.counting.services import shipped

from . import cast

DAY = date(2026, 3, 2)
POLICE, COUNCIL, YOUTH, SCHOOL = (c * 32 for c in "1234")


def read(text: str) -> Definition:
    return parse(text, kinds=kinds)


def test_the_shipped_example_is_read() -> None:
    made = read(shipped("exploitation-1"))
    assert (made.months, made.age_below, len(made.lists)) == (12, 18, 4)
    assert made.strata == ("age 0 to 12", "age 13 to 15", "age 16 to 17", "age not known")
    assert made.period(date(2026, 3, 31)) == (date(2025, 4, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title:", "titel:", "no 'title'"),
        ("period: {months: 12}", "period: {months: 0}", "no whole number from 1"),
        ("period: {months: 12}", "period: {months: 12, from: 2025-01-01}", "either months or from"),
        ("period: {months: 12}", "period: {from: 2025-02-30}", "YYYY-MM-DD"),
        ("{from: 2025-01-01}", "{from: 2025-01-01, until: 2024-01-01}", "ends before it begins"),
        ("{from: 0, below: 18}", "{from: 18, below: 18}", "Nobody is of such an age"),
        ("age_not_known: counted", "age_not_known: perhaps", "counted, left_out"),
        ("concern.raised.1", "concern.rised.1", "no entry kind"),
        ("concern.raised.1", "team.named.1", "names no child"),
        ("harm:", "harms:", "no fact 'harms'"),
        ("sexual_exploitation, ", "sexual, ", "'sexual' is no value of harm"),
        ("facts: {harm", "facts: {source_grade", "is no value of source_grade"),
        ("name: council", "name: police", "Two lists are called 'police'"),
        ("agency_type: [police]", "runs_from: 2025-01-01", "asks for nothing"),
        ("agency_type: [police]", "agency_typ: [police]", "not a member of a list"),
        ("lists:", "strata: {age: [16, 13]}\nlists:", "do not rise"),
        ("lists:", "could_not_see: [{list: school, strata: [female]}]\nlists:", "not known here"),
        ("lists:", "same_child: {least_probability: '2'}\nlists:", "no probability"),
        ("lists:", "same_child: {methods: [guess]}\nlists:", "person, machine, import"),
        ("lists:", "extra: 1\nlists:", "'extra' is not a member"),
        ("lists:", "version: '2'\nlists:", "stands twice"),
        ("counting: exploited", "counting: &a exploited", "Anchors"),
        ("counting: exploited", "counting: [a]", "no text"),
        ("counts:\n", "counts: x\nmore:\n", "no list"),
    ],
)
def test_a_definition_that_cannot_be_understood_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    assert old in cast.DEFINITION
    with pytest.raises(HeedError, match=said) as refused:
        read(cast.DEFINITION.replace(old, new, 1))
    assert str(refused.value).startswith("Line ")


def test_what_is_no_yaml_or_too_long_or_has_too_many_lists_is_refused() -> None:
    for text in ("", "- a", "a: [", "x" * 100_001):
        with pytest.raises(HeedError):
            read(text)
    lists = "".join(f"  - name: l{n}\n    agency_type: [t{n}]\n" for n in range(12))
    with pytest.raises(HeedError, match="more than 10"):
        read(cast.DEFINITION.split("lists:")[0] + "lists:\n" + lists)


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 3, 31), 12, date(2025, 4, 1)),
        (date(2024, 2, 29), 12, date(2023, 3, 1)),
        (date(2026, 8, 31), 6, date(2026, 3, 1)),
        (date(2026, 1, 15), 1, date(2025, 12, 16)),
    ],
)
def test_periods_begin_the_day_after(day: date, months: int, first: date) -> None:
    assert months_before(day, months) == first


def test_ages_and_bands() -> None:
    assert age_on("2012-03-02", DAY) == 14 and age_on("2012-03-03", DAY) == 13 and age_on("", DAY) is None
    assert age_on("2012-02-29", date(2025, 2, 28)) == 12 and age_on("2012-02-29", date(2025, 3, 1)) == 13
    assert age_label((13, 16), 15, 0, 18) == "age 13 to 15" and age_label((), 3, 0, 18) == "age 0 to 17"
    assert len(strata_of((13,), True, 0, 18)) == 3 * 4


# --- who is counted ---


class Book:
    """Entries as a record would hold them, without one."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        for key, kind in ((POLICE, "police"), (COUNCIL, "council"), (YOUTH, "youth"), (SCHOOL, "school")):
            self.add("agency.named.1", key, {"type": kind, "name": kind})

    def add(self, kind: str, subject: str, facts: dict[str, Any] | None, agency: str = POLICE) -> Entry:
        n = len(self.entries)
        at = f"2026-03-01T10:00:{n % 60:02}.000000Z"
        spine = Spine(n, kind, subject, at, "a" * 32, agency, "0" * 64, "0" * 64)
        made = Entry(spine, kind, facts, {})
        self.entries.append(made)
        return made

    def child(self, key: str, born: str = "2012-05-01", sex: str = "female") -> str:
        key = key * 32
        self.add("child.recorded.1", key, {"sex": sex} | ({"born": born} if born else {}))
        return key

    def concern(self, child: str, agency: str = POLICE, **facts: Any) -> Entry:
        refs = {"child": [child] if child else [], "agency": [COUNCIL]}
        said = {"harm": ["sexual_exploitation"], "occurred_at": "2026-02-01", "refs": refs} | facts
        return self.add("concern.raised.1", f"{len(self.entries):032x}", said, agency)

    def tally(self, text: str = cast.DEFINITION) -> Tally:
        return tally(read(text), self.entries, DAY)


@pytest.fixture
def book() -> Book:
    return Book()


def cells(made: Tally) -> dict[str, int]:
    return {made.table.history(m): int(n) for m, n in enumerate(made.table.counts) if n}


def test_each_child_stands_once_under_all_her_lists(book: Book) -> None:
    ann, bob = book.child("b"), book.child("c")
    for agency in (POLICE, SCHOOL, POLICE):
        book.concern(ann, agency)
    book.concern(bob, YOUTH)
    found = book.tally()
    assert found.known == 2 and cells(found) == {"police+school": 1, "youth": 1}
    assert found.table.observed == 2


def test_a_correction_stands_in_place_and_keeps_its_reporter(book: Book) -> None:
    ann, bob = book.child("b"), book.child("c")
    first = book.concern(ann, YOUTH)
    refs = {"child": [bob], "agency": [COUNCIL]}
    facts = {"harm": ["sexual_exploitation"], "occurred_at": "2026-02-01", "refs": refs, "corrects": first.n}
    fixed = book.add("concern.raised.1", first.subject, facts, COUNCIL)
    assert cells(book.tally()) == {"youth": 1} and book.tally().known == 1
    book.add("concern.raised.1", first.subject, facts | {"harm": ["neglect"], "corrects": fixed.n}, COUNCIL)
    assert book.tally().known == 0


def test_what_was_withdrawn_or_retracted_is_not_counted(book: Book) -> None:
    one, two = book.concern(book.child("b")), book.concern(book.child("c"))
    book.add("concern.withdrawn.1", one.subject, {})
    assert book.tally().known == 1
    book.add("entry.retracted.1", "f" * 32, {"retracts": two.n})
    assert book.tally().known == 0


def test_police_information_enters_no_figure(book: Book) -> None:
    ann, bob = book.child("b"), book.child("c")
    book.concern(ann, POLICE, police_origin=True)
    assert book.tally().known == 0 and book.tally().table.observed == 0
    book.concern(bob, POLICE)
    book.concern(ann, YOUTH)
    assert book.tally().known == 2 and cells(book.tally()) == {"police": 1, "youth": 1}


def test_a_moved_concern_counts_the_right_child(book: Book) -> None:
    ann, bob = book.child("b"), book.child("c", born="1990-01-01")
    concern = book.concern(bob)
    assert book.tally().known == 0, "she is of age"
    book.add("concern.moved.1", concern.subject, {"refs": {"child": [ann], "wrong": [bob]}})
    assert book.tally().known == 1


def test_an_erased_entry_is_said_to_be_unreadable(book: Book) -> None:
    book.concern(book.child("b"))
    book.add("concern.raised.1", "e" * 32, None)
    found = book.tally()
    assert (found.known, found.unreadable) == (1, 1)


def test_a_report_about_nobody_named_is_said_beside(book: Book) -> None:
    book.concern("")
    assert (book.tally().known, book.tally().about_nobody) == (0, 1)


def test_the_period_and_the_clock(book: Book) -> None:
    ann = book.child("b")
    book.concern(ann, occurred_at="2025-03-02")
    assert book.tally().known == 0, "the year begins on 3 March 2025"
    book.concern(ann, occurred_at="2025-03-02/2025-03-03")
    assert (book.tally().known, book.tally().perhaps) == (0, 1)
    book.concern(ann, occurred_at="2025-03-03", happened="2020-01-01")
    assert (book.tally().known, book.tally().perhaps) == (1, 0)
    happened = cast.DEFINITION + "dated_by: happened\n"
    assert book.tally(happened).known == 0


def test_age_is_that_of_the_day_and_unknown_ages_follow_the_definition(book: Book) -> None:
    book.concern(book.child("b", born="2008-02-02"), occurred_at="2026-02-01")  # 17 for one more day
    book.concern(book.child("c", born="2008-02-01"), occurred_at="2026-02-01")  # 18 on the day
    book.concern(book.child("d", born=""))
    assert book.tally().known == 2
    assert book.tally(cast.DEFINITION.replace("counted", "left_out")).known == 1


def test_links_join_records_by_method_probability_and_later_unlinking(book: Book) -> None:
    ann, bob = book.child("b", born="", sex="not_known"), book.child("c")
    book.concern(ann, POLICE)
    book.concern(bob, SCHOOL)
    pair = {"refs": {"same": [ann, bob]}}
    book.add("identity.linked.1", "9" * 32, pair | {"method": "machine", "probability": "0.90"})
    assert cells(book.tally()) == {"police+school": 1}
    surer = cast.DEFINITION + "same_child: {least_probability: '0.95'}\n"
    people = cast.DEFINITION + "same_child: {methods: [person]}\n"
    assert book.tally(surer).known == book.tally(people).known == 2
    book.add("identity.unlinked.1", "9" * 32, pair | {"method": "person"})
    assert book.tally().known == 2


def test_area_and_lists_by_key_and_fact(book: Book) -> None:
    ann = book.child("b")
    book.concern(ann, POLICE, source="police_officer", danger_today="yes")
    text = cast.DEFINITION + "area: {answering: [police]}\n"
    assert book.tally(text).known == 0, "the council answers"
    assert book.tally(text.replace("answering: [police]", f"answering: ['{COUNCIL}']")).known == 1
    by_fact = "agency_type: [police]\n    facts: {source: [teacher]}"
    found = book.tally(cast.DEFINITION.replace("agency_type: [police]", by_fact, 1))
    assert (found.known, found.on_no_list, found.table.observed) == (1, 1, 0)


def test_structural_zeros_and_strata(book: Book) -> None:
    text = (
        cast.DEFINITION + "strata: {sex: 'true'}\n"
        "could_not_see: [{list: school, strata: [male, other, sex not known]},"
        " {list: youth, strata: [female, other, sex not known]}]\n"
    )
    book.concern(book.child("b"), SCHOOL)
    book.concern(book.child("c", sex="male"), YOUTH)
    found = book.tally(text)
    assert found.known_by_stratum == {"female": 1, "male": 1, "other": 0, "sex not known": 0}
    assert found.strata["female"].lists == ("police", "council", "school") and found.strata["male"].k == 3
    impossible = {found.table.history(m) for m in range(16) if not found.table.possible[m]}
    assert "youth+school" in impossible and "police+youth" not in impossible and len(impossible) == 4
    again = figure.table_of(figure.table_csv(found.table), found.table.notes)
    assert again.fingerprint == found.table.fingerprint and np.array_equal(again.possible, found.table.possible)
    book.concern(book.child("d", sex="male"), SCHOOL)
    with pytest.raises(HeedError, match="could not have seen her"):
        book.tally(text)


def test_a_list_that_began_late_is_said(book: Book) -> None:
    text = cast.DEFINITION.replace("agency_type: [school]", "agency_type: [school]\n    runs_from: 2026-01-01")
    assert any("began on 2026-01-01" in note for note in book.tally(text).table.notes)


def test_relabelling_lists_changes_no_fingerprint(book: Book) -> None:
    for key, agency in (("b", POLICE), ("c", SCHOOL), ("d", YOUTH)):
        book.concern(book.child(key), agency)
    head, lists = cast.DEFINITION.split("lists:\n")
    parts = ["  - name:" + part for part in lists.split("  - name:")[1:]]
    other = head + "lists:\n" + "".join(reversed([part.rstrip("\n") + "\n" for part in parts]))
    assert book.tally().table.fingerprint == book.tally(other).table.fingerprint


# --- small numbers ---


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=12))
def test_no_total_gives_a_withheld_cell_away(counts: dict[int, int]) -> None:
    seen = disclosure.shown(counts)
    assert all(count is None or count == 0 or count >= disclosure.LEAST for count in seen.values())
    hidden = [name for name, count in seen.items() if count is None]
    if hidden and any(count for count in seen.values() if count):
        assert len(hidden) >= 2 and sum(counts[name] for name in hidden) >= disclosure.LEAST


def test_numbers_beside_are_rounded_and_formulas_are_text() -> None:
    assert [disclosure.about(n) for n in (0, 3, 5, 7, 8, 12)] == [0, None, 5, 5, 10, 10]
    assert [disclosure.small(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]
    assert disclosure._safe("=1+1") == "'=1+1" and disclosure._safe(None) == "withheld" and disclosure._safe(-2) == -2


# --- when one figure is lower ---


def numbers(known: int, lower: str | None, upper: str | None) -> figure.Numbers:
    return figure.Numbers(known, "estimate" if lower else "refused", lower, upper, "x", "f", "d")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ((10, "10", "20"), (10, "10", "20"), ()),
        ((10, "10", "20"), (11, "12", "25.5"), ()),
        ((10, "10", "20"), (9, "10", "20"), ("known",)),
        ((10, "10", "20"), (10, "9.99999", "20"), ("lower",)),
        ((10, "10", "100"), (10, "10", "99"), ("upper",)),
        ((10, "10", "20"), (9, None, None), ("known", "range")),
        ((10, None, None), (10, "10", "11"), ()),
    ],
)
def test_what_is_lower(old: Any, new: Any, what: tuple[str, ...]) -> None:
    assert figure.lowered(numbers(*old), numbers(*new)) == what


@given(st.floats(1e-3, 1e9))
def test_a_decimal_is_the_number_to_six_figures_and_has_one_spelling(value: float) -> None:
    text = figure.decimal(value)
    assert float(text) == float(f"{value:.6g}") and figure.decimal(float(text)) == text
    assert "e" not in text and not text.endswith(".")
