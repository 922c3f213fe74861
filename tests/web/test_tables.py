"""Every table is the ledger's, a projector's, or listed as a working table with its reason."""

from django.db import connection

from heed.record.place import Place
from heed.record.project import projectors
from heed.record.working_tables import LEDGER, WORKING

from .conftest import both


@both
def test_every_table_is_listed_and_every_listed_table_is_there(record: Place) -> None:
    there = set(connection.introspection.table_names())
    projected = {table._meta.db_table for projector in projectors() for table in projector.tables}
    assert there - projected - LEDGER.keys() == WORKING.keys()


def test_the_cache_table_is_what_djangos_backend_would_make(record: Place) -> None:
    from django.core.cache import cache

    cache.set("a", {"b": 1}, 60)
    assert cache.get("a") == {"b": 1} and cache.add("a", 2) is False
    cache.delete("a")
    assert cache.get("a") is None
