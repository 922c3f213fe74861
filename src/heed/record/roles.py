"""PostgreSQL's two roles: an owner that migrates, and the application's, which owns nothing (docs/adr/0003)."""

import re

from django.apps import apps
from django.db import connections

from heed.lib.errors import HeedError

# What the application's role may do to the ledger's tables; it has TRUNCATE on none.
_LEDGER = {
    "record_head": "SELECT, INSERT, UPDATE",
    "record_entry": "SELECT, INSERT",
    "record_part": "SELECT, INSERT, DELETE",
    "record_request": "SELECT, INSERT, DELETE",
    "record_ref": "SELECT, INSERT, DELETE",
    "record_tile": "SELECT, INSERT",
    "record_checkpoint": "SELECT, INSERT",
    "record_cosignature": "SELECT, INSERT",
    "record_erasure": "SELECT, INSERT",
    "record_view": "SELECT, INSERT",
    "record_view_head": "SELECT, INSERT, UPDATE",
    "record_view_checkpoint": "SELECT, INSERT",
}


def grant_application(using: str, role: str) -> None:
    """Grant the application's role what it needs and no more; called by the owner after migrating."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise HeedError(f"{role[:60]!r} is not a role's name.")
    ordinary = sorted(
        {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
        - _LEDGER.keys()
    )
    with connections[using].cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        for table, rights in _LEDGER.items():
            cursor.execute(f"GRANT {rights} ON {table} TO {role}")
        for table in ordinary:
            cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {role}')
        cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")


def complaints(using: str = "default") -> list[str]:
    """Return what is too much about the application's role: that it owns a ledger table, or may TRUNCATE one."""
    if connections[using].vendor == "sqlite":
        return []
    found = []
    with connections[using].cursor() as cursor:
        for table in _LEDGER:
            cursor.execute(
                "SELECT pg_has_role(relowner, 'USAGE'), has_table_privilege(oid, 'TRUNCATE') "
                "FROM pg_class WHERE relname = %s",
                [table],
            )
            row = cursor.fetchone()
            if row and row[0]:
                found.append(f"The application's database role owns {table}; it could drop the guards.")
            elif row and row[1]:
                found.append(f"The application's database role may TRUNCATE {table}.")
    return found
