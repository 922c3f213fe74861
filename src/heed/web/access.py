"""Who may open which page of this package; the grants of `people` will answer in this function's place."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

# What every signed-in person may do here: the record's integrity is nobody's secret, and proves nothing about a child.
_EVERYONE = frozenset({"integrity.read"})
# What needs an account that an administrator marked as staff, until `people` grants it: it costs the machine minutes.
_STAFF = frozenset({"integrity.verify"})


def may(user: AbstractBaseUser | AnonymousUser, what: str) -> bool:
    """Say whether `user` may do `what`, such as `integrity.verify`; False for a word that nobody defined."""
    if not user.is_authenticated:
        return False
    return what in _EVERYONE or (what in _STAFF and bool(getattr(user, "is_staff", False)))


def agency_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """Return the name of the agency that `user` works for, as the header shows it; empty until `people` knows it."""
    return ""
