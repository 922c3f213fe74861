"""Keys: 32 lower-case hex digits from the system's random source, never ordered by time."""

import os


def new_key() -> str:
    """Return a fresh key for a subject, an actor, an agency or a request."""
    return os.urandom(16).hex()
