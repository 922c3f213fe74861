"""The contract of appending, reading back, erasing and holding, on both databases."""

import os
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from heed.entry.canon import ProfileError
from heed.entry.keys import new_key
from heed.lib.errors import Answered, HeedError
from heed.log.receipt import verify_opening, verify_receipt
from heed.log.trust import read_trust
from heed.record import attachments, checkpoints, erase, holds, reading, replay
from heed.record.ledger import ClockBehind, Repeated, append, writing
from heed.record.model import By, Draft
from heed.record.models import Hold, Link
from heed.record.seal import seal_words
from heed.record.verify import verify

from .conftest import START, Book
from .ledgerbook.entries import PromiseKept, PromiseMade
from .ledgerbook.models import Note, Promise


def test_an_entry_comes_back_as_it_was_written(book: Book) -> None:
    child = new_key()
    (made,) = book.add(book.note("hello", facts={"urgent": True}, refs={"child": [child]}, occurred_at="2026-03-01"))
    read = reading.entry(made.n)
    assert read == made and read.word("text") == "hello" and read.keys("child") == [child]
    assert [e.n for e in reading.stream(child)] == [made.n]
    assert Note.objects.get(key=child).text == "hello" == Note.objects.get(key=made.subject).text
    assert verify().rebuilt


def test_many_at_once_cross_tile_borders(book: Book) -> None:
    book.add(*[book.note(str(i)) for i in range(700)])
    book.add(book.note("one more"))
    assert reading.size() == 702 and Note.objects.count() == 701
    report = verify()
    assert report.size == 702
    for n in (0, 255, 256, 511, 701):
        verify_receipt(checkpoints.receipt_for(n).text().encode(), checkpoints.trust_of(book.place))


def test_nothing_to_append_changes_nothing(book: Book) -> None:
    size = reading.size()
    assert book.add() == [] and reading.size() == size


def test_a_double_click_is_one_entry(book: Book) -> None:
    request = new_key()
    (first,) = book.add(book.note(request=request))
    with pytest.raises(Repeated) as again:
        book.add(book.note(request=request))
    assert again.value.n == first.n and reading.size() == 2


def test_what_does_not_fit_its_kind_leaves_nothing(book: Book) -> None:
    for draft in (
        book.note(facts={"urgent": "yes"}),
        book.note(facts={"other": 1}),
        book.note("e\u0301"),
        book.note("x" * 1_100_000),
        book.note(occurred_at="2026-02-30"),
        book.note(refs={"child": ["short"]}),
        book.note(corrects=5),
        book.note(corrects=0),
    ):
        with pytest.raises(ProfileError):
            book.add(book.note("good"), draft)
    assert reading.size() == 1 and not Note.objects.exists()


def test_the_clock_set_back_an_hour_stops_appending(book: Book) -> None:
    book.add(book.note())
    book.tick(seconds=-59)
    (within,) = book.add(book.note())
    assert within.recorded_at == START
    book.tick(seconds=-3600)
    with pytest.raises(ClockBehind, match="60 s"):
        book.add(book.note())


def test_a_real_record_takes_no_injected_clock(book: Book) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE record_head SET is_synthetic = 0")
    with pytest.raises(HeedError, match="synthetic"):
        book.add(book.note())
    with pytest.raises(HeedError, match="is synthetic"):
        verify()


def test_the_tables_refuse_what_only_an_attacker_would_do(book: Book) -> None:
    book.add(book.note())
    for sql in (
        "UPDATE record_entry SET actor = 'x'",
        "DELETE FROM record_entry",
        "UPDATE record_part SET salt = salt",
        "DELETE FROM record_part",
        "DELETE FROM record_erasure WHERE n IN (SELECT n FROM record_entry)",
    ):
        if "erasure" in sql and book.vendor == "sqlite":
            continue
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(sql)
    assert verify().size == 2


def test_sealed_words_verify_unopened(book: Book) -> None:
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    sealed = seal_words({"text": "only for her"}, [str(identity.to_public())])
    draft = Draft(kind=book.note().kind, subject=new_key(), facts={"urgent": False}, words=sealed)
    (made,) = book.add(draft)
    read = reading.entry(made.n)
    assert read.is_sealed and read.words is None and read.fact("urgent") is False
    assert verify().size == 2
    opening = checkpoints.opening_of(made.n, "words")
    assert b"only for her" in pyrage.decrypt(opening.data, [identity])


def test_files_are_counted_beside_an_erasure(book: Book) -> None:
    """An entry that lost a part and one that has a part more: together they have as many parts as two plain ones."""
    (gone,) = book.add(book.note("to be erased"))
    book.add(book.note(files=(attachments.draft_file(b"picture"),)))
    erased(book, gone.n, "words")
    assert verify().files == 1 and verify(log_only=True).files == 1


