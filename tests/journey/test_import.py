"""Files in: once, corrected, stopped and gone on with, refused; what came of it stands in entries and tables alike."""

import shutil
from pathlib import Path

import pytest

from heed.cases.journey import services
from heed.cases.journey.files import FINDINGS, REFUSED, listed, unpack
from heed.cases.journey.models import Agreement, Episode, Import, KnownChild
from heed.lib.errors import Answered, HeedError
from heed.people.models import Child
from heed.record import reading
from heed.record.model import By
from heed.record.replay import differences
from heed.returns import STANDARDS
from world import World

from .conftest import CORPUS, TODAY, Bring

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"


def a_return(folder: Path, *episodes: str, children: str = "SYN1,2,01/05/2008,WBRI,UN1,,\n") -> Path:
    """Write an invented return."""
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "header.csv").write_text(HEADER + children)
    (folder / "episodes.csv").write_text(EPISODES + "".join(f"{line}\n" for line in episodes))
    return folder


FIRST = "SYN1,04/03/2019,S,C2,N1,U1,PR1,,,,,,"
ENDED = "SYN1,04/03/2019,S,C2,N1,U1,PR1,01/07/2019,E4,,,,"


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_standard_comes_in_once(bring: Bring, world: World, standard: str) -> None:
    path = next(p for p in sorted((CORPUS / standard).iterdir()) if not p.stem.startswith("wrong"))
    path = CORPUS / standard if standard == "ssd" else path
    done = bring(standard, path)
    size = reading.size()
    assert done.closed_n is not None and done.counts["new"] == done.counts["events"] == Episode.objects.count() > 0
    assert done.counts["children"] == KnownChild.objects.count() == Child.objects.count() - 1
    assert bring(standard, path).key == done.key and reading.size() == size, "the same file again is answered"
    again = bring(standard, path, again=True)
    assert (again.counts["new"], again.counts["corrected"]) == (0, 0)
    assert again.counts["same"] == done.counts["events"] and reading.size() == size + 2, "opened and closed, no more"


def test_rows_are_what_the_entries_make(bring: Bring, world: World) -> None:
    for standard in STANDARDS:
        bring(standard, CORPUS / standard / "nested.xml" if standard == "cin" else good(standard))
    assert list(differences(using="default")) == []


def good(standard: str) -> Path:
    path = next(p for p in sorted((CORPUS / standard).iterdir()) if not p.stem.startswith("wrong"))
    return CORPUS / standard if standard == "ssd" else path


def test_every_entry_knows_where_it_came_from_and_who_brought_it(bring: Bring, tmp_path: Path, world: World) -> None:
    done = bring("ssda903", a_return(tmp_path / "r", FIRST), agreement="ISA 12/2026, invented")
    episode = Episode.objects.get(kind="looked_after_episode")
    entry = reading.entry(episode.first_n)
    assert entry.kind == "care_episode.started.1" and entry.spine.actor == world.keys["sid"]
    (place,) = entry.fact("lineage")
    assert place["file"] in done.files and (place["line"], place["table"], place["cells"]) == (2, "episodes", "A2:M2")
    assert entry.word("source_id") == ["ssda903", "episode", "SYN1", "2019-03-04"]
    assert "SYN1" not in str(dict(entry.facts or {})), "who the child is stands in the words"
    assert entry.fact("import_key") == done.key
    assert Agreement.objects.get(key=done.agreement).agreement == "ISA 12/2026, invented"
    assert (episode.started, episode.ended, episode.recorded_at[:10]) == ("2019-03-04", "", "2026-03-02")


def test_a_corrected_file_brings_corrections_and_no_copies(bring: Bring, tmp_path: Path, world: World) -> None:
    bring("ssda903", a_return(tmp_path / "one", FIRST))
    before = Episode.objects.get(kind="looked_after_episode")
    changed = bring("ssda903", a_return(tmp_path / "two", FIRST.replace("C2", "D1")))
    assert (changed.counts["new"], changed.counts["corrected"]) == (0, 1)
    after = Episode.objects.get(kind="looked_after_episode")
    assert after.key == before.key and after.moments["care_episode.started.1"]["facts"]["legal_status"] == "D1"
    correction = reading.entry(after.last_n)
    assert correction.fact("corrects") == before.first_n and after.first_n == before.first_n
    assert after.started == "2019-03-04"


