"""Addresses; slices add theirs in SLICES. Of allauth's own only some: nobody signs up or resets by e-mail."""

from allauth.account import views as account
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from . import drafts, enrol, integrity, pages, published

SLICES: list[URLPattern | URLResolver] = [
    path("", include("heed.cases.concern.urls")),
    path("", include("heed.cases.door.urls")),
    path("", include("heed.duties.urls")),
    path("", include("heed.duties.telling.urls")),
    path("account/", include("heed.people.post.urls")),
    path("", include("heed.people.urls")),
    path("", include("heed.scrutiny.counting.urls")),
    path("", include("heed.cases.journey.urls")),
]
if settings.DEMO:
    SLICES.append(path("demo/", include("heed.web.demo")))
    SLICES.append(path("demo/mail/", include("heed.web.demo_mail")))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("partnership", pages.partnership, name="partnership"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("privacy", pages.privacy, name="privacy"),
    path("health", pages.health, name="health"),
    path("integrity/", integrity.integrity, name="integrity"),
    path("integrity/verify", integrity.verify_now, name="verify_now"),
    path("integrity/verify/progress", integrity.verify_progress, name="verify_progress"),
    path("receipt", integrity.receipt, name="receipt"),
    path("published/", published.published, name="published"),
    path("published/style.css", published.style, name="published_style"),
    path("published/<str:place>/", published.report, name="published_report"),
    path("published/<str:place>.<str:ending>", published.report_file, name="published_file"),
    path("drafts/save", drafts.save, name="save_draft"),
    path("drafts/discard", drafts.discard, name="discard_draft"),
    path("enrol/<str:key>/<str:token>", enrol.enrol, name="enrol"),
    path("account/", pages.account, name="account"),
    path("account/second-factor", enrol.choose_second_factor, name="choose_second_factor"),
    path("account/sign-in/", account.login, name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/signup/", account.signup, name="account_signup"),  # always closed; providers lead strangers here
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/factors/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/provider/", include("allauth.socialaccount.urls")),
    path("account/provider/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *SLICES,
]
handler400 = "heed.web.errors.bad_request"
handler403 = "heed.web.errors.forbidden"
handler404 = "heed.web.errors.not_found"
handler500 = "heed.web.errors.server_error"
