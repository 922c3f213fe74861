"""An export directory: its tiles are the tree of its checkpoint, and every older checkpoint is a beginning of it."""

from collections.abc import Sequence
from pathlib import Path

from .note import Checkpoint, read_checkpoint, unmet
from .proof import Invalid, Refused, need, node_hash, number, sha
from .receipt import Verdict, clock, read_receipt, say_origin, verify_receipt
from .trust import Policy, read_policy

WIDTH = 256  # C2SP tlog-tiles: hashes in a full tile


def verify_export(
    folder: Path, *, policy: Policy | None = None, receipts: Sequence[bytes] = (), old: Sequence[bytes] = (), now: int
) -> Verdict:
    """Verify an export (rules 18 and 32) and that receipts and older checkpoints belong to it (rule 24)."""
    verdict = Verdict()
    if policy is None:
        policy = read_policy(read(folder / "policy"))
        verdict.notes.append("No trust file was given: the export was verified by the keys that it brings itself.")
    checkpoint = read_checkpoint(read(folder / "checkpoint"), policy)
    need(checkpoint.size > 0, "A checkpoint of size 0 is never issued (rule 27).")
    need(
        not (folder / "tile" / "entries").exists(),
        "The export holds tile/entries, which are never published (rule 18).",
    )
    leaves, used = read_tiles(folder / "tile", checkpoint)
    need(root_of(leaves) == checkpoint.root, "The tiles do not have the root of the checkpoint.")
    held = [check_held(path, leaves, policy) for path in sorted((folder / "checkpoints").glob("*"))]
    for note in old:
        check_beginning(read_checkpoint(note, policy), checkpoint, leaves)
    for data in receipts:
        verify_receipt(data, policy, now=now)
        check_beginning(read_checkpoint(read_receipt(data).note, policy), checkpoint, leaves)
    spare = sum(path.is_file() and path not in used for path in (folder / "tile").rglob("*"))
    if spare:
        verdict.notes.append(f"{spare} files under tile are of no use to a tree of this size, and were not read.")
    say_export(verdict, checkpoint, policy, {"held": len(held), "old": len(old), "receipts": len(receipts)})
    return verdict


def read(path: Path) -> bytes:
    """Read a file of the export."""
    try:
        return path.read_bytes()
    except OSError as reason:
        raise Refused(f"{path} cannot be read: {reason.strerror}.") from None


def read_tiles(folder: Path, checkpoint: Checkpoint) -> tuple[list[bytes], set[Path]]:
    """Read the tiles of every level, compare each with the one below; return the leaf hashes and the files used."""
    leaves: list[bytes] = []
    below: list[bytes] = []
    used: set[Path] = set()
    level, count = 0, checkpoint.size
    while count:
        hashes: list[bytes] = []
        for tile in range(-(-count // WIDTH)):
            path = tile_path(folder, level, tile, min(WIDTH, count - tile * WIDTH))
            hashes += read_tile(path, min(WIDTH, count - tile * WIDTH))
            used.add(path)
        need(level == 0 or hashes == below, f"A tile of level {level} does not hold the hashes of the level below it.")
        leaves = leaves or hashes
        count //= WIDTH
        below = [root_of(hashes[i * WIDTH : (i + 1) * WIDTH]) for i in range(count)]
        level += 1
    return leaves, used


def tile_path(folder: Path, level: int, tile: int, width: int) -> Path:
    """Return the file of a tile: where a partial one is asked for, the full one if it is there (rule 18)."""
    whole = folder / str(level) / tile_name(tile)
    return whole if width == WIDTH or whole.is_file() else whole.with_name(f"{whole.name}.p") / str(width)


def read_tile(path: Path, width: int) -> list[bytes]:
    """Read `width` hashes of a tile; what a full tile holds beyond them is ignored (rule 18)."""
    try:
        data = path.read_bytes()
    except OSError:
        raise Invalid(f"The tile {path} is missing or cannot be read (rule 32).") from None
    length = 32 * (width if path.parent.name.endswith(".p") else WIDTH)
    need(len(data) == length, f"The tile {path} is {len(data)} bytes long instead of {length}.")
    return [data[i : i + 32] for i in range(0, width * 32, 32)]


def tile_name(tile: int) -> str:
    """Write a tile's number as its path, three digits a step (C2SP tlog-tiles): 1234067 is x001/x234/067."""
    digits = f"{tile:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    steps = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*(f"x{step}" for step in steps[:-1]), steps[-1]])


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes (RFC 6962 section 2.1), joining neighbours level by level."""
    level = list(hashes)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0] if level else sha()


def check_held(path: Path, leaves: list[bytes], policy: Policy) -> int:
    """Check one of `checkpoints/<size>`: verified, of the size in its name, and a beginning of the tree (rule 18)."""
    size = number(path.name, "The name of an older checkpoint")
    held = read_checkpoint(read(path), policy)
    need(held.size == size, f"checkpoints/{size} is the checkpoint of {held.size} entries (rule 18).")
    need(size <= len(leaves), f"checkpoints/{size} is larger than the checkpoint: the export is older (rule 24).")
    need(root_of(leaves[:size]) == held.root, f"checkpoints/{size} has another root than the first {size} entries.")
    return size


def check_beginning(old: Checkpoint, checkpoint: Checkpoint, leaves: list[bytes]) -> None:
    """Check that a checkpoint from elsewhere is a beginning of the exported log (rule 24)."""
    need(old.origin == checkpoint.origin, f"A checkpoint of {old.origin} does not belong to {checkpoint.origin}.")
    need(old.size <= len(leaves), f"The export is older: it holds {len(leaves)} entries, a checkpoint {old.size}.")
    need(root_of(leaves[: old.size]) == old.root, f"The log was changed: its first {old.size} entries were others.")


def say_export(verdict: Verdict, checkpoint: Checkpoint, policy: Policy, counts: dict[str, int]) -> None:
    """Say what the export proves, and refuse when the trust file asks for more witnesses (rule 6)."""
    say_origin(verdict, checkpoint.origin)
    tree = {"size": checkpoint.size, "root": checkpoint.root.hex()}
    verdict.facts |= {**tree, **counts, "witnesses": {name: clock(at) for name, at in sorted(checkpoint.seen.items())}}
    names = ", ".join(sorted(checkpoint.seen)) or "nobody: it is not yet witnessed"
    verdict.says += [
        f"The tiles are the tree of {checkpoint.size} entries that the log {checkpoint.origin} signed.",
        f"{sum(counts.values())} older checkpoints and receipts belong to it; nothing in them was changed since.",
        f"Cosigned by {names}.",
    ]
    verdict.no = unmet(checkpoint, policy)
