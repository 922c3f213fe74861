"""Spines, parts, times and kinds: what the format allows, and nothing else."""

from datetime import UTC, datetime

import pytest

from heed.entry import fields
from heed.entry.canon import ProfileError, encode
from heed.entry.kinds import Kind, Ref, Registry
from heed.entry.parts import MAX_PART, check_facts, check_size, is_erasable, is_sealed, part_digest, read_part
from heed.entry.spine import Spine, read_spine
from heed.entry.when import instant_text, parse_claim, parse_instant
from heed.lib.errors import HeedError

A, B, C = "a" * 32, "b" * 32, "c" * 32
GOOD = Spine(0, "concern.raised.1", A, "2026-01-02T03:04:05.000000Z", B, C, "0" * 64, "1" * 64)


def spoiled(**changes: object) -> bytes:
    members = {"v": 1} | {name: getattr(GOOD, name) for name in Spine._fields} | changes
    return encode({k: v for k, v in members.items() if v != "absent"})


def test_a_spine_comes_back_from_its_bytes() -> None:
    assert read_spine(GOOD.to_bytes()) == GOOD


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"v": "absent"},
        {"n": -1},
        {"n": "0"},
        {"n": True},
        {"kind": "Concern.raised.1"},
        {"kind": "concern.raised"},
        {"kind": "concern.raised.0"},
        {"kind": "concern.raised.01"},
        {"kind": "concern.raised.1\n"},
        {"kind": "a" * 60 + ".b.10"},
        {"subject": A.upper()},
        {"subject": None},
        {"actor": ""},
        {"agency": "g" * 32},
        {"facts": "0" * 63},
        {"words": "absent"},
        {"extra": 1},
        {"recorded_at": "2026-01-02T03:04:05Z"},
        {"recorded_at": "2026-02-30T03:04:05.000000Z"},
        {"recorded_at": "2026-01-02T24:00:00.000000Z"},
        {"recorded_at": "2026-01-02T23:59:60.000000Z"},
        {"recorded_at": "0000-01-02T23:59:00.000000Z"},
        {"recorded_at": "２026-01-02T03:04:05.000000Z"},
    ],
)
def test_a_spoiled_spine_is_refused(changes: dict) -> None:
    with pytest.raises(ProfileError):
        read_spine(spoiled(**changes))


def test_a_spine_over_2048_bytes_is_refused() -> None:
    with pytest.raises(ProfileError, match="2048"):
        read_spine(GOOD.to_bytes() + b" " * 2048)


def test_instants_always_show_their_microseconds() -> None:
    assert instant_text(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00.000000Z"
    assert parse_instant("0001-01-01T00:00:00.000000Z").year == 1
    with pytest.raises(ProfileError):
        instant_text(datetime(2026, 1, 2))  # noqa: DTZ001


def test_a_bare_day_is_the_whole_london_day() -> None:
    span = parse_claim("2026-07-01")
    assert instant_text(span.earliest) == "2026-06-30T23:00:00.000000Z"
    assert instant_text(span.latest) == "2026-07-01T22:59:59.000000Z"
    assert span.perhaps_by(span.earliest) and not span.happened_by(span.earliest)


def test_two_days_run_from_the_first_to_the_end_of_the_last() -> None:
    span = parse_claim("2026-03-28/2026-03-30")  # the clocks go forward on the 29th
    assert instant_text(span.latest) == "2026-03-30T22:59:59.000000Z"
    for wrong in ("2026-03-30/2026-03-28", "2026-13-01", "2026-3-1", "", "2026-03-01/", "20260301"):
        with pytest.raises(ProfileError):
            parse_claim(wrong)


def test_digests_are_salted_and_parts_bounded() -> None:
    assert part_digest(b"\1" * 32, b"{}") != part_digest(b"\2" * 32, b"{}")
    check_size(b"x" * MAX_PART, "words")
    with pytest.raises(ProfileError):
        check_size(b"x" * (MAX_PART + 1), "words")
    assert is_sealed(b"age-encryption.org/v1\n-> X25519") and not is_sealed(b"age-encryption.org/v1 ")
    assert read_part("words", b"age-encryption.org/v1\nabc") is None
    with pytest.raises(ProfileError):
        read_part("facts", b"age-encryption.org/v1\nabc")


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"request": A.upper()},
        {"request": A, "occurred_at": "yesterday"},
        {"request": A, "refs": []},
        {"request": A, "refs": {"child": []}},
        {"request": A, "refs": {"child": [B, A]}},
        {"request": A, "refs": {"child": [A, A]}},
        {"request": A, "refs": {"child": A}},
        {"request": A, "files": ["0" * 64, "0" * 64]},
        {"request": A, "corrects": 5},
        {"request": A, "retracts": -1},
        {"request": A, "corrects": True},
    ],
)
def test_spoiled_format_members_are_refused(facts: dict) -> None:
    with pytest.raises(ProfileError):
        check_facts(facts, n=5)


