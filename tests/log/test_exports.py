"""Export directories (rules 18, 24 and 32), put to every verifier."""

import functools
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from .vectors.build import Record, invented, root_of, sha, tree_text
from .vectors.notes import AT, FIRST, LOG_KEY, ORIGIN, OTHER_LOG, SECOND
from .vectors.receipts import KIND, NOW, bare, policy, some_record
from .verifiers import VERIFIERS, No, Verifier

over_verifiers = pytest.mark.parametrize("verifier", VERIFIERS, ids=lambda verifier: verifier.name)


def tiles_of(leaf_hashes: Sequence[bytes]) -> dict[str, bytes]:
    """Return path → bytes of every tile of a tree: each level is made of the full tiles of the one below."""
    tiles: dict[str, bytes] = {}
    level, hashes = 0, list(leaf_hashes)
    while hashes:
        for n in range(0, len(hashes), 256):
            tile = hashes[n : n + 256]
            steps = f"{n // 256:09}"
            name = "/".join([f"x{steps[:3]}", f"x{steps[3:6]}", steps[6:]]).replace("x000/", "")
            tiles[f"tile/{level}/{name}{'' if len(tile) == 256 else f'.p/{len(tile)}'}"] = b"".join(tile)
        hashes = [folded(hashes[n : n + 256]) for n in range(0, len(hashes) // 256 * 256, 256)]
        level += 1
    return tiles


def folded(hashes: list[bytes]) -> bytes:
    """Return the root over 2^k hashes."""
    while len(hashes) > 1:
        hashes = [sha(b"\x01", hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def exported(record: Record, held: Sequence[int] = ()) -> dict[str, bytes]:
    """Return the files of an export of a record, with some older checkpoints."""
    files = tiles_of([sha(b"\x00", leaf) for leaf in record.leaves])
    files |= {f"checkpoints/{size}": record.note(size) for size in held}
    return files | {"checkpoint": record.note(), "policy": bare(record)}


@functools.cache
def record_of_300() -> Record:
    """Return a record of 300 entries: one full tile, a partial one, and a tile of the next level."""
    record = Record().open()
    for _ in range(299):
        record.add(KIND, recorded_at="2026-03-01T10:00:00.000000Z")
    return record


@pytest.fixture
def record() -> Record:
    """The record of 300 entries; no test changes it."""
    return record_of_300()


@over_verifiers
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_536 + 256 * 3 + 7])
def test_the_tiles_of_a_tree_of_any_size_hold(tmp_path: Path, verifier: Verifier, size: int) -> None:
    hashes = [sha(size.to_bytes(4, "big"), n.to_bytes(4, "big")) for n in range(size)]
    text = tree_text(ORIGIN, size, top(hashes))
    note = f"{text}\n{LOG_KEY.sign(text)}".encode()
    folder = write(tmp_path, tiles_of(hashes) | {"checkpoint": note})
    found = verifier.export(folder=folder, trust=f"{LOG_KEY.vkey}\n".encode(), receipts=[], old=[], now=NOW)
    assert (found["origin"], found["size"]) == (ORIGIN, size)


def top(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, recursively."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\x01", top(hashes[:k]), top(hashes[k:]))


@over_verifiers
def test_receipts_and_older_checkpoints_belong_to_it(tmp_path: Path, verifier: Verifier, record: Record) -> None:
    folder = write(tmp_path, exported(record, [1, 5, 256, 299, 300]))
    receipts = [record.receipt(7, size=9), record.receipt(299), record.receipt(0, size=1)]
    old = [record.note(size) for size in (1, 2, 255, 256, 257, 300)]
    for trust in (bare(record), None):
        found = verifier.export(folder=folder, trust=trust, receipts=receipts, old=old, now=NOW)
        assert (found["origin"], found["size"]) == (record.origin, 300)


@over_verifiers
def test_a_full_tile_stands_in_for_a_partial_one(tmp_path: Path, verifier: Verifier, record: Record) -> None:
    longer = Record(entries=[*record.entries])
    for _ in range(250):
        longer.add(KIND, recorded_at="2026-03-01T11:00:00.000000Z")
    folder = write(tmp_path, exported(longer) | {"checkpoint": record.note()})
    shutil.rmtree(folder / "tile" / "1")
    write(folder, {name: data for name, data in exported(record).items() if name.startswith("tile/1/")})
    verifier.export(folder=folder, trust=bare(record), receipts=[], old=[], now=NOW)


@over_verifiers
def test_an_export_of_a_witnessed_log(tmp_path: Path, verifier: Verifier, record: Record) -> None:
    folder = write(tmp_path, exported(record))
    with pytest.raises(No, match="not yet witnessed"):
        verifier.export(folder=folder, trust=policy(record), receipts=[], old=[], now=NOW)
    write(folder, {"checkpoint": record.note(cosigned=[(FIRST, AT), (SECOND, AT)])})
    verifier.export(folder=folder, trust=policy(record), receipts=[], old=[], now=NOW)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def spoilings(record: Record) -> dict[str, dict[str, bytes | None]]:
    """Return what to change in the files of an export, by rule; None removes a file."""
    files = exported(record)
    first, last, above = "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"
    return {
        "18: entry bundles": {"tile/entries/000": b"\0\2{}"},
        "18: a leaf hash changed": {first: flipped(files[first], 77)},
        "18: the last leaf hash changed": {last: flipped(files[last], -1)},
        "18: a hash of the next level changed": {above: flipped(files[above], 0)},
        "18: a tile one byte short": {first: files[first][:-1]},
        "18: a full tile with one hash more": {first: files[first] + bytes(32)},
        "18: a partial tile with one hash more": {last: files[last] + bytes(32)},
        "18: the partial tile of another size": {last: None, "tile/0/001.p/43": files[last][:-32]},
        "32: a full tile missing": {first: None},
        "32: a partial tile missing": {last: None},
        "32: the next level missing": {above: None},
        "18: a checkpoint under another size": {"checkpoints/9": record.note(8)},
        "18: a checkpoint named with a zero": {"checkpoints/09": record.note(9)},
        "18: a checkpoint held that is none": {"checkpoints/9": b"nine"},
        "24: a checkpoint held that is larger": {"checkpoint": record.note(299)},
        "12: the checkpoint is false": {"checkpoint": record.note().replace(b"\n300\n", b"\n299\n")},
        "27: a checkpoint of size 0": {"checkpoint": record.note(0)},
    }


@over_verifiers
@pytest.mark.parametrize("name", spoilings(record_of_300()))
def test_a_spoiled_export_is_refused(tmp_path: Path, verifier: Verifier, record: Record, name: str) -> None:
    files = exported(record, [8, 300]) | spoilings(record)[name]
    folder = write(tmp_path, {path: data for path, data in files.items() if data is not None})
    with pytest.raises(No) as refusal:
        verifier.export(folder=folder, trust=bare(record), receipts=[], old=[], now=NOW)
    assert refusal.value.exit == 1


@over_verifiers
def test_what_belongs_to_another_log_is_refused(tmp_path: Path, verifier: Verifier, record: Record) -> None:
    folder = write(tmp_path, exported(record))
    changed, text = some_record(), tree_text(record.origin, 8, invented("root"))
    fork = f"{text}\n{record.signer.sign(text)}".encode()
    theirs = tree_text(OTHER_LOG.name, 8, root_of(record.leaves[:8]))
    elsewhere = f"{theirs}\n{OTHER_LOG.sign(theirs)}".encode()
    both = f"log {record.signer.vkey}\nlog {OTHER_LOG.vkey}\nquorum none\n".encode()
    for receipts, old in [([changed.receipt(2)], []), ([], [fork]), ([], [changed.note()]), ([], [elsewhere])]:
        with pytest.raises(No) as refusal:
            verifier.export(folder=folder, trust=both, receipts=receipts, old=old, now=NOW)
        assert refusal.value.exit == 1


@over_verifiers
def test_an_older_export_says_that_it_is_older(tmp_path: Path, verifier: Verifier, record: Record) -> None:
    shorter = Record(entries=record.entries[:200])
    folder = write(tmp_path, exported(shorter))
    for receipts, old in [([record.receipt(7)], []), ([], [record.note(201)])]:
        with pytest.raises(No, match="export is older"):
            verifier.export(folder=folder, trust=bare(record), receipts=receipts, old=old, now=NOW)


@over_verifiers
@pytest.mark.parametrize("missing", ["checkpoint", "policy"])
def test_a_folder_that_is_no_export_is_bad_input(
    tmp_path: Path, verifier: Verifier, record: Record, missing: str
) -> None:
    files = exported(record)
    del files[missing]
    with pytest.raises(No) as refusal:
        verifier.export(folder=write(tmp_path, files), trust=None, receipts=[], old=[], now=NOW)
    assert refusal.value.exit == 2
