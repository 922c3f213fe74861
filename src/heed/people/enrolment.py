"""One-time links with which a person sets password and second factor; their page is `heed.web.enrol`."""

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import urlsafe_base64_encode


class _Tokens(PasswordResetTokenGenerator):
    """Django's one-time tokens, good for settings.PASSWORD_RESET_TIMEOUT, with a salt of our own."""

    key_salt = "heed.web.enrol"


tokens = _Tokens()


def make_enrolment_link(user: User, *, base: str = "") -> str:
    """Return a one-time link for a new account, or for one whose password is forgotten; `base` is the site's origin."""
    key = urlsafe_base64_encode(str(user.pk).encode())
    return base.rstrip("/") + reverse("enrol", args=[key, tokens.make_token(user)])
