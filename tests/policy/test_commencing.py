"""`commences`, and what a later text of a pack may say: rows added to the text and nothing else, nothing rewritten."""

import pytest

from heed.lib.errors import HeedError
from heed.policy.commencing import begin
from heed.policy.examples import run_examples
from heed.policy.files import pack_text, shipped
from heed.policy.language import parse_pack
from heed.policy.succession import changes, coming, rejects
from heed.policy.times import day_of, day_span

PACK = """pack: p
version: '1'
clauses:
- {id: A, in_force: {from: 2010-01-01, to: 2020-01-01}, when: {entry: a.b.1}, match: [c], must: [{entry: a.d.1}],
   within: 2 days}
- {id: A, version: '2', in_force: {from: 2020-01-01}, when: {entry: a.b.1}, match: [c], must: [{entry: a.d.1}],
   within: 1 days}
- {id: B, in_force: not known, when: {entry: a.b.1}, match: [c], must: [{entry: a.d.1}], within: 3 days}
"""


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_pack_can_begin_on_a_day_and_its_examples_still_hold(name: str) -> None:
    text, _ = pack_text(name)
    pack = parse_pack(text)
    later = begin(text, pack.clauses, coming(changes(None, pack)), "2030-02-01")
    assert later.startswith(text.rstrip("\n")), "nothing of the text is touched"
    put_off = parse_pack(later)
    day = day_span(day_of("2030-02-01")).e
    assert {clause.in_force_from for clause in put_off.clauses} == {day}
    assert run_examples([put_off]) == []


def test_what_begins_later_by_itself_is_left_alone_and_rows_are_added_to_rows() -> None:
    pack = parse_pack(PACK)
    first = begin(PACK, pack.clauses, {("A", "1"), ("A", "2")}, "2015-05-01")
    assert first == PACK + "commences:\n- {clause: 'A', version: '1', from: 2015-05-01}\n"
    both = begin(first, parse_pack(first).clauses, {("B", "1")}, "2021-01-01")
    found = {(c.id, c.version): c.in_force_text[0] for c in parse_pack(both).clauses}
    assert found == {("A", "1"): "2015-05-01", ("A", "2"): "2020-01-01", ("B", "1"): "2021-01-01"}
    assert begin(PACK, pack.clauses, set(), "2021-01-01") == PACK


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{clause: C, version: '1', from: 2015-05-01}", "holds no version '1' of a clause 'C'"),
        ("{clause: A, version: '1', from: 2009-05-01}", "is in force from 2010-01-01 itself"),
        ("{clause: A, version: '1', from: 2015-05-41}", "day is out of range"),
        ("{clause: A, version: '1'}", "has no `from`"),
        ("{clause: A, version: '1', from: 2015-05-01, why: x}", "'why' is not a word"),
    ],
)
def test_a_row_of_commences_that_says_nothing_true_is_refused(row: str, problem: str) -> None:
    with pytest.raises(HeedError) as refused:
        parse_pack(f"{PACK}commences:\n- {row}\n", file="p.yaml")
    (reject,) = refused.value.rejects
    assert problem in str(reject["problem"]) and reject["line"] == 10 and reject["remedy"]


@pytest.mark.parametrize("day", ["soon", "2026-02-30", ""])
def test_a_day_that_cannot_be_read_is_refused(day: str) -> None:
    with pytest.raises(HeedError, match="cannot be read"):
        begin(PACK, parse_pack(PACK).clauses, {("B", "1")}, day)


def test_a_pack_in_braces_is_not_edited() -> None:
    text = "{pack: p, version: '1', clauses: []}"
    with pytest.raises(HeedError, match="in braces"):
        begin(
            "{pack: p, version: '1', clauses: [" + PACK.split("\n- ")[1].replace("\n", "") + "]}",
            parse_pack(PACK).clauses,
            {("A", "1")},
            "2015-05-01",
        )
    assert begin(text, parse_pack(text).clauses, {("A", "1")}, "2015-05-01") == text


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("within: 2 days", "within: 3 days", "rewritten"),
        (
            "match: [c], must: [{entry: a.d.1}],\n   within: 2",
            "match: [e], must: [{entry: a.d.1}],\n   within: 2",
            "rewritten",
        ),
        ("from: 2010-01-01", "from: 2011-01-01", "rewritten"),
        ("to: 2020-01-01", "to: 2019-01-01", "ends"),
        ("{id: A, in_force", "{id: A, sentence: In other words., in_force", "explained"),
        ("pack: p\n", "pack: p\ntitle: Another title\n", "stays"),
        ("{id: A, in_force", "{id: A, version: '0', in_force", "goes"),
    ],
)
def test_what_becomes_of_a_version(old: str, new: str, what: str) -> None:
    before, after = parse_pack(PACK), parse_pack(PACK.replace(old, new))
    found = {change.name: change.what for change in changes(before, after)}
    assert found[("A", "1")] == what
    assert found[("A", "2")] == found[("B", "1")] == "stays"
    refused = list(rejects(changes(before, after), {("A", "1"): 3}))
    assert bool(refused) == (what in ("rewritten", "goes"))
    assert not list(rejects(changes(before, after), {})) or what == "rewritten"


def test_a_state_that_a_version_reads_is_part_of_it() -> None:
    text = PACK.replace("clauses:", "states:\n  s: {key: c, starts: [a.e.1], ends: [a.f.1]}\nclauses:").replace(
        "- {id: B,", "- {id: B, given: {s: true},"
    )
    other = text.replace("ends: [a.f.1]", "ends: [a.g.1]")
    found = {change.name: change.what for change in changes(parse_pack(text), parse_pack(other))}
    assert found == {("A", "1"): "stays", ("A", "2"): "stays", ("B", "1"): "rewritten"}
