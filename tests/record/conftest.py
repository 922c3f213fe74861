"""A fresh record for every test, on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

import databases
from heed.entry.keys import new_key
from heed.record.ledger import append, writing
from heed.record.model import By, Draft, Entry
from heed.record.opening import open_record
from heed.record.place import Place

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Book:
    """A record under test, with a small cast and a clock that the test moves."""

    place: Place
    vendor: str
    subject: str
    now: datetime = START
    ada: str = field(default_factory=new_key)  # a youth worker of the council
    bob: str = field(default_factory=new_key)  # a sergeant of the police
    council: str = field(default_factory=new_key)
    police: str = field(default_factory=new_key)
    scrutineer: str = field(default_factory=new_key)

    def by(self, who: str = "ada") -> By:
        agency = {"ada": self.council, "bob": self.police}[who]
        return By(getattr(self, who), agency, self.now)

    def tick(self, **delta: float) -> datetime:
        self.now += timedelta(**delta) if delta else timedelta(seconds=1)
        return self.now

    def add(self, *drafts: Draft, who: str = "ada") -> list[Entry]:
        with writing() as head:
            return append(head, *drafts, by=self.by(who))

    def note(self, text: str = "a note", **more: Any) -> Draft:
        from .ledgerbook.entries import NoteMade

        return Draft(kind=NoteMade, subject=more.pop("subject", None) or new_key(), words={"text": text}, **more)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def vendor(request: pytest.FixtureRequest) -> str:
    databases.demand(request.param == "postgresql" and databases.programs() is None, "PostgreSQL")
    return str(request.param)


@pytest.fixture
def book(vendor: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Book]:
    """An open, synthetic record on a fresh database."""
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        databases.fresh(vendor, tmp_path)
        place = Place(tmp_path)
        opened = open_record(origin="synthetic.example/1", place=place, at=START)
        yield Book(place, vendor, opened.subject)
        connections["default"].close()
