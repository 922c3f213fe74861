"""Words sealed to keys that we do not hold: binary age v1 files (record_format.md, 'A part')."""

from collections.abc import Mapping, Sequence
from typing import Any

from heed.entry.canon import encode
from heed.lib.errors import HeedError


def seal_words(words: Mapping[str, Any], recipients: Sequence[str]) -> bytes:
    """Return the words as an age file that only the holders of these `age1…` keys can open."""
    import pyrage

    if not recipients:
        raise HeedError("Sealed words need at least one recipient.")
    try:
        keys = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
    except pyrage.RecipientError as error:
        raise HeedError(f"This is not an age recipient: {error}.") from None
    return bytes(pyrage.encrypt(encode(dict(words)), keys))
