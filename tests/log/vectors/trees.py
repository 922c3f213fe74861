"""Inclusion and consistency proofs, good and spoiled, over the leaves that Certificate Transparency tests with.

The kinds of spoiling are those of transparency-dev/merkle (folder testdata); the proofs are made here.
"""

from collections.abc import Sequence
from typing import Any

from .build import consistency_path, inclusion_path, invented, root_of, sha
from .collect import Vectors

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
GARBAGE = b"no hash at all"


def spoiled_paths(path: list[bytes], **also: bytes) -> list[tuple[str, list[bytes]]]:
    """Return the path spoiled in every way that touches the path alone."""
    spoiled = [("preceding garbage", [GARBAGE, *path]), ("trailing garbage", [*path, GARBAGE])]
    for name, root in also.items():
        spoiled += [(f"preceding {name}", [root, *path]), (f"trailing {name}", [*path, root])]
    for i in range(len(path)):
        flipped = bytes([path[i][0] ^ 8]) + path[i][1:]
        spoiled.append((f"bit of component {i} flipped", [*path[:i], flipped, *path[i + 1 :]]))
    if path:
        spoiled += [("truncated", path[:-1]), ("inserted component", [path[0], *path]), ("removed component", path[1:])]
        spoiled.append(("31 bytes", [*path[:-1], path[-1][:31]]))
    if len(path) > 1:
        spoiled.append(("reversed", path[::-1]))
    return spoiled


def inclusion() -> Vectors:
    """Return the inclusion proofs."""
    vectors = Vectors("inclusion")
    for index, size in [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (6, 7), (3, 4)]:
        leaf, root = sha(b"\x00", LEAVES[index]), root_of(LEAVES[:size])
        path = inclusion_path(index, LEAVES[:size])
        good: dict[str, Any] = {"index": index, "size": size, "leaf": leaf, "root": root, "path": path}
        where = f"{index} of {size}"
        vectors.good(where, "RFC 9162 2.1.3.2", **good)
        changes: list[tuple[str, dict[str, Any]]] = [
            (name, {"path": each}) for name, each in spoiled_paths(path, root=root)
        ]
        changes += [
            ("wrong leaf", {"leaf": invented("leaf")}),
            ("leaf hashed as a node", {"leaf": sha(b"\x01", LEAVES[index])}),
            ("random root", {"root": invented("root")}),
            ("root of the empty tree", {"root": sha()}),
            ("index minus 1", {"index": index - 1}),
            ("index plus 1", {"index": index + 1}),
            ("index XOR 2", {"index": index ^ 2}),
            ("size doubled", {"size": size * 2}),
            ("size halved", {"size": size // 2}),
            ("size 0", {"size": 0}),
        ]
        for name, change in changes:
            vectors.bad(f"{where}: {name}", "RFC 9162 2.1.3.2", **(good | change))
    for index, size in [(0, 2**40), (2**52 + 1, 2**53 - 1), (2**62, 2**62 + 1), (2**63 - 2, 2**63 - 1)]:
        leaf = invented("leaf", index)
        path = [invented("sibling", index, i) for i in range(length_of(index, size))]
        good = {"index": index, "size": size, "leaf": leaf, "path": path, "root": climb(index, size, leaf, path)}
        vectors.good(f"{index} of {size}", "RFC 9162 2.1.3.2", **good)
        vectors.bad(f"{index} of {size}: truncated", "RFC 9162 2.1.3.2", **(good | {"path": path[:-1]}))
        vectors.bad(f"{index} of {size}: trailing", "RFC 9162 2.1.3.2", **(good | {"path": [*path, path[0]]}))
    return vectors


def length_of(index: int, size: int) -> int:
    """Return how many siblings lie between a leaf and the root, by descending."""
    if size == 1:
        return 0
    k = 1 << (size - 1).bit_length() - 1
    return 1 + (length_of(index, k) if index < k else length_of(index - k, size - k))


def climb(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """Compute a root by descending from it, which is not how verifiers do it."""
    if size == 1:
        return leaf
    k = 1 << (size - 1).bit_length() - 1
    if index < k:
        return sha(b"\x01", climb(index, k, leaf, path[:-1]), path[-1])
    return sha(b"\x01", path[-1], climb(index - k, size - k, leaf, path[:-1]))


def consistency() -> Vectors:
    """Return the consistency proofs."""
    vectors, rule = Vectors("consistency"), "RFC 9162 2.1.4.2"
    for old, new in [(1, 8), (6, 8), (2, 5), (3, 7), (4, 8), (4, 7), (1, 2), (7, 8)]:
        roots = {"old_root": root_of(LEAVES[:old]), "new_root": root_of(LEAVES[:new])}
        path = consistency_path(old, LEAVES[:new])
        good: dict[str, Any] = {"old": old, "new": new, "path": path, **roots}
        where = f"{old} to {new}"
        vectors.good(where, rule, **good)
        changes: list[tuple[str, dict[str, Any]]] = [
            (name, {"path": each}) for name, each in spoiled_paths(path, **roots)
        ]
        changes += [
            ("empty", {"path": []}),
            ("old size minus 1", {"old": old - 1}),
            ("old size plus 1", {"old": old + 1}),
            ("old size XOR 2", {"old": old ^ 2}),
            ("new size doubled", {"new": new * 2}),
            ("new size halved", {"new": new // 2}),
            ("wrong old root", {"old_root": invented("old")}),
            ("wrong new root", {"new_root": invented("new")}),
            ("roots swapped", {"old_root": roots["new_root"], "new_root": roots["old_root"]}),
        ]
        for name, change in changes:
            vectors.bad(f"{where}: {name}", rule, **(good | change))
    add_empty_proofs(vectors)
    return vectors


def add_empty_proofs(vectors: Vectors) -> None:
    """Add what rule 27 says of size 0 and of equal sizes."""
    one, root = root_of(LEAVES[:1]), root_of(LEAVES[:6])
    from_nothing: dict[str, Any] = {"old": 0, "new": 6, "old_root": sha(), "new_root": root, "path": []}
    vectors.good("from nothing", "27", **from_nothing)
    vectors.bad("from nothing, with a path", "27", **(from_nothing | {"path": [one]}))
    vectors.bad("from nothing with a root", "27", **(from_nothing | {"old_root": one}))
    same: dict[str, Any] = {"old": 6, "new": 6, "old_root": root, "new_root": root, "path": []}
    vectors.good("equal sizes", "27", **same)
    vectors.good("nothing to nothing", "27", **(from_nothing | {"new": 0, "new_root": sha()}))
    vectors.bad("equal sizes, other roots", "27", **(same | {"old_root": one}))
    vectors.bad("equal sizes, with a path", "27", **(same | {"path": [one]}))
    vectors.bad("to a smaller tree", "27", **(same | {"old": 6, "new": 5, "new_root": root_of(LEAVES[:5])}))
    vectors.bad("nothing to nothing, with a root", "27", **(from_nothing | {"new": 0, "new_root": one}))
