"""The ledger's tables, written as SQL for each database because their triggers and keys are the point."""

from pathlib import Path
from typing import Any

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


def create(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    text = (SQL / f"{connection.vendor}.sql").read_text()
    if connection.vendor == "sqlite":
        for statement in _statements(text):
            schema_editor.execute(statement)
    else:
        with connection.cursor() as cursor:
            cursor.execute(text)


def _statements(text: str) -> list[str]:
    """Split SQLite's script at the semicolons that end a statement; a trigger ends with `END;`."""
    import sqlite3

    statements, current = [], ""
    for line in text.splitlines():
        if line.startswith("--"):
            continue
        current += line + "\n"
        if sqlite3.complete_statement(current) and current.strip():
            statements.append(current.strip())
            current = ""
    return statements


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
