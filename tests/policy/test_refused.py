"""What a pack may not be: each is refused with file, line, clause and what to write instead."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from heed.lib.errors import HeedError
from heed.policy import evaluate_batch, evaluate_by_key
from heed.policy.check import check_packs
from heed.policy.files import coverage_rows, rows_of
from heed.policy.language import parse_pack
from policy.tables import ALL, child, entry, pack

HEAD = "tier: local, source: invented, sentence: An example., confirmed: invented, in_force: {from: 2020-01-01}"
STATES = "{open: {key: child, starts: [c.begun.1], ends: [c.over.1]}, level: {key: child, value: level, of: [r.set.1]}}"


def clause(**changed: str) -> str:
    """Return a good clause with some members changed; an empty one is left out."""
    members = {
        "id": "A",
        "when": "{entry: a.asked.1}",
        "match": "[child]",
        "must": "[{entry: a.done.1}]",
        "within": "2 days",
        **changed,
    }
    return "- {" + ", ".join(f"{name}: {text}" for name, text in members.items() if text) + f", {HEAD}}}"


def refusal(text: str, **more: object) -> HeedError:
    with pytest.raises(HeedError) as refused:
        check_packs([parse_pack(text, file="local.yaml", **more)])  # type: ignore[arg-type]
    return refused.value


def test_the_good_clause_is_accepted() -> None:
    check_packs([parse_pack(pack(clause(), STATES))])


WRONG = {
    "an unknown word": (clause(unless="{x: y}"), "'unless' is not a word"),
    "no form of when": (clause(when="{entry: a.asked.1, while: open}"), "exactly one form"),
    "a malformed kind": (clause(when="{entry: asked}"), "not the name of a kind"),
    "an unknown state": (clause(given="{closed: 'true'}"), "no state 'closed'"),
    "while without match on the state's key": (clause(when="{while: open}", match="[case]"), "state's key"),
    "below on codes without order": (clause(when="{entry: r.set.1, where: {level: {below: high}}}"), "have no order"),
    "a condition on two values": (clause(given="{level: {in: [low], is: high}}"), "never hold"),
    "an empty list": (clause(given="{level: {in: []}}"), "needs a list"),
    "times that run backwards": (
        clause(must="[{entry: a.done.1, where: {on: {after: 2020-02-01, before: 2020-01-01}}}]"),
        "both after and before",
    ),
    "choose without else": (clause(within="[{choose: [{if: {level: high}, limit: 1 day}]}]"), "no `else`"),
    "an else before the last row": (clause(within="[{choose: [{else: 1 day}, {else: 2 days}]}]"), "before the last"),
    "a row never reached": (
        clause(
            within="[{choose: [{if: {level: high}, limit: 1 day}, {if: {level: high, open: 'true'}, limit: 2 days},"
            " {else: 3 days}]}]"
        ),
        "never reached",
    ),
    "a rung that goes backwards": (
        clause(escalate="[{at: due + 5 wd, to: x}, {at: due + 1 wd, to: y, outside: true}]"),
        "not later",
    ),
    "a last rung inside the agency": (clause(escalate="[{at: due, to: x}]"), "inside the owning agency"),
    "a rung on a due that never comes": (
        clause(within="none", escalate="[{at: due, to: x, outside: true}]"),
        "never comes",
    ),
    "a clause that triggers itself": (clause(must="[{entry: a.asked.1}]"), "trigger the clause again"),
    "a repeat without absorb or replace": (clause(repeat="true"), "second chain"),
    "limits never reached": (clause(within="[1 day, 2 days]"), "never reached"),
    "a limit of no unit": (clause(within="2 fortnights"), "not a limit"),
    "a literal that is a state": (clause(when="{entry: a.asked.1, where: {type: {in: [open, x]}}}"), "name of a state"),
    "for_each without addressee": (clause(for_each="to"), "without `addressee`"),
    "in_force that ends first": (
        (
            "- {id: A, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 2 days,"
            " tier: local, source: s, sentence: S., confirmed: invented, in_force: {from: 2020-01-02, to: 2020-01-01}}"
        ),
        "ends before it begins",
    ),
    "overlapping versions": (clause() + "\n" + clause(version="'2'"), "in force on one day"),
    "versions of one name": (clause() + "\n" + clause(), "both called"),
    "a ring of supersedes": (clause(supersedes="B") + "\n" + clause(id="B", supersedes="A"), "in a ring"),
}


@pytest.mark.parametrize("name", WRONG)
def test_refused_with_file_line_clause_and_remedy(name: str) -> None:
    text, words = WRONG[name]
    refused = refusal(pack(text, STATES))
    assert any(words in str(row["problem"]) for row in refused.rejects), refused.rejects
    for row in refused.rejects:
        assert row["file"] == "local.yaml"
        assert row["line"] >= 6
        assert row["clause"] in ("A", "B")
        assert str(row["remedy"]).endswith(".")


def test_a_limit_without_source_is_refused_none_too() -> None:
    for limit in ("2 days", "none"):
        refused = refusal(pack(clause(within=limit).replace("source: invented, ", ""), STATES))
        assert [row["problem"] for row in refused.rejects] == ["The clause has no `source`."]


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("pack: a\npack: b\n", "stands twice", 2),
        ("pack: &x a\nversion: *x\n", "Anchors", 1),
        ("pack: !!str a\n", "tag", 1),
        ("pack: a\nversion:\n", "empty", 2),
        ("pack: a\n---\npack: b\n", "two documents", 2),
        ("pack: [a\n", "not YAML", 2),
        ("", "empty", 1),
    ],
)
def test_yaml_is_read_strictly(text: str, words: str, line: int) -> None:
    refused = refusal(text)
    assert words in refused.rejects[0]["problem"]
    assert refused.rejects[0]["line"] == line


def test_scalars_are_texts() -> None:
    read = parse_pack(pack(clause(when="{entry: a.asked.1, where: {on: no, off: null, day: 2020-01-01}}"), STATES))
    assert {test.left: test.right for test in read.clauses[0].when.where} == {
        "on": "no",
        "off": "null",
        "day": "2020-01-01",
    }


@dataclass
class Fact:
    codes: tuple[str, ...] | None = None
    ordered: bool = False


class Whole:
    """A fact that is a whole number, by the name that heed.entry.fields gives the class."""


@dataclass
class Known:
    facts: dict[str, object] = field(default_factory=dict)
    refs: dict[str, object] = field(default_factory=dict)


KINDS = {
    "a.asked.1": Known({"type": Fact(("x", "y"))}, {"child": None}),
    "a.done.1": Known({}, {"child": None}),
    "r.set.1": Known({"level": Fact(("low", "high"), ordered=True), "score": Whole()}, {"child": None}),
    "c.begun.1": Known({}, {"child": None}),
    "c.over.1": Known({}, {"child": None}),
}


def test_the_registry_says_which_kinds_fields_and_codes_there_are() -> None:
    def problem(text: str) -> str:
        return str(refusal(pack(text, STATES), kinds=KINDS).rejects[0]["problem"])

    assert "no kind 'a.told.1'" in problem(clause(must="[{entry: a.told.1}]"))
    assert "no field 'colour'" in problem(clause(when="{entry: a.asked.1, where: {colour: red}}"))
    assert "not a code" in problem(clause(when="{entry: a.asked.1, where: {type: z}}"))
    ordered = pack(clause(given="{level: {below: high}}"), STATES)
    assert parse_pack(ordered, kinds=KINDS).clauses[0].given[0].order == ("low", "high")
    falling = clause(when="{entry: r.set.1, where: {score: {below: level.before}}}")
    assert parse_pack(pack(falling, STATES), kinds=KINDS).clauses[0].when.where[0].order is None
    assert "no order" in problem(clause(when="{entry: a.asked.1, where: {type: {below: level.before}}}"))


PLAIN = pack("- {id: A, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 2 days}")


def test_rows_that_cannot_be_read_are_listed_and_the_rest_is_evaluated() -> None:
    good = [child(1, "a.asked", "2020-03-02"), child(2, "a.done", "2020-03-03")]
    bad = [
        {**child(3, "a.done", "2020-03-03"), "actor": ""},
        child(4, "a.done", "2020-03-09/2020-03-02"),
        child(5, "a.done", "2020-02-30"),
        {**child(6, "a.done", "2020-03-03"), "recorded_at": "yesterday"},
        {**child(7, "a.done", "2020-03-03"), "facts": "{"},
        {**child(8, "a.done", "2020-03-03"), "n": "eight"},
        {**child(2, "a.done", "2020-03-03")},
        entry(9, "a.asked", "2020-03-02"),
        child(10, "a.done", "2020-03-30/2020-04-09"),
        child(11, "a.asked", "2020-03-02", corrects=2),
    ]
    answers = [run([*good, *bad], PLAIN, "2020-04-01", "2020-05-01", ALL) for run in (evaluate_by_key, evaluate_batch)]
    assert answers[0] == answers[1]
    assert [duty["end"] for duty in answers[0]["duties"]] == ["fulfilled"]
    assert {str(row["n"]): row["why"] for row in answers[0]["partial"]} == {
        "2": "n stands twice",
        "3": "actor is missing",
        "4": "occurred_at ends before it begins",
        "5": "occurred_at is no time",
        "6": "recorded_at is no instant",
        "7": "facts are not JSON",
        "eight": "n is not a whole number",
        "9": "has no child, which a clause matches on",
        "10": "its claimed time ends after the moment asked about",
        "11": "corrects an entry of another kind",
    }


def test_a_file_that_is_no_extract_is_refused(tmp_path: Path) -> None:
    for name, text in (("x.txt", "n"), ("x.csv", "n,kind\n1,a\n"), ("x.parquet", "not parquet")):
        (tmp_path / name).write_text(text)
        with pytest.raises(HeedError):
            list(rows_of(tmp_path / name))


def test_coverage_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "covers.yaml"
    path.write_text("- {source: ssd, agency: '*', kind: '*', from: 2015-01-01, to: 2020-12-31}\n")
    assert coverage_rows(path)[0]["to"] == "2020-12-31"
    path.write_text("- {source: ssd, since: 2015-01-01}\n")
    with pytest.raises(HeedError, match="'since' is not a word"):
        coverage_rows(path)
