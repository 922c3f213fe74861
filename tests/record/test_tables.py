"""Every table is the ledger's, a projector's, or a working table with its reason: no fourth kind."""

from django.db import connections

from heed.record import project
from heed.record.working_tables import LEDGER, WORKING

from .conftest import Book


def test_every_table_is_accounted_for(book: Book) -> None:
    with connections["default"].cursor() as cursor:
        there = set(connections["default"].introspection.table_names(cursor))
    projected = {table._meta.db_table for table in project.tables()}
    assert not projected & (LEDGER.keys() | WORKING.keys())
    assert there - LEDGER.keys() - WORKING.keys() - projected == set()
    assert LEDGER.keys() <= there and projected <= there


def test_every_projected_table_has_the_key_that_owns_its_rows() -> None:
    for table in project.tables():
        assert "key" in {field.attname for field in table._meta.concrete_fields}, table


def test_every_kind_has_a_whole_line_of_versions() -> None:
    from heed.entry.kinds import kinds

    kinds.check_versions()
    assert len(kinds) > 40
