"""The writing transaction behaves as `transaction.atomic` does, commit by commit and error by error (ADR 6)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from heed.record.driver import Writing
from heed.record.models import Tick

from .conftest import Book

Opening = Callable[[str], Any]


def _count() -> int:
    return Tick.objects.count()


def _make() -> None:
    from datetime import UTC, datetime

    Tick.objects.create(started_at=datetime(2026, 1, 1, tzinfo=UTC))


def _plain(opening: Opening, ran: list[str]) -> None:
    with opening("default"):
        _make()
        transaction.on_commit(lambda: ran.append("hook"))
        assert ran == []


def _error(opening: Opening, ran: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), opening("default"):
        _make()
        transaction.on_commit(lambda: ran.append("hook"))
        raise ZeroDivisionError


def _nested_error(opening: Opening, ran: list[str]) -> None:
    with opening("default"):
        _make()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            _make()
            transaction.on_commit(lambda: ran.append("inner"))
            raise ZeroDivisionError
        transaction.on_commit(lambda: ran.append("outer"))


def _marked(opening: Opening, ran: list[str]) -> None:
    with opening("default"):
        _make()
        transaction.on_commit(lambda: ran.append("hook"))
        transaction.set_rollback(True)


def _inside(opening: Opening, ran: list[str]) -> None:
    with transaction.atomic():
        _make()
        with pytest.raises(ZeroDivisionError), opening("default"):
            _make()
            raise ZeroDivisionError
        transaction.on_commit(lambda: ran.append("outer"))


def _closed(opening: Opening, ran: list[str]) -> None:
    with pytest.raises(DatabaseError), opening("default"):
        _make()
        transaction.on_commit(lambda: ran.append("hook"))
        connections["default"].close()
        _make()


CASES = [_plain, _error, _nested_error, _marked, _inside, _closed]


@pytest.mark.parametrize("case", CASES)
def test_it_does_what_atomic_does(book: Book, case: Callable[[Opening, list[str]], None]) -> None:
    found = []
    for opening in (transaction.atomic, Writing):
        ran: list[str] = []
        before = _count()
        case(opening, ran)
        connection = connections["default"]
        found.append((_count() - before, ran, connection.in_atomic_block, connection.get_autocommit()))
    assert found[0] == found[1]


def test_it_takes_the_lock_at_once(book: Book) -> None:
    with Writing("default") as connection:
        assert connection.in_atomic_block and not connection.get_autocommit()
        if connection.vendor == "sqlite":
            assert connection.connection.in_transaction


def test_an_error_of_the_database_is_djangos(book: Book) -> None:
    with pytest.raises(IntegrityError), Writing("default"), connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO record_head SELECT * FROM record_head")
