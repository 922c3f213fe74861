"""The life of the log's keys: rotate, retire, revoke, export, import (record_format.md, 'Log, keys, witnesses')."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from heed.entry.canon import ProfileError, decode, encode
from heed.lib.errors import Answered, HeedError
from heed.lib.files import locked, write_atomic
from heed.log.note import VerifierKey
from heed.log.trust import write_trust

from . import checkpoints
from .entries import KeyAdded, KeyRetired
from .ledger import append, writing
from .model import By, Draft
from .place import Place, here
from .signing import BOTH_SIGN, Identity, LogKey, identity, key_path, make_signer


def rotate(*, by: By, place: Place | None = None) -> VerifierKey:
    """Add a new key; it and the old one both sign for 30 days, then `retire_due` retires the old one."""
    place = place or here()
    who = identity()
    signer = make_signer(place, who.origin)
    with writing() as head:
        append(head, Draft(kind=KeyAdded, subject=who.subject, facts={"key": str(signer.key)}), by=by)
    _write_logs(place)
    return signer.key


def retire_due(*, by: By, now: datetime) -> list[VerifierKey]:
    """Retire every key that a newer one has replaced for 30 days; called by tick."""
    retired = []
    active = [k for k in identity().keys if k.retired_size is None]
    for old in active[:-1]:
        if now >= active[-1].added_at + BOTH_SIGN:
            retire(by=by, key=old, reason="replaced 30 days ago")
            retired.append(old.key)
    return retired


def retire(*, by: By, key: LogKey, reason: str) -> None:
    """Retire a key at the size of the newest checkpoint it signed; it signs nothing larger."""
    with writing() as head:
        size = max([s for s in checkpoints.stored_sizes() if s <= head.size], default=0)
        facts = {"key": str(key.key), "size": size, "reason": reason}
        append(head, Draft(kind=KeyRetired, subject=identity().subject, facts=facts), by=by)


def revoke(*, by: By, key_id: str, reason: str, place: Place | None = None) -> VerifierKey:
    """Retire a lost or stolen key at once; a new key is added first, so that the log goes on.

    The trust file is reissued without the stolen key (byte-level rule 9); the witnesses must be told of the new one.
    """
    place = place or here()
    found = find(identity(), key_id)
    new = rotate(by=by, place=place)
    retire(by=by, key=found, reason=reason)
    _write_logs(place, drop=found.key)
    key_path(place, found.key).unlink(missing_ok=True)
    return new


def find(who: Identity, key_id: str) -> LogKey:
    """Return the active key with this id (8 hex digits)."""
    for key in who.keys:
        if key.key.id.hex() == key_id and key.retired_size is None:
            return key
    raise Answered(f"There is no active key {key_id}; `heed key show` lists them.")


def export(*, recipient: str, place: Place | None = None) -> bytes:
    """Return the private keys as an age file for a safe, readable by the holder of `recipient` alone."""
    import pyrage

    place = place or here()
    names = sorted(path.name for path in place.keys.iterdir() if path.is_file())
    content = encode({"names": names, "texts": [(place.keys / name).read_bytes().hex() for name in names]})
    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(recipient)]))


def import_keys(data: bytes, *, identity: str, place: Place | None = None) -> list[str]:
    """Put the keys of an export in place and return their names; an Answered, and nothing written, when one differs.

    HeedError when the identity does not open the file or the file is no export. Keys that stand there are left alone.
    """
    import pyrage

    place = place or here()
    try:
        content = decode(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity.strip())]))
        files = {name: bytes.fromhex(text) for name, text in zip(content["names"], content["texts"], strict=True)}
    except (pyrage.DecryptError, pyrage.IdentityError, ProfileError, KeyError, TypeError, ValueError) as error:
        raise HeedError(f"This is no export of keys that this identity opens: {error}") from None
    for name, held in files.items():
        path = place.keys / name
        if Path(name).name != name or name.startswith("."):
            raise HeedError(f"The export names a file {name[:60]!r}, which is no key's.")
        if path.exists() and path.read_bytes() != held:
            raise Answered(f"{path} holds another key; move it away first if the export is the right one.")
    place.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, held in sorted(files.items()):
        write_atomic(place.keys / name, held, mode=0o600)
    return sorted(files)


def _write_logs(place: Place, *, drop: VerifierKey | None = None) -> None:
    """State new keys in the trust file. A replaced key stays, for its receipts; a stolen one goes (rule 9)."""
    with locked(place.lock):
        trust = checkpoints.trust_of(place)
        logs = dict.fromkeys([*trust.logs, *identity().active])
        kept = tuple(key for key in logs if key != drop)
        write_atomic(place.trust, write_trust(replace(trust, logs=kept)).encode())
