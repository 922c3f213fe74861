"""`heed count`: the JSON that was promised, the exit codes, the report, sentences for bad input."""

import json
from pathlib import Path

import pytest
from mse_tables import TABLES

import heed.cli.main as door

FAST = ["--bootstrap", "30", "--method", "bic", "--method", "bma", "--method", "bounds"]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(door.COMMANDS, "count", "how many people, known and hidden")


def test_the_json_holds_what_was_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main(["count", str(TABLES / "Kosovo.csv"), "--json", *FAST]) == 0
    document = json.loads(capsys.readouterr().out)
    promised = {"observed", "fingerprint", "verdict", "headline", "estimators", "diagnostics", "warnings"}
    assert promised <= set(document)
    assert set(document["headline"]) == {"lower", "upper", "words"}
    assert document["verdict"] == "estimate"
    assert [one["name"] for one in document["estimators"]] == ["bic", "bma", "bounds"]
    wanted = {"name", "estimate", "lower", "upper", "interval", "model", "warnings", "seconds", "verdict", "reason"}
    for one in document["estimators"]:
        assert wanted <= set(one)
        assert one["seconds"] > 0
        assert one["assumptions"]


def test_a_refusal_is_an_answer_with_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main(["count", str(TABLES / "Artificial_3.csv"), "--json", *FAST]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["verdict"], document["headline"], document["ok"]) == ("refused", None, False)
    assert document["estimators"][0]["estimate"] is None


def test_bad_input_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.csv").write_text("A,B,C,count\n1,0,0,5\n0,1,0,-2\n")
    assert door.main(["count", str(tmp_path / "bad.csv"), "--json"]) == 2
    assert "Row 3" in json.loads(capsys.readouterr().out)["error"]
    (tmp_path / "one.csv").write_text("A,count\n1,5\n")
    assert door.main(["count", str(tmp_path / "one.csv")]) == 2
    assert "one list" in capsys.readouterr().err
    assert door.main(["count", str(TABLES / "Korea.csv"), "--bootstrap", "-1"]) == 2
    assert door.main(["count", str(TABLES / "Korea.csv"), "--method", "magic"]) == 2
    assert door.main(["count", str(TABLES / "Korea.csv"), "--report", "x.txt", *FAST]) == 2


def test_text_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for ending in ("html", "json"):
        out = tmp_path / f"answer.{ending}"
        assert door.main(["count", str(TABLES / "Korea.csv"), "--report", str(out), *FAST]) == 0
        assert out.stat().st_size > 2000
    printed = capsys.readouterr().out
    assert printed.startswith("123 people were seen")
    assert "Assumptions" in printed
    assert "sha256:" in printed
    assert "b and c: 66 shared" in printed
    assert "Chosen by bic in the bootstrap" in printed
    assert "Without one person" in printed


def test_linkage_rates_and_strata(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["count", str(TABLES / "Kosovo.csv"), "--missed", "0.03", "--false", "0.002", "--json", *FAST]
    assert door.main([*words, "--bootstrap", "200"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert sum(document["diagnostics"]["width"].values()) == pytest.approx(1)
    lines = (TABLES / "Kosovo.csv").read_text().splitlines()
    body = [f"{line},{area}" for line in lines[1:] for area in ("east", "west")]
    (tmp_path / "strata.csv").write_text("\n".join([lines[0] + ",stratum", *body]) + "\n")
    assert door.main(["count", str(tmp_path / "strata.csv"), "--json", *FAST]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["strata"]["answers"]) == {"east", "west"}
    sums = {one["name"]: one["estimate"] for one in document["strata"]["sums"]}
    assert sums["bic"] == pytest.approx(2 * 10356.51896, rel=1e-6)
