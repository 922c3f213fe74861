"""The code with which a reporter comes back: 100 bits in four groups that a person can read out and type."""

import hashlib
import hmac

# Crockford's base 32: no I, L, O or U, so that nothing is mistaken for 1 or 0 and no word comes about.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 20, 5  # 20 signs of 5 bits are 100 bits: a digest of them cannot be turned back by trying
_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})
_MADE, _KEPT = b"heed door code ", b"heed door digest "


def make_code(request: str, secret: str) -> str:
    """Return the code of a form's request: the same for the same form, so that sending it twice shows one code."""
    number = int.from_bytes(hmac.digest(secret.encode(), _MADE + request.encode(), "sha256"), "big")
    signs = "".join(ALPHABET[(number >> 5 * at) & 31] for at in range(LENGTH))
    return "-".join(signs[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def plain(typed: str) -> str:
    """Return a typed code without its dashes and in capitals, I, L and O mended; empty when it cannot be a code."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_LIKE)
    return signs if len(signs) == LENGTH and set(signs) <= set(ALPHABET) else ""


def digest_of(code: str) -> str:
    """Return what is kept of a code."""
    return hashlib.sha256(_KEPT + plain(code).encode()).hexdigest()
