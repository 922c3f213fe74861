"""Nobody who signs in works without a second factor: until one is set up, only the pages that set it up answer."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

# What a person without a second factor may open: setting one up, proving who they are, signing out.
_OPEN = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "choose_second_factor",
        "accessibility",
        "privacy",
        "health",
        "receipt",
    }
)


def has_second_factor(user: AbstractBaseUser) -> bool:
    """Say whether an authenticator app or a passkey guards this account; recovery codes alone do not."""
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


class SecondFactor:
    """Send a signed-in person without a second factor to the page that sets one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Answer before the view does."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if not request.user.is_authenticated or name in _OPEN or has_second_factor(request.user):
            return None
        return HttpResponseRedirect(reverse("choose_second_factor"))
