"""The packs that Heed ships: whole, exemplified, honest about their sources; the manual says the same."""

import dataclasses
from pathlib import Path

import pytest

import heed.policy
from heed.policy.check import SOURCES
from heed.policy.examples import run_examples
from heed.policy.explain import generated
from heed.policy.files import PACKS, load_packs
from heed.policy.language import parse_pack
from heed.policy.manual import manual
from heed.policy.testable import MEASURES, by_measure, listed
from heed.policy.words import Choose, Clause, Limit, Pack

SHIPPED = load_packs([])
CLAUSES = [(clause, pack) for pack in SHIPPED for clause in pack.clauses]


def test_every_example_gives_what_it_says() -> None:
    assert run_examples(SHIPPED) == []


@pytest.mark.parametrize("clause", [clause for clause, _ in CLAUSES if clause.check is None], ids=lambda c: c.id)
def test_every_clause_shows_each_end_it_can_have(clause: Clause) -> None:
    ends = {row["end"] for example in clause.examples for row in example.then}
    assert {"open", "fulfilled"} <= ends
    if any(item.declined for item in clause.must):
        assert "declined" in ends
    if any(item.entry for item in clause.until) or clause.when.form == "while":
        assert "ceased" in ends
    if all(isinstance(limit, Limit) for limit in clause.within):
        rows = [row for example in clause.examples for row in example.then if row["end"] == "fulfilled"]
        assert {row["lateness"] for row in rows} == {"no", "yes"}
        assert any(row["ended_at"] == row["due"] for row in rows), "the last good instant is not shown"


def test_an_example_that_is_changed_fails() -> None:
    pack = next(pack for pack in SHIPPED if pack.name == "scrutiny")
    clause = pack.clauses[0]
    example = clause.examples[0]
    wrong = dataclasses.replace(example, then=({**example.then[0], "lateness": "yes"},))
    changed = dataclasses.replace(pack, clauses=(dataclasses.replace(clause, examples=(wrong,)),))
    assert [row["example"] for row in run_examples([changed])] == [example.name]


def test_every_row_of_the_standards_table_has_one_answer_for_each_source() -> None:
    rows = by_measure(SHIPPED)
    assert [row["measure"] for row in rows] == list(MEASURES)
    for row in rows:
        for source in SOURCES:
            answer = row[source]
            named = isinstance(answer, list) and answer
            assert named or answer == "enforced by CHECK" or answer.startswith("not testable: ")
        if row["measure"] not in ("D23", "D28"):
            assert isinstance(row["native"], list), row


@pytest.mark.parametrize("measure", ["D1", "D7", "D19", "D24"])
def test_what_the_returns_cannot_test_names_the_missing_fact(measure: str) -> None:
    row = next(row for row in by_measure(SHIPPED) if row["measure"] == measure)
    for source in SOURCES[1:]:
        assert row[source].startswith("not testable: no "), row


def test_local_norms_are_not_presented_as_law() -> None:
    local = {"D2", "D8", "D12", "D13", "D21", "D32", "D33", "D34"}
    for row in listed(SHIPPED):
        lawful = row["pack"] == "england-statutory" or row["id"] == "K2"  # D1 again, asked of a concern
        assert (row["tier"] != "local") == lawful
        assert not (local & set(row["measures"])) or row["pack"] == "local-example"


def test_only_what_was_read_is_called_read() -> None:
    """The rows of the standards table marked [S] for their limit; all others may not claim to be confirmed."""
    read = {"D3b", "D4", "D6", "D11", "D14-15", "D16", "D17", "D19", "D22", "D26"}
    assert {row["id"] for row in listed(SHIPPED) if row["confirmed"] == "read"} == read


def test_the_manual_that_is_committed_is_the_one_the_packs_give() -> None:
    committed = Path(heed.policy.__file__).parent / "manual.md"
    assert committed.read_text("utf-8") == manual(SHIPPED), "run: heed policy manual --out src/heed/policy/manual.md"


def mutations(clause: Clause) -> list[Clause]:
    """Return the clause with each number, unit, kind, key and word changed, one at a time."""
    change = dataclasses.replace
    found = [change(clause, match=(*clause.match, "other"))]
    if clause.when.form != "while":
        found.append(change(clause, when=change(clause.when, name=clause.when.name.replace(".1", ".2"))))
    found.append(change(clause, again="replace" if clause.again != "replace" else "each"))
    for place, item in enumerate(clause.must):
        others = [change(item, entry=item.entry.replace(".1", ".2")), change(item, declined=not item.declined)]
        others += [
            change(item, where=(*item.where[:at], change(test, left="other"), *item.where[at + 1 :]))
            for at, test in enumerate(item.where)
        ]
        found += [change(clause, must=(*clause.must[:place], o, *clause.must[place + 1 :])) for o in others]
    for place, limit in enumerate(clause.within):
        limits = limits_near(limit)
        found += [change(clause, within=(*clause.within[:place], o, *clause.within[place + 1 :])) for o in limits]
    for place, item in enumerate(clause.until):
        o = change(item, even_late=not item.even_late)
        found.append(change(clause, until=(*clause.until[:place], o, *clause.until[place + 1 :])))
    for place, rung in enumerate(clause.escalate):
        o = change(rung, to="somebody_else")
        found.append(change(clause, escalate=(*clause.escalate[:place], o, *clause.escalate[place + 1 :])))
    found.append(change(clause, repeat=not clause.repeat))
    return found


def limits_near(limit: object) -> list[Limit | Choose]:
    if isinstance(limit, Limit):
        unit = "weeks" if limit.unit != "weeks" else "days"
        return [Limit(limit.n + 1, limit.unit, limit.before), Limit(limit.n, unit, limit.before)]
    if isinstance(limit, Choose):
        return [
            Choose((*limit.rows[:at], dataclasses.replace(row, limit=near), *limit.rows[at + 1 :]))
            for at, row in enumerate(limit.rows)
            for near in limits_near(row.limit)
            if isinstance(near, Limit)
        ]
    return []


@pytest.mark.parametrize(("clause", "pack"), CLAUSES, ids=[f"{c.id}" for c, _ in CLAUSES])
def test_changing_anything_changes_the_generated_sentence(clause: Clause, pack: Pack) -> None:
    if clause.check is not None:
        return
    said = generated(clause, pack)
    for changed in mutations(clause):
        assert generated(changed, pack) != said, changed


def test_changing_a_state_changes_the_sentence() -> None:
    text = (PACKS / "exploitation.yaml").read_text()
    for old, new in (
        ("key: child, starts: [case.opened.1]", "key: family, starts: [case.opened.1]"),
        ("case.closed.1", "case.shut.1"),
    ):
        pack, other = parse_pack(text), parse_pack(text.replace(old, new))
        x1 = next(c for c in pack.clauses if c.id == "X1")
        assert generated(x1, pack) != generated(x1, other)
