"""Django's settings, from the data folder and a few environment variables (docs/reference/settings.md lists them)."""

import os
import secrets
from pathlib import Path

DATA = Path(os.environ.get("HEED_DATA", "data")).resolve()
DEBUG = os.environ.get("HEED_DEBUG") == "1"


def _secret_key() -> str:
    """Return the key in DATA/keys/web.secret, or a passing one while there is no record yet."""
    path = DATA / "keys" / "web.secret"
    return path.read_text().strip() if path.exists() else secrets.token_urlsafe(48)


def HEED_DATABASE(url: str) -> dict[str, object]:
    """Return Django's description of the database: SQLite in the data folder unless a PostgreSQL address is given."""
    if url:
        from urllib.parse import parse_qsl, unquote, urlsplit

        parts = urlsplit(url)
        if parts.scheme not in {"postgres", "postgresql"}:
            raise ValueError("HEED_DATABASE_URL must start with postgresql://")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or "") or dict(parse_qsl(parts.query)).get("host", ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    # FULL, not NORMAL: a receipt must never outlive its entry. IMMEDIATE: the head is locked before it is read.
    # The cache (64 MiB) and the checkpoint every 40 MB of WAL keep an import from writing each page many times over.
    pragmas = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=10000;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "heed.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas},
    }


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("HEED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DATABASES = {"default": HEED_DATABASE(os.environ.get("HEED_DATABASE_URL", ""))}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "heed.record",
    "heed.people",
    "heed.duties",
    "heed.cases.concern",
]
MIDDLEWARE: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/London"
LANGUAGE_CODE = "en-gb"