def test_erasable_is_exactly_what_rule_5_says() -> None:
    lasting = "log.opened.1 policy.adopted.1 calendar.adopted.1 agency.named.1 grant.given.2 release.made.1 key.added.1"
    lasting += " hold.placed.1 entry.erased.1 entry.erased.2"
    assert not any(is_erasable(kind) for kind in lasting.split())
    assert is_erasable("entry.retracted.1") and is_erasable("erasure.proposed.1") and is_erasable("concern.raised.1")


def test_a_kind_takes_what_it_declares_and_nothing_else() -> None:
    kind = Kind(
        name="concern.raised.1",
        about="A concern was raised.",
        subject="concern",
        facts={"danger": fields.Flag(needed=True), "harm": fields.Many(of=fields.Code(codes=("csa", "cse")))},
        words={"what": fields.Text(most=5)},
        refs={"child": Ref(least=1, most=2)},
    )
    good = {"request": A, "refs": {"child": [B]}, "danger": False, "harm": ["cse"]}
    kind.check(good, {"what": "x"}, n=3)
    for facts, words in [
        (good | {"danger": "no"}, {}),
        (good | {"harm": ["other"]}, {}),
        (good | {"more": 1}, {}),
        (good | {"refs": {}}, {}),
        (good | {"refs": {"child": [B], "team": [C]}}, {}),
        (good | {"files": []}, {}),
        ({k: v for k, v in good.items() if k != "danger"}, {}),
        (good, {"what": "123456"}),
        (good, {"who": "x"}),
        (good, None),
    ]:
        with pytest.raises(ProfileError):
            kind.check(facts, words, n=3)


def test_up_casters_raise_part_by_part_and_leave_an_erased_part_erased() -> None:
    registry = Registry()
    registry.register(
        Kind(
            name="thing.done.1",
            about="",
            subject="thing",
            upcast=lambda f, w: ((f or {}) | {"new": True}, (w or {}) | {"w": 1}),
        )
    )
    registry.register(Kind(name="thing.done.2", about="", subject="thing"))
    registry.check_versions()
    assert registry.newest("thing.done.1", {"a": 1}, None) == ("thing.done.2", {"a": 1, "new": True}, None)
    assert registry.newest("unknown.kind.1", None, {"b": 1}) == ("unknown.kind.1", None, {"b": 1})


def test_the_register_refuses_doubles_gaps_and_format_members() -> None:
    registry = Registry()
    registry.register(Kind(name="thing.done.2", about="", subject="thing"))
    with pytest.raises(HeedError):
        registry.check_versions()
    with pytest.raises(HeedError):
        registry.register(Kind(name="thing.done.2", about="other", subject="thing"))
    with pytest.raises(HeedError):
        registry.register(Kind(name="thing.made.1", about="", subject="thing", facts={"refs": fields.Flag()}))
