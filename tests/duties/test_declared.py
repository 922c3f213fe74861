"""Kinds declared before their slices are written: what packs name exists, and is what the packs take it for."""

from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from heed.cases.concern import services as concerns
from heed.cli.declared import declared
from heed.duties.entries import MATCHED
from heed.duties.models import Pack
from heed.duties.services import adopt_pack
from heed.entry.canon import ProfileError
from heed.entry.fields import Field, Flag, Many, Text
from heed.entry.kinds import Kind
from heed.lib.errors import HeedError
from heed.policy.files import load_packs
from heed.policy.law import families
from heed.policy.words import COLUMNS, Clause
from world import World

KINDS = declared()
PACKS = load_packs([], kinds=KINDS)
CLAUSES = [clause for pack in PACKS for clause in pack.clauses]
NAMED = {kind for family in families(PACKS) for kind in family.kinds()}
AHEAD = [KINDS[name] for name in KINDS if KINDS[name].provisional]


@pytest.mark.parametrize("kind", AHEAD, ids=[kind.name for kind in AHEAD])
def test_a_kind_is_declared_ahead_of_its_slice_only_where_a_clause_names_it(kind: Kind) -> None:
    assert kind.name in NAMED
    assert all(ref.most >= 1 for ref in kind.refs.values())
    assert all(not isinstance(field, Text) or field.most <= 300 for field in kind.facts.values()), "words are words"


def test_every_act_that_declines_asks_for_its_reason() -> None:
    acts = {item.entry for clause in CLAUSES for item in clause.must if item.declined} & set(KINDS)
    assert len(acts) >= 10
    for name in acts:
        reason = KINDS[name].facts.get("reason")
        assert isinstance(reason, Text), name
        assert reason.needed or not KINDS[name].provisional, name


def test_an_entry_about_a_duty_is_found_by_every_role_that_clauses_match_on() -> None:
    roles = {role for clause in CLAUSES for role in clause.match} - {"trigger", "addressee"}
    assert roles <= set(MATCHED)


def given(clause: Clause) -> Iterator[tuple[Kind, dict[str, Any]]]:
    for example in clause.examples:
        for row in example.given:
            if row["kind"] in KINDS:
                yield KINDS[str(row["kind"])], row


def plain(field: Field, value: Any) -> Any:
    """Return a pack's text as the JSON that an entry holds."""
    if isinstance(field, Flag):
        return {"true": True, "false": False}.get(value, value)
    if isinstance(field, Many):
        return [f"{at:032x}" for at, _ in enumerate(value)]  # examples write short keys
    return value


@pytest.mark.parametrize("clause", CLAUSES, ids=[clause.id for clause in CLAUSES])
def test_an_example_says_of_an_entry_only_what_its_kind_may_hold(clause: Clause) -> None:
    for kind, row in given(clause):
        for name, value in row.items():
            if name in ("kind", "at", "recorded", "recorded_at", "n", *COLUMNS):
                continue
            if name == "refs":
                assert set(value) <= {*kind.refs, *_subject(kind)}, kind.name
                continue
            assert name in kind.facts or name in kind.refs, f"{kind.name} has no {name}"
            if name in kind.facts:
                field = kind.facts[name]
                field.check(plain(field, value), name)


def _subject(kind: Kind) -> set[str]:
    """Return the subject as a role: the register of children is keyed by the child herself."""
    return {kind.subject}


def test_the_check_of_examples_can_fail() -> None:
    with pytest.raises(ProfileError):
        KINDS["risk.assessed.1"].facts["level"].check("scarlet", "level")


@pytest.mark.parametrize("clause", CLAUSES, ids=[clause.id for clause in CLAUSES])
def test_a_kind_can_carry_the_keys_by_which_a_clause_finds_it(clause: Clause) -> None:
    acts = {item.entry for item in clause.must}
    for name in sorted(acts & set(KINDS)):
        for role in clause.match:
            assert role in {**KINDS[name].refs, **KINDS[name].facts, KINDS[name].subject: None}, (name, role)
    if clause.when.form == "entry" and clause.when.name in KINDS:
        kind = KINDS[clause.when.name]
        for role in set(clause.match) - {"trigger", "addressee"}:
            assert role in {**kind.refs, kind.subject: None}, (kind.name, role)
        assert clause.for_each is None or clause.for_each in kind.facts


def test_every_kind_that_a_shipped_pack_names_is_declared() -> None:
    assert set(KINDS) >= NAMED


def test_a_pack_that_names_what_nobody_declares_is_not_adopted(world: World) -> None:
    """Refused with file, line and remedy; the packs in force stay."""
    before, text = Pack.objects.count(), resources.files("heed.policy").joinpath("packs/concern.yaml").read_text()
    for old, new, problem in (
        ("concern.decided.1", "concern.undecided.1", "no kind"),
        ("danger_today: 'yes'", "danger_today: perhaps", "not a code"),
        ("within: 1 wd", "within: 1 fortnight", "fortnight"),
        ("outside: true", "outside: false", "inside the owning agency"),
    ):
        with pytest.raises(HeedError) as refused:
            adopt_pack(by=world.by("system"), text=text.replace(old, new).replace("version: '1'", "version: '2'"))
        row = refused.value.rejects[0]
        assert problem in str(row["problem"]), row
        assert row["line"] and row["remedy"], row
    assert Pack.objects.count() == before
    assert concerns.raise_concern(report=world.report(), by=world.by("yara")).n > 0
