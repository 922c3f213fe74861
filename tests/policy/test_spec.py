"""The spec tables: entries in, duties out, each written from the page by hand with its reason."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.oracle import clock, evaluators

FOLDER = Path(__file__).parent / "spec"
HEADER = {
    "tier": "local",
    "source": "invented for this test",
    "confirmed": "invented",
    "sentence": "An invented sentence.",
    "in_force": {"from": "2000-01-01"},
}
ALL_COVERED = [{"source": "spec", "agency": "*", "kind": "*", "from": "1990-01-01", "to": "2035-12-31"}]


def tables() -> list[Any]:
    """Every case of every file, under `file:case`."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader):
            found.append(pytest.param(case, id=f"{path.stem}:{case['case']}"))
    return found


def row_of(number: int, entry: dict[str, Any]) -> dict[str, Any]:
    """A row of the extract from the short form of the tables; recorded when it happened unless said."""
    entry = dict(entry)
    at = entry.pop("at", "")
    day = at.rpartition("/")[2]
    recorded = entry.pop("recorded", day if "T" in day else f"{day}T12:00:00Z")
    facts = {name: json_value(value) for name, value in entry.pop("facts", {}).items()}
    refs = {role: keys if isinstance(keys, list) else [keys] for role, keys in entry.pop("refs", {}).items()}
    is_erased = entry.pop("erased", "false") == "true"
    row = {
        "n": int(entry.pop("n", number)),
        "kind": entry.pop("kind"),
        "subject": entry.pop("subject", "c1"),
        "occurred_at": stamped(at),
        "recorded_at": stamped(recorded),
        "actor": entry.pop("actor", "w1"),
        "agency": entry.pop("agency", "a1"),
        "facts": "" if is_erased else json.dumps(facts | ({"refs": refs} if refs else {})),
    }
    assert not entry, f"unknown words in a table: {entry}"
    return row


def stamped(text: str) -> str:
    return text.replace("Z", ".000000Z") if "." not in text else text


def json_value(value: Any) -> Any:
    """YAML text as JSON: whole numbers, true and false are themselves."""
    if isinstance(value, list):
        return [json_value(one) for one in value]
    if isinstance(value, dict):
        return {name: json_value(one) for name, one in value.items()}
    return int(value) if value.isdigit() else {"true": True, "false": False}.get(value, value)


def pack_text(pack: dict[str, Any]) -> str:
    """The pack with the header that every clause must carry."""
    clauses = [HEADER | unfolded(clause) for clause in pack["clauses"]]
    head = {"pack": "spec", "version": "1", "calendar": "england-wales"}
    return evaluators.write_pack(head | pack | {"clauses": clauses})


def unfolded(clause: dict[str, Any]) -> dict[str, Any]:
    """A clause written as another one (`<<`) with changes; the text-only loader leaves that to us."""
    base: dict[str, Any] = clause.get("<<", {})
    return base | {name: value for name, value in clause.items() if name != "<<"}


def expected_value(name: str, value: Any) -> Any:
    """A cell of a table as the Answer writes it."""
    if isinstance(value, str) and value.lower() == "null":
        return None
    if name in ("from", "due", "adjusted_due", "ended_at"):
        return stamped(value)
    if name in ("anchor", "ended_by"):
        return int(value)
    if name == "triggers":
        return [int(one) for one in value]
    if name == "testable":
        return True if value == "true" else value
    return value


@pytest.mark.parametrize("name", evaluators.NAMES)
@pytest.mark.parametrize("case", tables())
def test_table(case: dict[str, Any], name: str) -> None:
    """Each table gives exactly its duties, in its order, and its partial list."""
    evaluate = evaluators.named(name)
    if case.get("only") and name not in case["only"]:
        pytest.skip(case["only_because"])
    rows = [row_of(number, entry) for number, entry in enumerate(case["entries"], start=1)]
    packs = [pack_text(pack) for pack in case.get("packs") or [case["pack"]]]
    for asked in case["asked"]:
        known_at = asked.get("known_at", "2035-12-31T00:00:00Z")
        covers = asked.get("covers", ALL_COVERED)  # `covers: none` asks without coverage
        extra = {date.fromisoformat(day) for day in asked.get("one_off_holidays", [])}
        calendar = clock.england_wales() | extra if extra else None
        answer = evaluate(rows, packs, asked["as_of"], known_at, None if covers == "none" else covers, calendar)
        wanted = [{k: expected_value(k, v) for k, v in duty.items()} for duty in asked["duties"]]
        assert len(answer["duties"]) == len(wanted), answer["duties"]
        found = [{k: duty[k] for k in want} for duty, want in zip(answer["duties"], wanted, strict=True)]
        assert found == wanted, f"asked as of {asked['as_of']}, known at {known_at}"
        if "partial" in asked:
            assert [one["n"] for one in answer["partial"]] == [int(n) for n in asked["partial"]]


def test_every_reading_has_a_table() -> None:
    """R30 is the header's form, checked with the pack; all the others have at least one table."""
    shown = {reading for table in tables() for reading in table.values[0]["reads"]}
    assert [f"R{number}" for number in range(1, 34) if f"R{number}" not in shown] == ["R30"]


def test_every_choice_marked_in_the_readings_has_a_table() -> None:
    text = (FOLDER.parent / "oracle" / "READINGS.md").read_text(encoding="utf-8")
    marked = {line.split()[1] for line in text.splitlines() if line.startswith("| C") and "⊞" in line}
    assert marked == {r for table in tables() for r in table.values[0]["reads"] if r.startswith("C")}