def test_files_stand_encrypted_outside_and_open_beside_their_facts(book: Book) -> None:
    picture = attachments.draft_file(b"\x89PNG invented")
    (made,) = book.add(book.note(files=(picture,)))
    stored = (book.place.files / picture.digest).read_bytes()
    assert b"PNG" not in stored and verify().files == 1
    facts = checkpoints.opening_of(made.n, "facts")
    verify_opening(checkpoints.opening_of(made.n, f"file {picture.digest}"), made.spine, facts)
    (book.place.files / picture.digest).write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))
    with pytest.raises(Answered, match="was changed"):
        verify()


def test_links_are_stored_for_both_and_undone_by_another_entry(book: Book) -> None:
    from heed.record.entries import IdentityLinked, IdentityUnlinked

    one, two = sorted([new_key(), new_key()])
    link = new_key()
    book.add(Draft(kind=IdentityLinked, subject=link, facts={"method": "person"}, refs={"same": [one, two]}))
    assert Link.objects.get(key=one, other=two).is_linked and Link.objects.get(key=two, other=one).is_linked
    draft = Draft(
        kind=IdentityUnlinked,
        subject=link,
        facts={"method": "person"},
        refs={"same": [one, two]},
        words={"reason": "r"},
    )
    book.add(draft)
    assert not Link.objects.get(key=one, other=two).is_linked
    verify()


def test_as_known_at_is_a_prefix(book: Book) -> None:
    note = book.note("first")
    book.add(note)
    before = book.now
    book.tick(days=1)
    (made,) = reading.stream(note.subject)
    book.add(Draft(kind=note.kind, subject=note.subject, words={"text": "second"}, corrects=made.n))
    assert Note.objects.get(key=note.subject).text == "second"
    with replay.as_known_at([note.subject], before) as then:
        assert Note.objects.using(then).get(key=note.subject).text == "first"
    assert reading.size_at(before) == 2 and reading.size_at(before - timedelta(days=1)) == 0


def erased(book: Book, n: int, part: str = "both", duties: tuple[str, ...] = ()) -> None:
    case = erase.propose(
        by=book.by("ada"), entry=n, part=part, authority="invented", recipients=[book.scrutineer]
    ).subject
    erase.approve(by=book.by("bob"), erasure=case)
    book.tick(days=14)
    erase.perform(by=book.by("bob"), erasure=case, now=book.now, duties=duties)


def test_an_erasure_takes_the_bytes_and_leaves_the_proof(book: Book) -> None:
    child = new_key()
    picture = attachments.draft_file(b"picture")
    (made,) = book.add(book.note("SECRETWORDS", refs={"child": [child]}, files=(picture,)))
    receipt = checkpoints.receipt_for(made.n)
    erased(book, made.n)
    read = reading.entry(made.n)
    assert read.facts is None and read.words is None
    assert reading.stream(child) == [] and not Note.objects.filter(key=child).exists()
    assert Note.objects.get(key=made.subject).text == "(erased)"
    assert not (book.place.files / picture.digest).exists()
    verify_receipt(receipt.text().encode(), checkpoints.trust_of(book.place))
    assert verify().erased == 1
    if book.vendor == "sqlite":
        assert not any(b"SECRETWORDS" in path.read_bytes() for path in book.place.folder.glob("heed.sqlite3*"))


def test_erasing_words_keeps_facts(book: Book) -> None:
    (made,) = book.add(book.note("gone", facts={"urgent": True}))
    erased(book, made.n, "words")
    read = reading.entry(made.n)
    assert read.words is None and read.fact("urgent") is True
    with pytest.raises(Answered, match="nothing left"):
        erase.propose(by=book.by("ada"), entry=made.n, part="words", authority="x", recipients=[book.scrutineer])
    erased(book, made.n, "both")
    assert verify().erased == 1 and reading.entry(made.n).facts is None


def test_an_erased_entry_that_ended_a_duty_stays_its_end(book: Book) -> None:
    promise = new_key()
    book.add(Draft(kind=PromiseMade, subject=promise, facts={"by": book.ada}))
    (kept,) = book.add(Draft(kind=PromiseKept, subject=promise))
    erased(book, kept.n, "both", duties=(promise,))
    assert Promise.objects.get(key=promise).is_kept and erase.ended_duties() == {promise}
    replay.rebuild()
    assert Promise.objects.get(key=promise).is_kept
    verify()


