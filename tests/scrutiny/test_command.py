"""`heed count --record`: the same JSON as a table's, from the record, as of D and as known at K."""

import json
from pathlib import Path

import pytest

from heed.cli import main as door
from heed.record import reading
from heed.scrutiny.counting import selectors, services
from world import World

from . import cast

FAST = ["--bootstrap", "20", "--method", "bic", "--method", "bounds", "--json"]
ASKED = ["--record", "--definition", "exploited", "--as-of", "2026-03-02"]


@pytest.fixture
def vendor() -> str:
    return "sqlite"


@pytest.fixture
def counted(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    services.adopt_definition(by=world.by("ines"), text=cast.DEFINITION)
    cast.crowd(world, 24)
    monkeypatch.setattr("heed.cli.count.open_record", lambda args: Path())  # this process has it open
    return world


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = door.main(["count", *words])
    return code, json.loads(capsys.readouterr().out)


def test_the_record_and_its_table_give_one_answer(
    counted: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, found = run(capsys, *ASKED, *FAST)
    entry = services.propose_figure(by=counted.by("ines"), ask=cast.ask())
    table = tmp_path / "table.csv"
    table.write_text(reading.entry(entry.n).fact("table"))
    code_of_table, of_table = run(capsys, str(table), *FAST)
    assert code == code_of_table == 0 and found.pop("known") == 24
    about = found.pop("record")
    assert isinstance(about, dict) and about["reads_entries_below"] == entry.n and about["definition"] == "exploited@1"
    for document in (found, of_table):
        for one in document["estimators"]:  # type: ignore[union-attr]
            one.pop("seconds")
    assert found == of_table


def test_known_at_is_a_prefix_of_the_log(counted: World, capsys: pytest.CaptureFixture[str]) -> None:
    at = counted.now.isoformat(timespec="microseconds").replace("+00:00", "Z")
    counted.pass_time(hours=1)
    cast.report(counted, "pat", cast.child(counted, 99))
    assert run(capsys, *ASKED, "--known-at", at, *FAST)[1]["known"] == 24
    assert run(capsys, *ASKED, "--known-at", "2026-03-02", *FAST)[1]["known"] == 25
    assert run(capsys, *ASKED, "--known-at", "2020-01-01", *FAST)[0] == 1


def test_strata_come_from_the_definition(counted: World, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        cast.DEFINITION.replace('"1"', '"9"')
        + "strata:\n  sex: true\ncould_not_see:\n- list: school\n  strata: [other]\n"
    )
    services.adopt_definition(by=counted.by("ines"), text=text)
    _, found = run(capsys, *ASKED, *FAST)
    assert set(found["strata"]["answers"]) == {"female", "male"}  # type: ignore[index]
    known = selectors.definition_named("exploited@9", cast.DAY)
    assert known.version == "9"


def test_what_does_not_fit_together_is_refused(counted: World, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--record"], ["table.csv", *ASKED], ["--definition", "exploited", "x.csv"], []):
        assert run(capsys, *words, *FAST)[0] == 2, words
    for words in ([*ASKED[:-1], "2026-02-30"], [*ASKED, "--known-at", "yesterday"]):
        assert run(capsys, *words, *FAST)[0] == 2, words
    assert run(capsys, *ASKED[:-1], "2026-03-01", "--known-at", "2026-03-02", *FAST)[0] == 1, "nobody had been seen"
    assert run(capsys, "--record", "--definition", "nothing", "--as-of", "2026-03-02", *FAST)[0] == 1
