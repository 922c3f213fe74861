"""Enrolment: a one-time link, good for 24 hours, with which a person sets their password and second factor.

The token is bound to the account's password and last sign-in, so using it once ends it, and so does signing in. The
first request moves it from the address into the session, so that it stands in no history, log or referrer.
"""

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from heed.people.enrolment import make_enrolment_link, tokens

_SESSION = "enrolment"
_MOVED = "start"


def forget_second_factor(user: AbstractBaseUser) -> None:
    """Delete authenticator app, passkeys and recovery codes: an administrator's act for who has lost them all."""
    Authenticator.objects.filter(user_id=user.pk).delete()


@login_not_required
@never_cache
@sensitive_post_parameters("new_password1", "new_password2")
def enrol(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Set the password behind a link that holds; then sign in, and on to the second factor."""
    if token != _MOVED:
        request.session[_SESSION] = token
        return HttpResponseRedirect(reverse("enrol", args=[key, _MOVED]))
    user = _person(key)
    if user is None or not tokens.check_token(user, request.session.get(_SESSION, "")):
        return render(request, "heed/enrol_refused.html", status=410)
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _enrolled(request, form)
    return render(request, "heed/enrol.html", {"form": form, "enrolled": user})


def _person(key: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(key))
    except (ValueError, UnicodeDecodeError):
        return None
    found: User | None = get_user_model().objects.filter(pk=pk, is_active=True).first()
    return found


def _enrolled(request: HttpRequest, form: "SetPasswordForm[User]") -> HttpResponse:
    """Save the password and sign in; an account that has a second factor is asked for it, as at any sign-in."""
    user = form.save()
    request.session.pop(_SESSION, None)
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=reverse("choose_second_factor")
    )
    if request.user.is_authenticated:
        reauthenticate_by_password(request)  # it was typed just now: do not ask for it again at once
    return response


def choose_second_factor(request: HttpRequest) -> HttpResponse:
    """Offer the two kinds of second factor to a person who has none yet."""
    from .second_factor import has_second_factor

    if has_second_factor(request.user):  # type: ignore[arg-type]
        return redirect("home")
    return render(request, "heed/choose_second_factor.html")


__all__ = ["enrol", "forget_second_factor", "make_enrolment_link"]