def test_what_ended_ends_and_what_is_no_longer_told_has_no_time(bring: Bring, tmp_path: Path, world: World) -> None:
    bring("ssda903", a_return(tmp_path / "one", FIRST))
    bring("ssda903", a_return(tmp_path / "two", ENDED))
    row = Episode.objects.get(kind="looked_after_episode")
    assert row.ended == "2019-07-01" and {"care.ended.1", "care_episode.ended.1"} <= row.moments.keys()
    bring("ssda903", a_return(tmp_path / "three", FIRST.replace("U1", "U2")))
    row = Episode.objects.get(kind="looked_after_episode")
    assert row.ended == "" and row.moments["care.ended.1"]["at"] is None
    last = reading.entry(row.moments["care.ended.1"]["n"])
    assert last.occurred_at is None and last.fact("corrects") is not None
    size = reading.size()
    bring("ssda903", tmp_path / "three", again=True)
    assert reading.size() == size + 2
    assert list(differences(using="default")) == []


def test_a_corrected_child_is_recorded_anew(bring: Bring, tmp_path: Path, world: World) -> None:
    bring("ssda903", a_return(tmp_path / "one", FIRST))
    bring("ssda903", a_return(tmp_path / "two", FIRST, children="SYN1,2,02/05/2008,WBRI,UN1,,\n"))
    (known,) = KnownChild.objects.all()
    row = Child.objects.get(key=known.key)
    assert (row.born, row.sex, row.name) == ("2008-05-02", "female", "ssda903 SYN1")
    assert reading.entry(row.recorded_n).fact("corrects") is not None


def test_an_import_that_stopped_is_incomplete_and_goes_on(
    bring: Bring, tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_return(tmp_path / "r", *[FIRST.replace("2019", str(year)) for year in range(2001, 2020)])
    monkeypatch.setattr(services, "MOST", 5)
    write, calls = services._write_batch, []

    def stop(*args: object) -> None:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "_write_batch", stop)
    with pytest.raises(KeyboardInterrupt):
        bring("ssda903", path)
    (stopped,) = Import.objects.all()
    held = Episode.objects.count()
    assert stopped.closed_n is None and 0 < held < 39
    monkeypatch.setattr(services, "_write_batch", write)
    done = bring("ssda903", path)
    assert done.key == stopped.key and done.closed_n is not None and Import.objects.count() == 1
    assert done.counts["same"] == held and Episode.objects.count() == done.counts["events"]


def test_two_agencies_do_not_share_a_number(bring: Bring, tmp_path: Path, world: World) -> None:
    path = a_return(tmp_path / "r", FIRST)
    bring("ssda903", path)
    police = By(world.by("system").actor, world.keys["police"], world.now)
    services.bring_in(by=police, standard="ssda903", path=path, today=TODAY)
    assert KnownChild.objects.count() == 2 and Episode.objects.filter(kind="looked_after_episode").count() == 2


def test_a_refusal_leaves_the_record_as_it_was(bring: Bring, tmp_path: Path, world: World) -> None:
    size = reading.size()
    path = a_return(tmp_path / "r", FIRST.replace("04/03/2019", "soon"), children="")
    with pytest.raises(HeedError) as refusal:
        bring("ssda903", path)
    assert reading.size() == size and Import.objects.count() == 0
    assert [row["column"] for row in refusal.value.rejects] == ["DECOM"]
    for standard in ("cin", "annex-a", "ssd"):
        with pytest.raises(HeedError):
            bring(standard, path)
    assert reading.size() == size


def test_rejects_are_listed_and_come_back_corrected(bring: Bring, tmp_path: Path, world: World) -> None:
    path = a_return(tmp_path / "r", FIRST, FIRST.replace("04/03/2019", "32/03/2020"))
    done = bring("ssda903", path)
    assert done.counts["rejects"] == 1
    (row,) = listed(done.findings_files, REFUSED)
    assert (row["source"], row["line"], row["column"], row["value"]) == ("episodes.csv", "3", "DECOM", "32/03/2020")
    (written,) = unpack(done.rejects_files, tmp_path / "rejects")
    corrected = written.read_text("utf-8-sig").replace("SYN1,32/03/2020", "SYN1,31/03/2020")
    (tmp_path / "rejects" / written.name).write_text(corrected)
    again = bring("ssda903", tmp_path / "rejects")
    assert (again.counts["new"], again.counts["rejects"]) == (2, 0), "the episode and its placement"


