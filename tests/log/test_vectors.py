"""Every vector, put to every verifier."""

import unicodedata
from typing import Any

import pytest

from .vectors.collect import load
from .vectors.make import FILES
from .verifiers import VERIFIERS, No, Verifier, sqlite_file

VECTORS = [(name, row) for name in FILES for row in load(name)["vectors"]]
KINDS = {name: load(name)["kind"] for name in FILES}
RULES = [*range(1, 33), 34]  # the byte-level rules of record_format.md
ELSEWHERE = {  # rules that no single file can break, and where they are tried instead
    18: "test_exports.py",
    32: "test_exports.py",
    33: "the page has no rule 33",
}


def ids(value: Any) -> str:
    """Name a test after its vector."""
    return value.name if hasattr(value, "name") else f"{value[0].removesuffix('.json')}-{value[1]['name']}"


def answer(verifier: Verifier, name: str, row: dict[str, Any]) -> dict[str, Any]:
    """Put one vector to a verifier."""
    inputs = dict(row["inputs"])
    inputs.pop("unicode", None)
    if KINDS[name] == "policy":
        inputs["sets"] = [names for names, _ in row.get("expect", {}).get("met", [])]
    if KINDS[name] != "database":
        return dict(getattr(verifier, KINDS[name])(**inputs))
    with sqlite_file(inputs.pop("entries"), inputs.pop("parts")) as path:
        return dict(verifier.database(path=path, **inputs))


@pytest.mark.parametrize("verifier", VERIFIERS, ids=ids)
@pytest.mark.parametrize("vector", VECTORS, ids=ids)
def test_vector(verifier: Verifier, vector: tuple[str, dict[str, Any]]) -> None:
    name, row = vector
    if row["inputs"].get("unicode", unicodedata.unidata_version) != unicodedata.unidata_version:
        pytest.skip("this Python knows another version of Unicode (rule 19: reported, not refused)")
    if row["exit"] == 0:
        found = answer(verifier, name, row)
        for what, expected in row["expect"].items():
            expected = [met for _, met in expected] if what == "met" else expected
            assert found[what] == expected, f"{what} of {row['name']!r} (rule {row['rule']})"
        return
    with pytest.raises(No) as refusal:
        answer(verifier, name, row)
    assert refusal.value.exit == row["exit"], str(refusal.value)
    assert row.get("says", "") in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("name", FILES)
def test_the_generator_writes_what_is_committed(name: str) -> None:
    from .vectors.collect import HERE

    assert (HERE / name).read_bytes() == bytes(FILES[name]())


def test_every_rule_has_a_spoiled_vector() -> None:
    spoiled = {row["rule"] for _, row in VECTORS if row["exit"]}
    tried = {row["rule"] for _, row in VECTORS}
    assert not {str(rule) for rule in RULES if rule not in ELSEWHERE} - tried
    assert {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "14", "15", "16", "17"} <= spoiled
    assert {"19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "34"} <= spoiled


def test_names_are_unique() -> None:
    names = [(name, row["name"]) for name, row in VECTORS]
    assert len(set(names)) == len(names)
