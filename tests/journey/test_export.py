"""Files out: import, export, import adds nothing; as of a day; what a format cannot say is listed."""

from pathlib import Path

import pytest

from heed.cases.journey import selectors
from heed.lib.errors import HeedError
from heed.returns import Event, events, read
from heed.returns.annex_a.write import write_annex_a
from heed.returns.asof import as_of
from heed.returns.cin import schema
from heed.returns.cin.write import Heading, write_cin
from heed.returns.journey import LookedAfterEpisode, Referral
from heed.returns.ssd.write import write_ssd
from heed.returns.writing import Written
from world import World

from .conftest import Bring
from .test_import import FIRST, a_return, good

LATE = "2026-03-02"


def export(world: World, standard: str, out: Path, day: str = LATE) -> Written:
    agency = world.keys["council"]
    told = selectors.events(agency, selectors.chosen(agency, (), standard), day)
    if standard == "cin":
        heading = Heading(year=2024, authority="372", reference_date="2024-03-31", made_at="2024-04-30T00:00:00")
        return write_cin(told, out / "cin.xml", heading)
    if standard == "ssd":
        return write_ssd(told, out)
    return write_annex_a(told, out / "lists.xlsx", as_of=day, months=None)


@pytest.mark.parametrize("standard", ["cin", "annex-a", "ssd"])
def test_import_export_import_adds_nothing(bring: Bring, world: World, tmp_path: Path, standard: str) -> None:
    first = bring(standard, good(standard))
    written = export(world, standard, tmp_path / "out")
    if standard == "cin":
        assert list(schema.faults(written.path, 2024)) == []
    again = bring(standard, tmp_path / "out", again=True)
    assert (again.counts["new"], again.counts["corrected"], again.counts["rejects"]) == (0, 0, 0)
    assert 0 < again.counts["same"] <= first.counts["events"]
    told = [one for one in events(standard, read(standard, good(standard))) if isinstance(one, Event)]
    back = [one for one in events(standard, read(standard, tmp_path / "out")) if isinstance(one, Event)]
    assert {one.identity for one in back} <= {one.identity for one in told}
    if standard != "annex-a":  # its lists have left out what is not recent, and its codes have several words
        assert sorted(map(str, (e.content() for e in back))) == sorted(map(str, (e.content() for e in told)))


def test_what_came_as_one_standard_goes_out_as_another(bring: Bring, world: World, tmp_path: Path) -> None:
    bring("cin", good("cin"))
    written = export(world, "ssd", tmp_path / "out")
    assert written.counts["ssd_cin_episodes"] > 0 and written.counts["ssd_person"] > 0
    assert (tmp_path / "out" / "ssd_cin_assessments.csv").exists()


def test_it_is_written_as_of_a_day(bring: Bring, world: World, tmp_path: Path) -> None:
    bring("ssda903", a_return(tmp_path / "r", FIRST.replace(",,,,,,", ",01/07/2019,E4,,,,")))
    agency = world.keys["council"]
    told = {day: list(selectors.events(agency, ["ssda903"], day)) for day in ("2019-03-03", "2019-06-30", "2019-07-01")}
    care = {day: [e for e in found if isinstance(e, LookedAfterEpisode)] for day, found in told.items()}
    assert care["2019-03-03"] == [] and care["2019-06-30"][0].ended_on is None
    assert care["2019-06-30"][0].ended_reason is None and care["2019-07-01"][0].ended_on == "2019-07-01"


def test_what_is_due_may_lie_ahead() -> None:
    one = Referral(child="c", identity=("cin", "referral", "c", "x"), received_on="2020-01-01", closed_on="2020-05-01")
    assert as_of(one, "2020-01-01") == Referral(child="c", identity=one.identity, received_on="2020-01-01")
    assert as_of(one, "2019-12-31") is None and as_of(one, "2020-05-01") is one


def test_text_that_a_spreadsheet_would_run_is_guarded(bring: Bring, world: World, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ssd_person.csv").write_text(
        "pers_person_id,pers_forename,pers_surname,pers_sex,pers_ethnicity,pers_dob\n"
        "P1,=HYPERLINK(1),Invented,F,WBRI,2010-01-01\n"
    )
    bring("ssd", folder)
    export(world, "ssd", tmp_path / "out")
    line = (tmp_path / "out" / "ssd_person.csv").read_text("utf-8-sig").splitlines()[1]
    assert ",=" not in line and "HYPERLINK" in line
    again = bring("ssd", tmp_path / "out")
    assert (again.counts["new"], again.counts["corrected"]) == (0, 0), "the guard is taken off when read"


def test_one_number_for_two_children_is_refused(bring: Bring, world: World, tmp_path: Path) -> None:
    bring("ssda903", a_return(tmp_path / "r", FIRST))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ssd_person.csv").write_text("pers_person_id,pers_sex,pers_ethnicity,pers_dob\nSYN1,F,WBRI,2010-01-01\n")
    bring("ssd", folder)
    with pytest.raises(HeedError) as refusal:
        list(selectors.events(world.keys["council"], ["ssd", "ssda903"], LATE))
    assert refusal.value.rejects[0]["child"] == "SYN1"
    assert selectors.chosen(world.keys["council"], (), "ssd") == ["ssd"]
    with pytest.raises(HeedError):
        selectors.chosen(world.keys["council"], ["cin"], "cin")
