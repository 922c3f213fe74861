"""Drafts: what somebody has typed and not sent, kept on the server so that nothing stays in the browser.

A page puts `{% draft_notice "FORM" %}` above its form and `{% draft "FORM" %}` inside, and gives
`request.drafts.initial("FORM", FormClass)` to the form; the view calls `request.drafts.forget("FORM")` once the form is
sent. The hidden token in the page is signed for its author and this form. It can only write, so it is honoured also
when the session has ended: a form sent too late is kept, the person signs in, and the page shows what was typed.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core import signing
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .models import Draft
from .sealing import seal, unseal

KEEP = timedelta(days=7)  # issue 3, item 5
TOKEN_LIVES = 24 * 3_600  # seconds: how long an open page may still save
LARGEST = 256 * 2**10  # bytes, encoded: far above any form, far below a way to fill the disk
FIELD = "draft_token"
_SALT = "heed.web.drafts"
_NEVER = ("csrfmiddlewaretoken", FIELD, "draft_page", "request_key")


class Keeper:
    """One person's drafts; what a view finds as `request.drafts`. Anonymous people have none."""

    def __init__(self, user: AbstractBaseUser | AnonymousUser) -> None:
        self.author = user.pk if user.is_authenticated else None

    def token(self, form: str) -> str:
        """Return the signed word that lets a page save this person's draft of this form."""
        return signing.dumps([self.author, form], salt=_SALT) if self.author is not None else ""

    def load(self, form: str) -> QueryDict | None:
        """Return what was typed, as a form sends it; None when there is nothing, or nothing young enough."""
        row = self._row(form)
        if row is None:
            return None
        return QueryDict(json.loads(unseal(bytes(row.sealed), _purpose(row.author_id, form)))["typed"])

    def initial(self, form: str, of: type[Form]) -> dict[str, Any]:
        """Return the draft as initial values of a form class; empty when there is none."""
        typed = self.load(form)
        if typed is None:
            return {}
        return {name: field.widget.value_from_datadict(typed, {}, name) for name, field in of.base_fields.items()}

    def saved_at(self, form: str) -> datetime | None:
        """Return when the draft was last saved."""
        row = self._row(form)
        return row.saved_at if row else None

    def forget(self, form: str) -> None:
        """Delete the draft: it was sent, or its author does not want it."""
        Draft.objects.filter(author_id=self.author, form=form).delete()

    def _row(self, form: str) -> Draft | None:
        if self.author is None:
            return None
        young = timezone.now() - KEEP
        return Draft.objects.filter(author_id=self.author, form=form, saved_at__gte=young).first()


class Drafts:
    """Give each request its `drafts`, and keep a form that arrives after its author's session has ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.drafts = Keeper(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_rest: Any) -> HttpResponse | None:
        """Keep a late form and ask its author to sign in; leave everything else alone."""
        late = request.method == "POST" and not request.user.is_authenticated and getattr(view, "login_required", True)
        if not late or not keep_posted(request):
            return None
        where = urlencode({"next": request.path})
        return HttpResponseRedirect(f"{resolve_url('account_login')}?{where}")


def keep_posted(request: HttpRequest) -> bool:
    """Save a posted form as the draft of whoever its token names; False when it bears no token that holds."""
    named = _read_token(request.POST.get(FIELD, ""))
    if named is None:
        return False
    typed = request.POST.copy()
    for name in [name for name in typed if name in _NEVER or "password" in name]:
        del typed[name]
    text = typed.urlencode()
    if len(text) > LARGEST:
        return False
    author, form = named
    sealed = seal(json.dumps({"typed": text}).encode(), _purpose(author, form))
    Draft.objects.update_or_create(author_id=author, form=form, defaults={"sealed": sealed, "saved_at": timezone.now()})
    return True


def _read_token(token: str) -> tuple[int, str] | None:
    from django.contrib.auth import get_user_model

    try:
        author, form = signing.loads(token, salt=_SALT, max_age=TOKEN_LIVES)
    except signing.BadSignature:
        return None
    return (author, form) if get_user_model().objects.filter(pk=author, is_active=True).exists() else None


def _purpose(author: int, form: str) -> str:
    """Return the purpose under which a draft is sealed: a row moved to another author does not open."""
    return f"draft {author} {form}"


@csrf_exempt  # the signed token proves more than the cookie would, and outlives a new sign-in in another tab
@login_not_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save what the open page sends every few seconds, and say so in the page."""
    kept = keep_posted(request)
    status = 200 if kept else 422
    return render(request, "heed/draft_state.html", {"kept": kept, "now": timezone.now()}, status=status)


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Delete the draft that its author does not want, and show the empty page again."""
    named = _read_token(request.POST.get(FIELD, ""))
    if named and named[0] == request.user.pk:
        Keeper(request.user).forget(named[1])
    return HttpResponseRedirect(_local(request.POST.get("draft_page", "")))


def _local(path: str) -> str:
    from django.utils.http import url_has_allowed_host_and_scheme

    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else reverse("home")


def forget_old(now: datetime) -> int:
    """Delete the drafts that are seven days old; done by every tick."""
    return Draft.objects.filter(saved_at__lt=now - KEEP).delete()[0]
