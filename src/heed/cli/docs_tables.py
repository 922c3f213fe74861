"""The reference page of tables: the ledger's from its SQL, the read tables' from their projectors, and the rest."""

import sqlite3
from contextlib import closing
from importlib.resources import files

from django.db import models

from heed.record import project
from heed.record.working_tables import LEDGER, WORKING

from .docs_page import head, page_of, table

_ABOUT = """Three sorts. The **ledger** is the record itself and is written by `heed.record` alone. **Read tables**
are written by projectors and can be thrown away: `heed rebuild` writes them anew. **Working tables** are no part of
the record and are never rebuilt."""


def page() -> str:
    """Return the page."""
    lines = [*head("Tables", _ABOUT), "## The ledger", ""]
    columns = _ledger_columns()
    for name, what in LEDGER.items():
        rows = [(f"`{column}`", kind) for column, kind in columns[name]]
        lines += [f"### {name}", "", f"{_sentence(what)}", "", *table(("column", "type (SQLite)"), rows)]
    lines += ["## Read tables", ""]
    for projector in project.projectors():
        for written in projector.tables:
            lines += _read_table(projector, written)
    lines += ["## Working tables", ""]
    for name, what in sorted(WORKING.items()):
        lines += [f"### {name}", "", _sentence(what), ""]
    return page_of(lines)


def _ledger_columns() -> dict[str, list[tuple[str, str]]]:
    """Return each ledger table's columns, as SQLite itself reads the script that makes them."""
    script = files("heed.record").joinpath("sql/sqlite.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(script)
        return {
            name: [
                (row[1], row[2] + ", computed" * (row[6] == 2))
                for row in database.execute(f"PRAGMA table_xinfo({name})").fetchall()
            ]
            for name in LEDGER
        }


def _read_table(projector: project.Projector, written: type[models.Model]) -> list[str]:
    meta = written._meta
    kinds = ", ".join(f"`{kind}`" for kind in sorted(projector.kinds))
    made = f"Written by the projector `{projector.name}` from {kinds}."
    rows = [(f"`{field.column}`", field.get_internal_type()) for field in meta.concrete_fields]
    about = " ".join((written.__doc__ or "").split())
    return [f"### {meta.db_table}", "", about, "", made, "", *table(("column", "type (Django)"), rows)]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
