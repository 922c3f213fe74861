"""Real databases for tests: a migrated SQLite file to copy, and a PostgreSQL that the tests start themselves."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.management import call_command
from django.db import connections

OWNER, APP = "heed_owner", "heed_app"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, None where they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def demand(missing: bool, what: str) -> None:
    """Skip where a program is missing; in CI, where the tests' own script installs it, fail."""
    import pytest

    if missing and os.environ.get("CI"):
        pytest.fail(f"{what} must be installed in CI")
    if missing:
        pytest.skip(f"{what} is not installed")


def environment(vendor: str, folder: Path, settings: str = "heed.web.settings") -> dict[str, str]:
    """Return the environment in which a process of its own opens this process's record, by the application's role."""
    root = Path(__file__).resolve().parent.parent
    found = os.environ | {
        "HEED_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": f"{root / 'src'}:{root / 'tests'}",
    }
    if vendor == "postgresql":
        there = connections["default"].settings_dict
        found["HEED_DATABASE_URL"] = f"postgresql://{there['USER']}@/{there['NAME']}?host={quote(there['HOST'])}"
    return found


@cache
def cluster() -> Path:
    """Start a PostgreSQL of our own on a socket, once for this process; stopped when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="heed-pg-"))
    binaries = programs()
    assert binaries is not None
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]

    def run(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)

    run(str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    run(str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start")

    def stop() -> None:
        subprocess.run(
            [*as_user, str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"],
            capture_output=True,
        )
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    for role in (OWNER, APP):
        _as_superuser(folder, f"CREATE ROLE {role} LOGIN")
    return folder


def admin(sql: str) -> None:
    """Run a statement as the cluster's superuser."""
    _as_superuser(cluster(), sql)


def _as_superuser(folder: Path, sql: str) -> None:
    import psycopg

    with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(sql)


def point(alias: str, description: dict[str, Any]) -> None:
    """Make `alias` (default included) this database from now on, in this thread."""
    if alias in connections.databases:
        connections[alias].close()
        del connections[alias]
    connections.databases[alias] = description
    connections.configure_settings(connections.databases)


def sqlite(path: Path) -> dict[str, Any]:
    from heed.web import settings as product

    return {**product.HEED_DATABASE(""), "NAME": path}


def postgres(name: str, role: str) -> dict[str, Any]:
    from heed.web import settings as product

    return product.HEED_DATABASE(f"postgresql://{role}@/{name}?host={cluster()}") | {"CONN_MAX_AGE": 0}


@cache
def sqlite_template() -> Path:
    """Return a migrated, empty SQLite file."""
    path = Path(tempfile.mkdtemp(prefix="heed-sqlite-")) / "template.sqlite3"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    point("default", sqlite(path))
    migrate()
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections["default"].close()
    return path


@cache
def postgres_template() -> str:
    """Return the name of a migrated, empty PostgreSQL database, owned by one role and granted to another."""
    from heed.record.roles import grant_application

    admin(f"CREATE DATABASE template_heed OWNER {OWNER}")
    point("default", postgres("template_heed", OWNER))
    migrate()
    grant_application("default", APP)
    connections["default"].close()
    return "template_heed"


def migrate() -> None:
    call_command("migrate", verbosity=0, run_syncdb=True, interactive=False)


def fresh(vendor: str, folder: Path) -> None:
    """Point the default database at a new, migrated, empty database."""
    if vendor == "sqlite":
        template = sqlite_template()
        shutil.copy(template, folder / "heed.sqlite3")
        point("default", sqlite(folder / "heed.sqlite3"))
        return
    template = postgres_template()
    name = f"t_{os.getpid()}_{os.urandom(4).hex()}"
    admin(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
    point("default", postgres(name, APP))
