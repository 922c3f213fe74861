"""Forms without a cookie: a form of another site is refused by what the browser itself says of its origin."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

# Bytes: above any form of ours (20,000 characters, each at most 12 bytes as sent), far below a way to fill the disk.
LARGEST = 320 * 2**10

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Let a page be used by everybody: no sign-in, no cookie, and no form that another site or a flood sends."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not is_ours(request):
            return render(request, "door/refused.html", status=403)
        if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return render(request, "door/too_large.html", status=413)
        return view(request, *args, **kwargs)

    made: View = login_not_required(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(guarded)))
    return made


def is_ours(request: HttpRequest) -> bool:
    """Say whether a form comes from a page of this site, or from a browser too old to say.

    Nobody signs in here, so a forged form could only report what its maker could report himself; this keeps other sites
    from doing it through their visitors.
    """
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
