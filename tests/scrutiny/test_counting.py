"""Figures from proposal to signature and revision: what is recorded, what is refused, what is computed anew."""

import json

import pytest

from heed.cases.concern import services as concerns
from heed.lib.errors import Answered
from heed.people import services as people
from heed.record import erase, reading
from heed.record.attachments import draft_file
from heed.record.replay import rebuild
from heed.record.verify import verify
from heed.scrutiny.counting import selectors, services
from heed.scrutiny.counting.models import Figure
from world import World

from . import cast


def published(world: World, **more: object) -> Figure:
    entry = services.propose_figure(by=world.by("ines"), ask=cast.ask(**more))
    services.sign_figure(by=world.by("dora"), proposal=entry.n)
    return Figure.objects.get(n=entry.n)


def opened(world: World, children: int = 24) -> list[str]:
    services.adopt_definition(by=world.by("ines"), text=cast.DEFINITION)
    return cast.crowd(world, children)


def test_a_figure_is_proposed_signed_and_holds_all_that_made_it(world: World) -> None:
    keys = opened(world)
    row = published(world)
    held = reading.entry(row.n)
    assert row.result and row.result["known"] == len(keys) and row.signed_by == world.keys["dora"]
    assert held.fact("query") == row.query and row.query["seed"] == 1 and row.query["reach"] == row.n
    document = json.loads(held.fact("text"))
    assert document["fingerprint"] == row.result["fingerprint"] and document["observed"] == len(keys)
    assert row.result["verdict"] == document["verdict"] == "estimate"
    assert float(row.result["lower"]) <= float(row.result["upper"])
    assert "heed " in row.made_with and "numpy" in row.made_with
    assert sum(int(line.rsplit(",", 1)[1]) for line in held.fact("table").splitlines()[1:]) == len(keys)
    verify()


def test_the_same_bytes_after_more_entries_corrections_and_a_rebuild(world: World) -> None:
    opened(world)
    row = published(world)
    concern = cast.report(world, "pat", cast.child(world, 99))
    concerns.correct(by=world.by("pat"), concern=concern, report=world.report(harm=("neglect",)), reason="misread")
    first = next(e for e in reading.of_kinds(["concern.raised.1"]))
    concerns.correct(
        by=world.by("sam"), concern=first.subject, report=world.report(harm=("neglect",)), reason="misread"
    )
    rebuild()
    found = selectors.reproduce(Figure.objects.get(n=row.n))
    assert found.is_same and found.from_table and found.digest == found.anew and not found.erased
    assert "same to the byte" in found.sentence


def test_an_erased_child_is_said_and_the_kept_table_gives_the_same_answer(world: World) -> None:
    opened(world)
    row = published(world)
    target = reading.of_kinds(["concern.raised.1"])[0]
    case = erase.propose(
        by=world.by("mia"), entry=target.n, part="both", authority="invented", recipients=[world.keys["ines"]]
    )
    erase.approve(by=world.by("pat"), erasure=case.subject)
    world.pass_time(days=15)
    done = erase.perform(by=world.by("pat"), erasure=case.subject, now=world.now)
    found = selectors.reproduce(row)
    assert (found.is_same, found.from_table) == (False, True)
    assert found.erased == ((target.n, done.n),) and f"{target.n} (by entry {done.n})" in found.sentence
    verify()


def test_each_child_is_counted_once_through_her_links(world: World) -> None:
    from heed.record.entries import IdentityLinked, IdentityUnlinked
    from heed.record.ledger import append, writing
    from heed.record.model import Draft

    keys = opened(world, 6)
    definition = selectors.read_definition(selectors.definitions()[-1])
    known = selectors.tally_at(definition, "2026-03-02", reading.size()).known
    for kind, expected in ((IdentityLinked, known - 1), (IdentityUnlinked, known)):
        words = {"reason": "invented"}
        pair = Draft(kind=kind, subject="a" * 32, facts={"method": "person"}, words=words, refs={"same": keys[:2]})
        with writing() as head:
            append(head, pair, by=world.by("sam"))
        assert selectors.tally_at(definition, "2026-03-02", reading.size()).known == expected
        assert selectors.tally_at(definition, "2026-03-02", reading.size() - 1).known != expected


