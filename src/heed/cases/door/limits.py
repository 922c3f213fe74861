"""How often something may be asked from one address, counted under a keyed digest of it that changes daily."""

import hmac
import time
from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

# Schools, homes and telephone networks send many people from one address: these slow a program, not a person.
REPORTS, REPORTS_SECONDS = 60, 3_600
WRONG_CODES, WRONG_SECONDS = 10, 300


def count(request: HttpRequest, what: str, *, seconds: int) -> int:
    """Count one more of something from this request's address; return how many there were within `seconds`."""
    key = _key(request, what)
    made, ends = cache.get(key) or (0, time.time() + seconds)
    cache.set(key, (made + 1, ends), max(1, round(ends - time.time())))
    return int(made) + 1


def counted(request: HttpRequest, what: str) -> int:
    """Return how many there were, without counting."""
    made, _ = cache.get(_key(request, what)) or (0, 0)
    return int(made)


def _key(request: HttpRequest, what: str) -> str:
    address = get_adapter().get_client_ip(request)
    day = datetime.now(UTC).date().isoformat()
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"{day} {address}".encode(), "sha256").hex()[:32]
    return f"door:{what}:{digest}"
