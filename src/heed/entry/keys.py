"""Keys: 32 lower-case hex digits from the system's random source, never ordered by time."""

import secrets


def new_key() -> str:
    """Return a fresh key for a subject, an actor, an agency or a request."""
    return secrets.token_hex(16)
