"""A machine that appends, corrects, erases, holds, grants, adopts and links, beside a plain-dict oracle.

The oracle knows nothing of Merkle trees, tables or projectors. After every run: the live tables are what it says, a
rebuild changes nothing, and verify holds.
"""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

import databases
from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.record import erase, holds, reading, replay
from heed.record.entries import IdentityLinked, IdentityUnlinked
from heed.record.model import Draft
from heed.record.models import Hold, Link
from heed.record.opening import open_record
from heed.record.place import Place
from heed.record.verify import verify

from .conftest import START, Book
from .ledgerbook.entries import GrantGiven, NoteMade, PolicyTaken, PromiseKept, PromiseMade
from .ledgerbook.models import Note, Promise

texts = st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=20)


class RecordMachine(RuleBasedStateMachine):
    """One record; `notes`, `held`, … are the oracle's."""

    entries = Bundle("entries")
    children = Bundle("children")
    promises = Bundle("promises")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="heed-machine-"))
        django_settings.DATA = self.folder
        databases.fresh("sqlite", self.folder)
        opened = open_record(origin="synthetic.example/1", place=Place(self.folder), at=START)
        self.book = Book(Place(self.folder), "sqlite", opened.subject)
        self.count = 1
        self.notes: dict[int, dict[str, Any]] = {}  # first entry's number → what it says now
        self.chains: dict[int, int] = {}  # entry → the first of its chain
        self.bodies: dict[int, dict[str, Any]] = {}
        self.holds: dict[str, dict[str, Any]] = {}
        self.links: dict[tuple[str, str], bool] = {}
        self.kept: dict[str, bool] = {}
        self.ended_by: dict[int, str] = {}

    def teardown(self) -> None:
        try:
            self.check_everything()
        finally:
            connections["default"].close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, draft: Draft, who: str = "ada") -> int:
        self.book.tick(seconds=30)
        (entry,) = self.book.add(draft, who=who)
        assert entry.n == self.count
        self.count += 1
        return entry.n

    @initialize(target=children, count=st.integers(2, 4))
    def some_children(self, count: int) -> Any:
        return multiple(*[new_key() for _ in range(count)])

    @rule(target=entries, text=texts, child=children, urgent=st.booleans())
    def note(self, text: str, child: str, urgent: bool) -> int:
        subject = new_key()
        draft = Draft(
            kind=NoteMade, subject=subject, facts={"urgent": urgent}, words={"text": text}, refs={"child": [child]}
        )
        n = self.add(draft)
        self.bodies[n] = {"subject": subject, "child": child, "text": text, "urgent": urgent}
        self.chains[n] = n
        return n

    @rule(target=entries, of=entries, text=texts, child=children)
    def correct(self, of: int, text: str, child: str) -> int:
        first = self.chains[of]
        subject = self.bodies[first]["subject"]
        draft = Draft(kind=NoteMade, subject=subject, words={"text": text}, refs={"child": [child]}, corrects=first)
        n = self.add(draft)
        self.bodies[n] = {"subject": subject, "child": child, "text": text, "urgent": None}
        self.chains[n] = first
        return n

    @rule(entry=entries, part=st.sampled_from(["words", "both"]))
    def erase(self, entry: int, part: str) -> None:
        body = self.bodies[entry]
        nothing_left = "text" not in body and (part == "words" or "child" not in body)
        ask = {"entry": entry, "part": part, "authority": "invented", "recipients": [self.book.scrutineer]}
        self.book.tick(seconds=30)
        if nothing_left or self.is_held(entry):
            with pytest.raises(Answered):
                erase.propose(by=self.book.by("ada"), **ask)
            return
        case = erase.propose(by=self.book.by("ada"), **ask).subject
        erase.approve(by=self.book.by("bob"), erasure=case)
        self.book.tick(days=14)
        erase.perform(by=self.book.by("bob"), erasure=case, now=self.book.now)
        self.count += 3
        body.pop("text", None)
        if part == "both":
            body.pop("child", None)
            body["urgent"] = None

    def is_held(self, entry: int) -> bool:
        body = self.bodies[entry]
        touched = {body["subject"], body.get("child")}
        return any(h["everything"] or h["child"] in touched for h in self.holds.values() if not h["lifted"])

    @rule(child=children, everything=st.booleans())
    def hold(self, child: str, everything: bool) -> None:
        self.book.tick(seconds=30)
        covers = () if everything else (child,)
        entry = holds.place_hold(by=self.book.by(), authority="inquiry", everything=everything, covers=covers)
        self.count += 1
        self.holds[entry.subject] = {"everything": everything, "child": child, "lifted": False}

    @rule(data=st.data())
    def lift(self, data: st.DataObject) -> None:
        in_force = sorted(key for key, hold in self.holds.items() if not hold["lifted"])
        if in_force:
            key = data.draw(st.sampled_from(in_force))
            self.book.tick(seconds=30)
            holds.propose_lift(by=self.book.by("ada"), hold=key, reason="over")
            holds.lift(by=self.book.by("bob"), hold=key, reason="over")
            self.count += 2
            self.holds[key]["lifted"] = True

    @rule(role=st.sampled_from(["practitioner", "director"]))
    def grant(self, role: str) -> None:
        self.add(Draft(kind=GrantGiven, subject=new_key(), facts={"role": role}))

    @rule()
    def adopt(self) -> None:
        self.add(Draft(kind=PolicyTaken, subject=new_key(), facts={"digest": "0" * 64}))

    @rule(one=children, two=children, linked=st.booleans())
    def link(self, one: str, two: str, linked: bool) -> None:
        if one == two:
            return
        kind, words = (IdentityLinked, {}) if linked else (IdentityUnlinked, {"reason": "another child"})
        self.add(
            Draft(kind=kind, subject=new_key(), facts={"method": "person"}, refs={"same": [one, two]}, words=words)
        )
        self.links[one, two] = self.links[two, one] = linked

    @rule(target=promises)
    def promise(self) -> str:
        key = new_key()
        self.add(Draft(kind=PromiseMade, subject=key, facts={"by": self.book.ada}))
        self.kept[key] = False
        return key

    @rule(promise=promises)
    def keep(self, promise: str) -> None:
        if not self.kept[promise]:
            self.add(Draft(kind=PromiseKept, subject=promise))
            self.kept[promise] = True

    @invariant()
    def the_record_is_as_long_as_the_oracle_says(self) -> None:
        if hasattr(self, "count"):
            assert reading.size() == self.count

    def expected_notes(self) -> dict[tuple[str, str], tuple[int, str, bool | None]]:
        """A note reads as its latest entry says, for its own key; for a child, as the latest entry naming her says."""
        rows: dict[tuple[str, str], tuple[int, str, bool | None]] = {}
        for n, body in sorted(self.bodies.items()):
            first = self.chains[n] if "child" in body else n
            value = (first, body.get("text", "(erased)"), body["urgent"])
            rows[body["subject"], body["subject"]] = value
            if "child" in body:
                rows[body["child"], body["subject"]] = value
        return rows

    def live(self) -> tuple[Any, ...]:
        notes = {(r.key, r.note): (r.n, r.text, r.urgent) for r in Note.objects.all()}
        links = {(r.key, r.other): r.is_linked for r in Link.objects.all()}
        in_force = {r.key: r.lifted_n is not None for r in Hold.objects.all()}
        return notes, links, in_force, {r.key: r.is_kept for r in Promise.objects.all()}

    def check_everything(self) -> None:
        lifted = {key: hold["lifted"] for key, hold in self.holds.items()}
        expected = self.expected_notes(), self.links, lifted, self.kept
        assert self.live() == expected
        assert verify().size == self.count
        replay.rebuild()
        assert self.live() == expected
        verify(log_only=True)
        self.book.tick(days=timedelta(days=1).days)


def test_the_record_is_what_a_plain_dict_says(django_db_blocker: Any, settings: Any) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    with django_db_blocker.unblock():
        run_state_machine_as_test(RecordMachine, settings=machine_settings(12, 20))


@pytest.mark.long
def test_the_record_is_what_a_plain_dict_says_for_long(django_db_blocker: Any, settings: Any) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    with django_db_blocker.unblock():
        run_state_machine_as_test(RecordMachine, settings=machine_settings(300, 60))


def machine_settings(examples: int, steps: int) -> settings:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet)
