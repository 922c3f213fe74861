"""How accounts behave: nobody signs up, lockout by address and IP together, providers only for known people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator's enrolment link and in no other way."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse signing up."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures for an e-mail address from one IP address.

        allauth counts by the address alone, so anybody anywhere could lock a named worker out on the night it matters.
        Guessing from many IP addresses stays slow by the limit per IP, Argon2 and the second factor.
        """
        ip = self.get_client_ip(request)
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{ip}"


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors, as allauth keeps them, with their secrets encrypted at rest."""

    def encrypt(self, text: str) -> str:
        """Encrypt a TOTP secret or the seed of recovery codes."""
        from .sealing import seal

        return seal(text.encode(), "second-factor").decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what `encrypt` made."""
        from .sealing import unseal

        return unseal(encrypted_text.encode(), "second-factor").decode()


class Providers(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An agency's own sign-in, for people whose account an administrator has made."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Refuse a person whom the provider knows and we do not."""
        return False


def visible_name(user: AbstractBaseUser) -> str:
    """Return how the header calls a person."""
    full: str = getattr(user, "get_full_name", lambda: "")()
    return full or user.get_username()
