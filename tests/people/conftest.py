"""The cast, each with an account, as the tests of letters have it."""

from telling.conftest import client_of, give_account, vendor, world

__all__ = ["client_of", "give_account", "vendor", "world"]