def test_a_value_that_no_entry_can_hold_is_a_reject(bring: Bring, tmp_path: Path, world: World) -> None:
    long = FIRST.replace(",U1,", "," + "X" * 300 + ",")
    done = bring("ssda903", a_return(tmp_path / "r", FIRST, long.replace("2019", "2018")))
    assert done.counts["rejects"] == 2 and done.counts["new"] == done.counts["events"]
    assert "characters" in listed(done.findings_files, REFUSED)[0]["reason"]


def test_conflicts_are_listed_not_resolved(bring: Bring, tmp_path: Path, world: World) -> None:
    folder = tmp_path / "years"
    folder.mkdir()
    for year, sex in (("2018", "1"), ("2019", "2")):
        made = a_return(tmp_path / year, FIRST, children=f"SYN1,{sex},01/05/2008,WBRI,UN1,,\n")
        for name in ("header", "episodes"):
            shutil.copy(made / f"{name}.csv", folder / f"{year}-{name}.csv")
    done = bring("ssda903", folder)
    assert done.counts["conflicts"] == 1
    (found,) = [row for row in listed(done.findings_files, FINDINGS) if row["what"] == "conflict"]
    assert found["column"] == "SEX" and "2018-header.csv" in found["reason"]


@pytest.mark.parametrize("who", ["yara", "sam", "mia", "adam", "pat", "ines", "nobody"])
def test_the_wrong_role_or_agency_is_refused_by_the_service(tmp_path: Path, world: World, who: str) -> None:
    actor = world.keys.get(who, "0" * 32)
    size = reading.size()
    with pytest.raises(Answered):
        by = By(actor, world.keys["council"], world.now)
        services.bring_in(by=by, standard="ssda903", path=a_return(tmp_path / "r", FIRST), today=TODAY)
    with pytest.raises(Answered):
        services.agree(by=By(actor, world.keys["council"], world.now), agreement="invented")
    assert reading.size() == size
    sid = By(world.keys["sid"], world.keys["police"], world.now)
    with pytest.raises(Answered):
        services.bring_in(by=sid, standard="ssda903", path=tmp_path / "r", today=TODAY)


MOVED = FIRST.replace("04/03/2019", "05/03/2019")


def test_a_corrected_start_date_is_a_question_unless_the_files_are_said_to_correct(
    bring: Bring, tmp_path: Path, world: World
) -> None:
    first = bring("ssda903", a_return(tmp_path / "one", FIRST))
    asked = bring("ssda903", a_return(tmp_path / "two", MOVED))
    assert asked.counts["new"] == 2 and asked.counts["conflicts"] == 2, "the episode and its placement"
    found = [row for row in listed(asked.findings_files, FINDINGS) if row["what"] == "conflict"]
    assert {row["value"] for row in found} == {"2019-03-05"} and first.key in found[0]["reason"]
    assert Episode.objects.filter(kind="looked_after_episode").exclude(started="").count() == 2
    bring("ssda903", tmp_path / "two", again=True, corrects=first.key)
    (row,) = Episode.objects.filter(kind="looked_after_episode").exclude(started="")
    assert row.started == "2019-03-05", "what only the earlier files told has no time any more"
    assert list(differences(using="default")) == []


def test_files_that_correct_an_import_take_its_place(bring: Bring, tmp_path: Path, world: World) -> None:
    second = FIRST.replace("2019", "2015")
    first = bring("ssda903", a_return(tmp_path / "one", FIRST, second))
    before = Episode.objects.get(kind="looked_after_episode", started="2019-03-04")
    done = bring("ssda903", a_return(tmp_path / "two", MOVED), corrects=first.key)
    assert (done.counts["new"], done.counts["conflicts"]) == (0, 0)
    (row,) = Episode.objects.filter(kind="looked_after_episode").exclude(started="")
    gone = Episode.objects.get(kind="looked_after_episode", started="")
    assert {row.key, gone.key} == set(Episode.objects.filter(kind="looked_after_episode").values_list("key", flat=True))
    assert row.started == "2019-03-05" and before.key in (row.key, gone.key)
    assert all(moment["at"] is None for moment in gone.moments.values())
    size = reading.size()
    again = bring("ssda903", tmp_path / "two", again=True)
    assert (again.counts["new"], again.counts["corrected"], reading.size()) == (0, 0, size + 2)
    with pytest.raises(Answered):
        bring("ssda903", a_return(tmp_path / "three", FIRST), corrects="0" * 32)
    assert list(differences(using="default")) == []
