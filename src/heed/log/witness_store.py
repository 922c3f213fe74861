"""A witness's own small store: one row for each log, kept before the answer leaves (standard library only, no Django).

It lives on another machine under another administrator. If its state is lost it is retired, not restarted.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from heed.lib.errors import HeedError
from heed.lib.files import write_atomic

from .errors import FormatError
from .note import LOG_KEY, WITNESS_KEY, Signer, VerifierKey
from .tree import EMPTY_ROOT
from .witness import AddCheckpoint, Reply, Seen, decide, origin_of

_TABLE = "CREATE TABLE seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT, WITHOUT ROWID"


class WitnessStore:
    """A witness's folder: `witness.key` (mode 0600), `logs` (one vkey a line) and `witness.sqlite3`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "witness.sqlite3"
        try:
            self.signer = Signer.parse((folder / "witness.key").read_text())
        except FileNotFoundError:
            raise HeedError(f"There is no witness in {folder}; `heed witness init` makes one.") from None
        if not self.database.exists():
            raise HeedError(
                "The witness has lost its state: it is retired, not restarted. Make a new one with a new key."
            )

    @classmethod
    def make(cls, folder: Path, name: str) -> "WitnessStore":
        """Make a witness: its key and its empty store. HeedError when there is one already."""
        if (folder / "witness.key").exists():
            raise HeedError(f"There is a witness in {folder} already.")
        signer = Signer.generate(name, WITNESS_KEY)
        write_atomic(folder / "witness.key", f"{signer}\n".encode(), mode=0o600)
        write_atomic(folder / "logs", b"")
        with closing(sqlite3.connect(folder / "witness.sqlite3")) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(_TABLE)
        return cls(folder)

    def logs(self) -> list[VerifierKey]:
        """Return the log keys that this witness was told to trust."""
        lines = (self.folder / "logs").read_text().split()
        return [VerifierKey.parse(line) for line in lines]

    def trust(self, key: VerifierKey) -> None:
        """Trust a log's key: the only way in which a witness comes to accept an origin."""
        if key.kind != LOG_KEY:
            raise FormatError("Only a log's key can be trusted as a log.")
        keys = self.logs()
        if key not in keys:
            write_atomic(self.folder / "logs", "".join(f"{k}\n" for k in [*keys, key]).encode())

    def untrust(self, key: VerifierKey) -> None:
        """Trust a log's key no more, such as a stolen one; what was seen of the log is kept."""
        keys = self.logs()
        if key not in keys:
            raise FormatError("This witness does not trust that key.")
        write_atomic(self.folder / "logs", "".join(f"{k}\n" for k in keys if k != key).encode())

    def seen(self, origin: str) -> Seen:
        """Return what this witness holds of a log."""
        with self._connect() as connection:
            return _seen(connection, origin)

    def answer(self, data: bytes, *, time: int) -> Reply:
        """Answer one add-checkpoint request; what it commits to is on the disk before the reply is returned."""
        try:
            request = AddCheckpoint.parse(data)
            origin = origin_of(request)
        except FormatError as error:
            return Reply(400, f"{error}\n")
        keys = [key for key in self.logs() if key.name == origin]
        with self._connect() as connection:
            connection.execute("BEGIN IMMEDIATE")
            reply = decide(request, keys, _seen(connection, origin), self.signer, time=time)
            if reply.keep is not None:
                connection.execute(
                    "INSERT INTO seen VALUES (?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET size = excluded.size, root = excluded.root",
                    (origin, reply.keep.size, reply.keep.root),
                )
            connection.commit()
        return reply

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.database, timeout=30, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            yield connection


def _seen(connection: sqlite3.Connection, origin: str) -> Seen:
    row = connection.execute("SELECT size, root FROM seen WHERE origin = ?", (origin,)).fetchone()
    return Seen(row[0], row[1]) if row else Seen(0, EMPTY_ROOT)
