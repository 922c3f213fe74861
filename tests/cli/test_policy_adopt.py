"""`heed policy adopt` and `calendar` on a real record: shown, proposed, refused; never approved by a command."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

import world as worlds
from duties.test_adopting import LOCAL, report
from heed.cli.main import main
from heed.duties.models import Proposal
from heed.people.models import Account
from heed.record import reading
from world import World


@pytest.fixture
def world(tmp_path: Path, settings: Any, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        monkeypatch.setenv("HEED_DATA", str(tmp_path))
        for made in worlds.build("sqlite", tmp_path):
            user = User.objects.create(username="dora", email="dora@example.org")
            Account.objects.create(user=user, worker=made.keys["dora"])
            yield made


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["policy", *words, "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


def test_it_shows_then_proposes_and_another_agency_must_approve(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(6):
        report(world)
    (tmp_path / "local.yaml").write_text(LOCAL)
    size, file = reading.size(), str(tmp_path / "local.yaml")
    code, shown = asked(capsys, "adopt", file)
    assert code == 0 and shown["proposed"] is None and reading.size() == size
    assert shown["duties"] | {"opens": "6"} == shown["duties"] and shown["clauses"][0]["becomes"] == "comes"
    assert int(shown["duties"]["overdue"]) == 6, "in March, and this is later"
    code, later = asked(capsys, "adopt", file, "--from", "2035-01-01")
    assert later["duties"]["opens"] == "0" and later["clauses"][0]["in_force"] == "2035-01-01"
    code, done = asked(capsys, "adopt", file, "--by", "Dora@example.org", "--reason", "invented")
    assert code == 0 and reading.size() == size + 1 and done["proposed"] == size
    assert done["duties"] == shown["duties"] and done["digest"] == shown["digest"]
    row = Proposal.objects.get()
    assert row.proposed_by == world.keys["dora"] and row.text == LOCAL and row.approved_n is None
    with pytest.raises(SystemExit) as refused:
        main(["policy", "approve", row.key])
    assert refused.value.code == 2


def test_it_refuses_what_is_broken_or_nobody_s(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "local.yaml").write_text(LOCAL.replace("within: 5 wd", "within: 5 fortnights"))
    file, size = str(tmp_path / "local.yaml"), reading.size()
    code, said = asked(capsys, "adopt", file)
    assert code == 2 and said["ok"] is False
    assert (said["rejects"][0]["file"], said["rejects"][0]["clause"]) == ("local.yaml", "L1")
    (tmp_path / "local.yaml").write_text(LOCAL)
    for more, exit_code, word in (
        (["--by", "nobody@example.org", "--reason", "r"], 2, "Nobody who works here"),
        (["--by", world.keys["mia"], "--reason", "r"], 1, "a member of the board"),
        (["--by", "dora@example.org"], 2, "say who and why"),
        (["--from", "soon"], 2, "cannot be read"),
    ):
        code, said = asked(capsys, "adopt", file, *more)
        assert code == exit_code and word in said["error"], said
    code, said = asked(capsys, "adopt", "concern")
    assert code == 1 and "word for word" in said["error"]
    assert reading.size() == size


def test_the_calendar_in_force_is_written_to_be_changed(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = tmp_path / "days.yaml"
    assert main(["policy", "calendar", "--out", str(days)]) == 0
    days.write_text(days.read_text().replace("as-carried", "2027-extra") + "- 2027-06-07\n")
    code, shown = asked(capsys, "adopt", str(days))
    assert code == 0 and shown["what"] == "calendar"
    assert shown["days"] == [{"day": "2027-06-07", "becomes": "bank holiday"}]
