"""The reference pages of settings (environment variables) and of the files in the data folder."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from .docs_page import head, page_of

_CHECKOUT = Path(__file__).resolve().parents[3]
_VARIABLE = re.compile(r"[\"'{$](HEED_[A-Z][A-Z_]*)\b")

# What each variable says, and what holds without it. A page lists those that the code reads; a test refuses another.
SERVICE = {
    "HEED_DATA": "The data folder. Without it: `data` in the current folder. `--data` wins over it.",
    "HEED_DATABASE_URL": "`postgresql://USER:PASSWORD@HOST:PORT/NAME`, as the application's role. "
    "Without it: SQLite in the data folder.",
    "HEED_DATABASE_OWNER_URL": "The same database as the role that owns the tables. "
    "`heed init` and `heed upgrade` read it, and nothing else should have it.",
    "HEED_DEBUG": "`1` shows errors with their details to everybody. Never set it where anything real is recorded.",
    "HEED_HOSTS": "The host names by which people reach the site, with commas. Without it: the machine itself.",
    "HEED_HTTPS": "`1` where people reach the site by https, through a proxy that ends TLS.",
    "HEED_PROXIES": "How many proxies stand in front, so that sign-in limits see people's addresses. Without it: 0.",
    "HEED_HASHED_STATIC": "Set by `heed serve` itself, once the static files stand under hashed names.",
    "HEED_DEMO": "Set by `heed demo` itself: sign-in by a button, in an invented borough only.",
    "HEED_SITE": "The site's address, such as `https://heed.example.gov.uk`: where the links in letters lead. "
    "Without it: `http://localhost:8000`.",
    "HEED_SMTP_HOST": "The mail server that takes letters. Without it: they are written to `mail/` in the data folder, "
    "and a record that is not synthetic says so on the integrity page.",
    "HEED_SMTP_PORT": "Its port. Without it: 587, or 465 with `HEED_SMTP_TLS=tls`.",
    "HEED_SMTP_TLS": "`starttls` (without it), `tls`, or `none`, which is refused for a server on another machine.",
    "HEED_SMTP_USER": "The name we sign in with there. Without it: none.",
    "HEED_SMTP_PASSWORD": "The password to that name.",
    "HEED_MAIL_FROM": "Who letters are from, such as `Heed <heed@example.gov.uk>`; "
    "what cannot be delivered returns there.",
    "HEED_BOUNCES": "A Maildir into which your mail server puts what returns to that address; `heed tick` reads it. "
    "Without it: nobody learns of an address that fails after the mail server had taken the letter.",
    "HEED_OIDC_ISSUER": "An agency's identity provider (OpenID Connect). Without it: accounts of our own.",
    "HEED_OIDC_NAME": "What the sign-in page calls that provider.",
    "HEED_OIDC_CLIENT": "Our client's name at that provider.",
    "HEED_OIDC_SECRET": "Our client's secret at that provider.",
    "HEED_OIDC_ORIGINS": "Further origins to which that provider sends a browser on, with commas.",
}
CHECKOUT = {
    "HEED_VENV": "Where `./heed` keeps its environment. Without it: `.venv` in the checkout.",
    "HEED_PYTHON": "Which Python `./heed` makes its environment with. Without it: the first fitting one on the PATH.",
    "HEED_TEST_WORKERS": "How many tests run at once. Without it: 2.",
    "HEED_SCREENSHOTS": "A folder in which the browser tests keep pictures of the pages. Without it: none are kept.",
    "HEED_SHARED": "Where the project's shared material stands, for tests that read it.",
}

# Every file of a data folder, by a pattern in which * stands for anything but a slash.
DATA_FILES = {
    "heed.sqlite3": "The database (not with PostgreSQL). In every backup.",
    "heed.sqlite3-wal": "SQLite's write-ahead log: part of the database while it is in use. Never delete it by hand.",
    "heed.sqlite3-shm": "SQLite's shared memory beside it.",
    "keys/log-*.key": "A private key of the log, mode 0600. In **no** backup: `heed key export` makes the copy.",
    "keys/log-*.retired": "A key of an earlier generation. It never signs again.",
    "keys/files.key": "The key under which attachments are encrypted, mode 0600. Without it they cannot be read.",
    "keys/web.secret": "The key of sessions and forms, mode 0600. A new one signs everybody out, and no more.",
    "checkpoint": "The newest checkpoint that was signed. A database smaller than it is not started.",
    "trust": "Whose signatures count (a C2SP *tlog-policy* file). Give it to everybody who verifies receipts.",
    "erasures.journal": "Numbers of erased entries, so that a restored backup is erased again. Keep it with the keys.",
    "files/*": "Attachments, encrypted, named by their digest.",
    "mail/*.eml": "Letters that would have been sent (demonstration, or no mail server set). May be deleted.",
    "static/*": "Style sheets and scripts under hashed names, gathered by `heed serve`. May be deleted.",
    ".lock": "Held while the checkpoint, the trust file or the journal is written. Always empty.",
    ".tick": "Held while `heed tick` runs. Always empty.",
}
WITNESS_FILES = {
    "witness.key": "The witness's private key, mode 0600.",
    "witness.sqlite3": "One row for each log: origin, size, root. A witness that loses it is retired, not restarted.",
    "witness.sqlite3-wal": "SQLite's write-ahead log beside it.",
    "witness.sqlite3-shm": "SQLite's shared memory beside it.",
    "logs": "The keys of the logs that it was told to trust, one a line.",
}


def variables_read(folders: Iterable[Path] = (_CHECKOUT / "src", _CHECKOUT / "tests")) -> set[str]:
    """Return the names of every environment variable of ours that code or the script `heed` reads."""
    paths = [path for folder in folders for path in folder.rglob("*.py")] + [_CHECKOUT / "heed"]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.name != Path(__file__).name]
    return {name for text in texts for name in _VARIABLE.findall(text)}


def settings_page() -> str:
    """Return the page of environment variables."""
    lines = head("Settings", "Everything that is set is an environment variable; there is no settings file to edit.")
    read = variables_read()
    for title, known in (("The service", SERVICE), ("A checkout", CHECKOUT)):
        lines += [f"## {title}", "", *_headings({name: known[name] for name in known if name in read})]
    return page_of(lines)


def files_page() -> str:
    """Return the page of files."""
    about = "What stands in the folder that `--data` names. Everything here is as sensitive as the record itself."
    lines = [*head("Files in the data folder", about), "## A record's folder", "", *_headings(DATA_FILES)]
    return page_of([*lines, "## A witness's folder", "", *_headings(WITNESS_FILES)])


def _headings(named: Mapping[str, str]) -> list[str]:
    return [line for name, what in named.items() for line in (f"### {name.replace('*', '…')}", "", what, "")]