def test_nobody_signs_her_own_and_only_some_roles_publish(world: World) -> None:
    with pytest.raises(Answered, match="independent scrutineer or a director"):
        services.adopt_definition(by=world.by("mia"), text=cast.DEFINITION)
    opened(world, 12)
    for who in ("mia", "bea", "gus", "olga", "adam"):
        with pytest.raises(Answered, match="independent scrutineer or a director"):
            services.propose_figure(by=world.by(who), ask=cast.ask())
    entry = services.propose_figure(by=world.by("ines"), ask=cast.ask())
    with pytest.raises(Answered, match="her own proposal"):
        services.sign_figure(by=world.by("ines"), proposal=entry.n)
    with pytest.raises(Answered, match="independent scrutineer or a director"):
        services.sign_figure(by=world.by("olga"), proposal=entry.n)
    services.refuse_figure(by=world.by("dora"), proposal=entry.n, reason="the period is not over")
    with pytest.raises(Answered, match="answered already"):
        services.sign_figure(by=world.by("dora"), proposal=entry.n)
    assert not selectors.standing() and not selectors.waiting()


def test_a_lower_figure_needs_reason_evidence_and_a_signer_outside(world: World) -> None:
    opened(world)
    first = published(world)
    target = reading.of_kinds(["concern.raised.1"])[-1]
    for raised in [e for e in reading.of_kinds(["concern.raised.1"]) if e.keys("child") == target.keys("child")]:
        concerns.ask_withdrawal(by=world.by("sam"), concern=raised.subject, reason="made in error")
        concerns.withdraw(by=world.by("mia"), concern=raised.subject, reason="agreed")
    size = reading.size()
    with pytest.raises(Answered, match="say why it changes"):
        services.propose_figure(by=world.by("dora"), ask=cast.ask())
    with pytest.raises(Answered, match="name the entries"):
        services.propose_figure(by=world.by("dora"), ask=cast.ask(reason="reported in error"))
    with pytest.raises(Answered, match="There is no entry"):
        services.propose_figure(by=world.by("dora"), ask=cast.ask(reason="in error", evidence=(10**6,)))
    assert reading.size() == size
    entry = services.propose_figure(by=world.by("petra"), ask=cast.ask(reason="in error", evidence=(target.n,)))
    row = Figure.objects.get(n=entry.n)
    assert "known" in row.lowered and row.action == "revise" and row.key == first.key
    assert row.stood == first.result and row.old_rule == row.result
    services.sign_figure(by=world.by("dora"), proposal=entry.n)
    again = services.propose_withdrawal(by=world.by("dora"), figure=row.key, reason="ill judged", evidence=[entry.n])
    people.seat_founder(by=world.by("system"), agency=world.keys["council"], team="", name="Two", role="scrutineer")
    with pytest.raises(Answered, match="another agency"):
        services.sign_figure(by=_second(world), proposal=again.n)
    services.sign_figure(by=world.by("ines"), proposal=again.n)
    assert selectors.standing()[0].action == "withdraw"
    assert [r.published_n is not None for r in selectors.history(row.key)] == [True, True, True]
    with pytest.raises(Answered, match="withdrawn already"):
        services.propose_withdrawal(by=world.by("dora"), figure=row.key, reason="again", evidence=[1])
    verify()


def _second(world: World):  # type: ignore[no-untyped-def]
    from heed.people.models import Worker
    from heed.record.model import By

    return By(Worker.objects.get(name="Two").key, world.keys["council"], world.now)


def test_evidence_may_be_a_file(world: World) -> None:
    opened(world, 12)
    row = published(world)
    file = draft_file(b"an invented audit")
    entry = services.propose_withdrawal(by=world.by("ines"), figure=row.key, reason="ill judged", files=(file,))
    services.sign_figure(by=world.by("dora"), proposal=entry.n)
    assert Figure.objects.get(n=entry.n).files == [file.digest]


