"""The Content-Security-Policy header, from the setting that Django 6 also reads; goes when we move to 6.2."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class CSP:
    """Source words, named as `django.utils.csp.CSP` names them."""

    SELF = "'self'"
    NONE = "'none'"


class ContentSecurityPolicy:
    """Set the policy, and what else a browser may use, on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items())
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        # Pages about children must not be in a shared machine's cache or behind its back button after signing out.
        if "/static/" not in request.path:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