def test_an_erasure_needs_two_agencies_fourteen_days_and_no_hold(book: Book) -> None:
    (made,) = book.add(book.note())
    ask = {"entry": made.n, "part": "both", "authority": "invented"}
    with pytest.raises(Answered, match="scrutineer"):
        erase.propose(by=book.by("ada"), recipients=[], **ask)
    with pytest.raises(Answered, match="never erased"):
        erase.propose(by=book.by("ada"), recipients=[book.scrutineer], **(ask | {"entry": 0}))
    case = erase.propose(by=book.by("ada"), recipients=[book.scrutineer], **ask).subject
    with pytest.raises(Answered, match="her own"):
        erase.approve(by=book.by("ada"), erasure=case)
    with pytest.raises(Answered, match="another agency"):
        erase.approve(by=By(new_key(), book.council, book.now), erasure=case)
    with pytest.raises(Answered, match="not approved"):
        erase.perform(by=book.by("bob"), erasure=case, now=book.now)
    erase.approve(by=book.by("bob"), erasure=case)
    book.tick(days=13)
    with pytest.raises(Answered, match="from 2026-03-16"):
        erase.perform(by=book.by("bob"), erasure=case, now=book.now)
    book.tick(days=1)
    assert erase.due(book.now) == [case]
    hold = holds.place_hold(by=book.by("ada"), authority="inquiry", covers=[made.subject]).subject
    with pytest.raises(Answered, match="under the hold"):
        erase.perform(by=book.by("bob"), erasure=case, now=book.now)
    with pytest.raises(Answered, match="Nobody has asked"):
        holds.lift(by=book.by("bob"), hold=hold, reason="over")
    holds.propose_lift(by=book.by("ada"), hold=hold, reason="over")
    with pytest.raises(Answered, match="second person"):
        holds.lift(by=book.by("ada"), hold=hold, reason="over")
    holds.lift(by=book.by("bob"), hold=hold, reason="over")
    assert Hold.objects.get(key=hold).lifted_n
    erase.perform(by=book.by("bob"), erasure=case, now=book.now)
    with pytest.raises(Answered, match="no open erasure"):
        erase.perform(by=book.by("bob"), erasure=case, now=book.now)
    verify()


def test_a_court_order_is_done_at_once_and_a_refusal_is_an_entry(book: Book) -> None:
    (made,), (other,) = book.add(book.note()), book.add(book.note())
    ask = {"part": "both", "authority": "invented", "recipients": [book.scrutineer]}
    case = erase.propose(by=book.by("ada"), entry=made.n, court_order=True, **ask).subject
    erase.approve(by=book.by("bob"), erasure=case)
    erase.perform(by=book.by("bob"), erasure=case, now=book.now)
    refused = erase.propose(by=book.by("ada"), entry=other.n, **ask).subject
    erase.refuse(by=book.by("bob"), erasure=refused, reason="the law asks that it be kept")
    with pytest.raises(Answered):
        erase.approve(by=book.by("bob"), erasure=refused)
    assert verify().erased == 1


@pytest.mark.parametrize(
    ("selector", "is_covered"),
    [
        ({"everything": True}, True),
        ({"kinds": ["note.made.1"]}, True),
        ({"kinds": ["promise.made.1"]}, False),
        ({"first": "2026-03-02", "last": "2026-03-02"}, True),
        ({"first": "2026-03-03"}, False),
        ({"last": "2026-03-01"}, False),
    ],
)
def test_holds_cover_entries_still_to_come(book: Book, selector: dict, is_covered: bool) -> None:
    holds.place_hold(by=book.by("ada"), authority="inquiry", **selector)
    (made,) = book.add(book.note())
    assert (holds.holding(made) is not None) == is_covered


def test_a_rule_is_checked_under_the_lock(book: Book) -> None:
    with pytest.raises(Answered), writing() as head:
        append(head, book.note("half done"), by=book.by())
        raise Answered("The rule refuses it.")
    assert reading.size() == 1 and not Note.objects.exists()


def test_openings_given_add_their_holders_to_those_told(book: Book) -> None:
    from heed.record.entries import OpeningGiven

    (made,) = book.add(book.note())
    lawyer = new_key()
    book.add(
        Draft(
            kind=OpeningGiven, subject=new_key(), facts={"entry": made.n, "part": "words"}, refs={"recipient": [lawyer]}
        )
    )
    case = erase.propose(by=book.by("ada"), entry=made.n, part="words", authority="x", recipients=[book.scrutineer])
    assert case.keys("recipient") == sorted([lawyer, book.scrutineer])


def test_trust_and_keys_are_private(book: Book) -> None:
    assert read_trust(book.place.trust.read_bytes()).logs
    modes = {path.name: path.stat().st_mode & 0o777 for path in book.place.keys.iterdir()}
    assert set(modes.values()) == {0o600} and os.stat(book.place.keys).st_mode & 0o777 == 0o700