def test_a_narrower_definition_shows_the_same_data_under_both(world: World) -> None:
    opened(world)
    first = published(world)
    services.adopt_definition(by=world.by("ines"), text=cast.NARROWER)
    world.pass_time(days=1)
    cast.report(world, "pat", cast.child(world, 98))
    later = {"as_of": "2026-03-03", "reason": "the board asked for sexual exploitation alone"}
    with pytest.raises(Answered, match="name the entries"):
        services.propose_figure(by=world.by("dora"), ask=cast.ask(**later))
    entry = services.propose_figure(by=world.by("dora"), ask=cast.ask(**later, evidence=(1,)))
    services.sign_figure(by=world.by("ines"), proposal=entry.n)
    row = Figure.objects.get(n=entry.n)
    assert row.action == "publish" and row.key != first.key and row.stood == first.result
    assert row.old_rule and row.result and first.result
    assert row.old_rule["known"] == first.result["known"] + 1 > row.result["known"]
    assert "known" in row.lowered and selectors.reproduce(row).old_rule


def test_an_upward_revision_needs_a_reason_and_is_recorded(world: World) -> None:
    opened(world)
    published(world)
    cast.report(world, "pat", cast.child(world, 97))
    with pytest.raises(Answered, match="upwards too"):
        services.propose_figure(by=world.by("ines"), ask=cast.ask())
    entry = services.propose_figure(by=world.by("ines"), ask=cast.ask(reason="reported late", evidence=(2,)))
    row = Figure.objects.get(n=entry.n)
    assert row.result and row.stood and row.result["known"] == row.stood["known"] + 1


def test_what_is_published_in_between_sends_the_proposer_back(world: World) -> None:
    opened(world, 12)
    one = services.propose_figure(by=world.by("ines"), ask=cast.ask())
    two = services.propose_figure(by=world.by("dora"), ask=cast.ask())
    services.sign_figure(by=world.by("petra"), proposal=one.n)
    with pytest.raises(Answered, match="meanwhile"):
        services.sign_figure(by=world.by("petra"), proposal=two.n)


def test_a_proposal_that_the_record_no_longer_gives_is_not_signed(world: World) -> None:
    opened(world, 12)
    entry = services.propose_figure(by=world.by("ines"), ask=cast.ask())
    target = reading.of_kinds(["concern.raised.1"])[0]
    case = erase.propose(
        by=world.by("mia"),
        entry=target.n,
        part="both",
        authority="invented",
        recipients=[world.keys["ines"]],
        court_order=True,
    )
    erase.approve(by=world.by("pat"), erasure=case.subject)
    erase.perform(by=world.by("pat"), erasure=case.subject, now=world.now)
    with pytest.raises(Answered, match="Computed anew"):
        services.sign_figure(by=world.by("dora"), proposal=entry.n)


def test_few_overlaps_are_refused_in_words_and_published_as_such(world: World) -> None:
    opened(world, 4)
    row = published(world)
    assert row.result and row.result["verdict"] == "refused" and "lower" not in row.result
    assert selectors.reproduce(row).is_same


def test_figures_and_definitions_are_never_erased(world: World) -> None:
    opened(world, 4)
    row = published(world)
    for n in (row.n, row.published_n, row.query["definition"]):
        with pytest.raises(Answered, match="never erased"):
            erase.propose(by=world.by("mia"), entry=n, part="both", authority="x", recipients=[world.keys["ines"]])


def test_days_and_definitions_that_do_not_fit_are_refused(world: World) -> None:
    opened(world, 4)
    for more, said in (
        ({"as_of": "2026-03-05"}, "not known yet"),
        ({"as_of": "2024-12-31"}, "not in force"),
        ({"as_of": "2026-03-01"}, "Nobody was seen"),
        ({"definition": "nonsense"}, "no counting definition"),
        ({"definition": "exploited@9"}, "no counting definition"),
        ({"known_at": world.now.replace(year=2020)}, "Nothing had been recorded"),
    ):
        with pytest.raises(Answered, match=said):
            services.propose_figure(by=world.by("ines"), ask=cast.ask(**more))
    with pytest.raises(Answered, match="adopted already"):
        services.adopt_definition(by=world.by("ines"), text=cast.DEFINITION)


def test_a_double_click_is_one_proposal(world: World) -> None:
    opened(world, 4)
    one = services.propose_figure(by=world.by("ines"), ask=cast.ask(), request="b" * 32)
    assert services.propose_figure(by=world.by("ines"), ask=cast.ask(), request="b" * 32).n == one.n
