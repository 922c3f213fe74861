"""The two commands as people and machines use them."""

import argparse
import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heed.cli import duties as duties_command
from heed.cli import policy as policy_command
from heed.lib.errors import HeedError
from heed.policy import evaluate_batch, evaluate_by_key
from heed.policy.batch.source import source_of
from policy.histories import PACK, history
from policy.test_refused import KINDS


def parsed(module: object, words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    module.arguments(parser)  # type: ignore[attr-defined]
    return parser.parse_args(words)


def write(folder: Path, rows: list[dict[str, object]], ending: str) -> Path:
    path = folder / f"events{ending}"
    if ending == ".csv":
        with path.open("w", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    elif ending == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        table = pa.Table.from_pylist(rows)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as out_file:
            out_file.write_table(table)
    return path


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".arrow"])
def test_an_extract_gives_the_same_answer_in_every_form(tmp_path: Path, ending: str) -> None:
    rows = history(5, strange=0.2)
    path = write(tmp_path, rows, ending)
    wanted = evaluate_by_key(rows, PACK, "2020-04-01", "2020-05-01")
    assert evaluate_batch(path, PACK, "2020-04-01", "2020-05-01") == wanted
    assert evaluate_batch(rows, PACK, "2020-04-01", "2020-05-01") == wanted
    assert len(list(source_of(path)())) == 1


def test_duties_evaluate_answers_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, history(5), ".parquet")
    covers = tmp_path / "covers.yaml"
    covers.write_text("- {source: invented, agency: '*', kind: '*'}\n")
    words = [
        "evaluate",
        "--events",
        str(path),
        "--policy",
        "scrutiny",
        "--as-of",
        "2020-04-01",
        "--covers",
        str(covers),
    ]
    assert duties_command.run(parsed(duties_command, [*words, "--json"])) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["pack"], found["as_of"], found["duties"]) == ("scrutiny", "2020-04-01T22:59:59.000000Z", [])
    assert duties_command.run(parsed(duties_command, words)) == 0
    assert "As of 2020-04-01" in capsys.readouterr().out
    with pytest.raises(HeedError, match="cannot be read"):
        duties_command.run(parsed(duties_command, [*words[:6], "yesterday"]))


def test_policy_commands_answer(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["check"],
        ["list"],
        ["list", "--measures"],
        ["show", "D19"],
        ["explain", "X2"],
        ["diff", "2010", "2013", "2018"],
    ):
        assert policy_command.run(parsed(policy_command, [*words, "--json"])) == 0
        assert json.loads(capsys.readouterr().out)
    with pytest.raises(HeedError, match="no clause 'Z9'"):
        policy_command.run(parsed(policy_command, ["show", "Z9"]))


def test_the_list_says_of_each_row_of_the_standards_table_what_tests_it(capsys: pytest.CaptureFixture[str]) -> None:
    """For each of D1 to D34 and each source: clause ids, or 'enforced by CHECK', or 'not testable' and the lack."""
    policy_command.run(parsed(policy_command, ["list", "--measures", "--json"]))
    rows = {row.pop("measure"): row for row in json.loads(capsys.readouterr().out)}
    policy_command.run(parsed(policy_command, ["list", "--json"]))
    clauses = json.loads(capsys.readouterr().out)
    assert list(rows) == [f"D{n}" for n in range(1, 35)]
    for measure, row in rows.items():
        assert set(row) == {"native", "ssd", "cin", "annex-a", "ssda903"}
        for source, answer in row.items():
            serving = [c["id"] for c in clauses if measure in c["measures"] and c["testable"][source] is True]
            if serving:
                assert answer == serving, (measure, source)
            else:
                assert answer == "enforced by CHECK" or answer.startswith("not testable: "), (measure, source)
    assert {measure for measure, row in rows.items() if not isinstance(row["native"], list)} <= {"D23", "D28"}
    assert rows["D28"] == dict.fromkeys(rows["D28"], "enforced by CHECK")
    for measure, word in {"D1": "decision", "D7": "core group", "D19": "interview", "D24": "investigation"}.items():
        lacks = {rows[measure][source] for source in ("ssd", "cin", "annex-a", "ssda903")}
        assert all(isinstance(lack, str) and ".1 in" not in lack for lack in lacks), measure
        assert any(word in lack for lack in lacks), (measure, lacks)


def test_diff_lists_every_duty_whose_verdict_differs_with_what_caused_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_command, "declared", lambda: KINDS)
    pack = tmp_path / "two.yaml"
    head = "tier: local, source: invented, sentence: An example, confirmed: invented"
    rest = f"when: {{entry: a.asked.1}}, match: [child], must: [{{entry: a.done.1}}], {head}}}"
    pack.write_text(
        "pack: two\nversion: '1'\nclauses:\n"
        f"- {{id: A, version: '1', within: 9 days, in_force: {{from: 2010-01-01, to: 2015-01-01}}, {rest}\n"
        f"- {{id: A, version: '2', within: 1 day, in_force: {{from: 2015-01-01}}, {rest}\n"
        f"- {{id: B, within: 1 day, in_force: {{from: 2010-01-01}}, {rest}\n"
    )
    path = write(tmp_path, history(5), ".parquet")
    words = ["diff", "2012", "2016", "--policy", str(pack), "--events", str(path), "--as-of", "2020-04-01", "--json"]
    policy_command.run(parsed(policy_command, words))
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert {(row["clause"], row["caused_by"], row["confirmed"]) for row in rows} == {("A", "A version 2", "invented")}


PLAIN = """pack: mine
version: '1'
clauses:
- id: Z1
  tier: local
  source: invented
  confirmed: invented
  in_force: {from: 2000-01-01}
  sentence: An invented example.
  when: {entry: concern.raised.1, where: {danger_today: 'yes'}}
  match: [concern]
  must: [{entry: concern.decided.1}]
  within: 1 wd
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "problem", "remedy"),
    [
        ("concern.decided.1", "concern.undecided.1", 12, "no kind", "`entries` declares"),
        ("danger_today", "danger_tomorrow", 10, "no field", "Use one of"),
        ("'yes'", "perhaps", 10, "not a code", "Use one of yes, no, not_known"),
        ("  within", "  withing", 13, "withing", ""),
    ],
)
@pytest.mark.parametrize("command", ["check", "list", "manual", "diff", "evaluate"])
def test_a_pack_that_no_slice_can_serve_is_refused_by_every_command(
    tmp_path: Path, command: str, old: str, new: str, line: int, problem: str, remedy: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PLAIN)
    module: object = duties_command if command == "evaluate" else policy_command
    events = write(tmp_path, history(5), ".csv")
    words = {
        "diff": ["diff", "2010", "2020", "--policy", str(path)],
        "evaluate": ["evaluate", "--events", str(events), "--policy", str(path), "--as-of", "2020-04-01"],
    }.get(command, [command, str(path)])
    assert module.run(parsed(module, words)) == 0  # type: ignore[attr-defined]
    path.write_text(PLAIN.replace(old, new))
    with pytest.raises(HeedError) as refused:
        module.run(parsed(module, words))  # type: ignore[attr-defined]
    row = refused.value.rejects[0]
    assert row["file"] == "mine.yaml" and row["line"] == line, row
    assert problem in row["problem"] and remedy in row["remedy"], row
