"""What every page's frame needs: navigation, the synthetic banner, who is signed in."""

from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from heed.lib.errors import HeedError

from .access import agency_of
from .accounts import visible_name
from .navigation import items


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "is_synthetic": is_synthetic(),
        "navigation": items(request) if signed_in else [],
        "person": visible_name(user) if user is not None and signed_in else "",
        "agency": agency_of(user) if user is not None and signed_in else "",
    }


def is_synthetic() -> bool:
    """Say whether the record is synthetic; False where there is none or it cannot be read: the banner is no guard."""
    try:
        return _is_synthetic(str(settings.DATA))
    except (HeedError, DatabaseError):
        return False


@cache
def _is_synthetic(data: str) -> bool:
    """Read it once for each data folder: entry 0 never changes, and a failure is not remembered."""
    from heed.record.signing import identity

    return identity().is_synthetic
