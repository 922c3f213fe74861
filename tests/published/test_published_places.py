"""Councils are joined by number, found by what people type, and told apart from those of the same name."""

from pathlib import Path

import pytest
from published_invented import Borough

from heed.lib.errors import HeedError
from heed.scrutiny.published.council import council_report
from heed.scrutiny.published.index import Statistics
from heed.scrutiny.published.measures import BY_KEY
from heed.scrutiny.published.peers import GROUP_SIZE, from_csv, nearest
from heed.scrutiny.published.places import known_gaps, reorganisations
from heed.scrutiny.published.view import surroundings
from heed.scrutiny.published.words import text_of

pytest_plugins = ["published_fixtures"]

CSE = BY_KEY["cse"]


@pytest.mark.parametrize("words", ["Rotherham", "  rotherham ", "E08000018", "e08000018", "372"])
def test_a_council_is_found_by_name_code_or_number(excerpt: Statistics, words: str) -> None:
    assert excerpt.places.find(words).name == "Rotherham"


def test_a_mistyped_name_is_refused_with_the_nearest(excerpt: Statistics) -> None:
    with pytest.raises(HeedError, match=r"there is no council 'Rotheram'.*did you mean Rotherham"):
        excerpt.places.find("Rotheram")


def test_of_two_councils_of_one_name_the_living_one_is_found(whole: Statistics) -> None:
    assert whole.places.find("Dorset").code == "E06000059"
    assert whole.places.find("E10000009").last_year == 2019


def test_a_council_whose_code_differs_between_files_keeps_its_population(whole: Statistics) -> None:
    """Gateshead stands under two codes in the same year, in the conferences and the population file."""
    gateshead = whole.places.find("Gateshead")
    assert [code for code, *_ in gateshead.codes] == ["E08000020", "E08000037"]
    cell = whole.cell("conferences", "icpc", 2016, gateshead.key)
    children = whole.children(gateshead.key, 2016)
    assert cell is not None
    assert children is not None


def test_every_council_that_begins_or_ends_is_in_the_table_of_orders(whole: Statistics) -> None:
    known = {key for change in reorganisations() for key in (*change.before, change.after)}
    first, last = whole.years[0], whole.years[-1]
    moved = [p for p in whole.places.councils() if (p.first_year, p.last_year) != (first, last) or len(p.codes) > 1]
    assert len(moved) == 16
    assert [p.name for p in moved if p.key not in known] == []


def test_the_peer_group_is_ten_councils_and_not_the_council(whole: Statistics) -> None:
    rotherham = whole.places.find("Rotherham")
    group = nearest(whole, rotherham)
    assert len(group.peers) == GROUP_SIZE
    assert rotherham not in group.places
    assert (group.base_year, "Nottingham" in [place.name for place in group.places]) == (2018, True)
    assert [p.name for p in group.places] == sorted(p.name for p in group.places)


def test_peers_are_the_nearest_in_size_and_starting_rate(tmp_path: Path) -> None:
    """Councils one to ten are like the first; the other four are far off in size or rate and must not be chosen."""
    cells = {
        "population_estimate": lambda council, year: 50_000 + 100 * council if council < 12 else 300_000,
        "Child_sexual_exploitation": lambda council, year: 60 + council if council not in (11, 13) else 600,
    }
    statistics = Borough(councils=14, cells=cells).statistics(tmp_path)
    group = nearest(statistics, statistics.places.find("901"))
    assert {place.key for place in group.places} == {f"{901 + council}" for council in range(1, 11)}


def test_a_council_never_fully_published_has_no_peers_and_says_why(whole: Statistics) -> None:
    group = nearest(whole, whole.places.find("Bournemouth"))
    assert group.peers == ()
    assert "no year with both a child population and a count" in group.how


def test_a_peer_group_of_ones_own_replaces_ours(excerpt: Statistics) -> None:
    rotherham = excerpt.places.find("Rotherham")
    text = "council,peer\nRotherham,Barnsley\n372,E08000017\nLeeds,Bradford\nRotherham,Rotherham\n"
    group = from_csv(excerpt, rotherham, text, "ours.csv")
    assert [place.name for place in group.places] == ["Barnsley", "Doncaster"]
    assert "Heed did not choose them" in group.how
    pooled = excerpt.pooled(CSE, group.places, 2024, "peers")
    parts = [excerpt.figure(CSE, place, 2024) for place in group.places]
    assert pooled.numerator.low == sum(part.numerator.low for part in parts)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "needs the columns council and peer"),
        ("council,peer\nLeeds,Bradford\n", "names no peer of Rotherham"),
        ("council,peer\nRotherham,Atlantis\n", "there is no council 'Atlantis'"),
        ("council,peer\nAtlantis,Leeds\n", "there is no council 'Atlantis'"),
    ],
)
def test_a_peer_file_that_does_not_fit_is_refused(excerpt: Statistics, text: str, reason: str) -> None:
    with pytest.raises(HeedError, match=reason):
        from_csv(excerpt, excerpt.places.find("Rotherham"), text, "ours.csv")


def test_a_gap_that_the_department_explains_is_told_with_its_source(whole: Statistics) -> None:
    """Every explained gap is one in the files, and its reason stands beside the years in the council's report."""
    for gap in known_gaps():
        council = whole.places.by_key[gap.place]
        assert not whole.figure(CSE, council, gap.year).is_published
        report = council_report(surroundings(whole), council)
        [section] = [section for section in report.sections if section.key == "cse"]
        assert any(gap.what in text_of(words) and gap.source in text_of(words) for words in section.words)
