"""The viewing log: who looked at what, when. A log of its own, origin `<origin>/views`, beside the record (not in it).

A line is canonical JSON with `n`, `at`, `actor`, `subject`, `page`; it holds no word of what was seen.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction

from heed.entry.canon import encode
from heed.entry.when import instant_text
from heed.log.tree import Frontier, leaf_hash


def look(*, actor: str, subject: str, page: str, using: str = "default") -> int:
    """Note that somebody looked at something; return the line's number."""
    connection = connections[using]
    lock = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_view_head (id, size, frontier, at) VALUES (1, 0, %s, '') ON CONFLICT DO NOTHING", [b""]
        )
        cursor.execute(f"SELECT size, frontier, at FROM record_view_head WHERE id = 1{lock}")
        size, frontier, last = cursor.fetchone()
        tree = Frontier.from_bytes(size, bytes(frontier))
        at = max(instant_text(datetime.now(UTC)), last)
        line = encode({"n": size, "at": at, "actor": actor, "subject": subject, "page": page})
        tree.add(leaf_hash(line))
        cursor.execute(
            "INSERT INTO record_view (n, line, leaf, at, actor, subject) VALUES (%s, %s, %s, %s, %s, %s)",
            [size, line, leaf_hash(line), at, actor, subject],
        )
        cursor.execute(
            "UPDATE record_view_head SET size = %s, frontier = %s, at = %s WHERE id = 1",
            [tree.size, tree.to_bytes(), at],
        )
    return int(size)


def looks(*, subject: str, using: str = "default") -> list[dict[str, Any]]:
    """Return who looked at something, oldest first."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT n, at, actor FROM record_view WHERE subject = %s ORDER BY n", [subject])
        return [{"n": n, "at": at, "actor": actor} for n, at, actor in cursor.fetchall()]


def check(using: str = "default") -> int:
    """Hash the viewing log anew and compare it with its head; VerifyError names the first line wrong."""
    return read_tree(using)[0]


def read_tree(using: str = "default", sizes: Collection[int] = ()) -> tuple[int, dict[int, bytes]]:
    """Return the log's size and its roots at `sizes`, every line hashed anew; VerifyError names the first one wrong."""
    from heed.log.errors import VerifyError

    tree, roots, wanted = Frontier(), {}, frozenset(sizes)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT n, line, leaf FROM record_view ORDER BY n")
        for at, (n, line, leaf) in enumerate(cursor.fetchall()):
            if n != at or leaf_hash(bytes(line)) != bytes(leaf):
                raise VerifyError(f"Line {at} of the viewing log was changed or is missing.")
            tree.add(bytes(leaf))
            if tree.size in wanted:
                roots[tree.size] = tree.root()
        cursor.execute("SELECT size, frontier FROM record_view_head WHERE id = 1")
        row = cursor.fetchone()
    if row and (row[0] != tree.size or bytes(row[1]) != tree.to_bytes()):
        raise VerifyError("The viewing log is not what its head says.")
    return tree.size, roots
