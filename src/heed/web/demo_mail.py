"""The demonstration's letters: every e-mail that would have been sent, from DATA/mail; in a synthetic record only."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from heed.people.post.folder import folder

from .context import is_synthetic
from .lists import PER_PAGE, Listing

_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Mail:
    """One letter as it would have left."""

    key: str
    at: datetime
    to: str
    subject: str
    text: str
    source: str


@login_not_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters, newest first."""
    if not is_synthetic():
        raise Http404
    mails = sorted((_read(file) for file in folder().glob("*.eml")), key=lambda mail: (mail.at, mail.key), reverse=True)
    page = Paginator(mails, PER_PAGE).get_page(request.GET.get("page"))
    listing = Listing(list(page.object_list), page.paginator.count, page.number, page.paginator.num_pages, "")
    return render(request, "heed/demo_mail.html", {"listing": listing})


@login_not_required
@require_safe
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """Show one letter, as text and as it would have gone over the wire."""
    file = folder() / f"{key}.eml"
    if not is_synthetic() or not _KEY.fullmatch(key) or not file.exists():
        raise Http404
    return render(request, "heed/demo_letter.html", {"mail": _read(file)})


def _read(file: Path) -> Mail:
    source = file.read_bytes()
    message = email.message_from_bytes(source, policy=email.policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    at = message["Date"].datetime
    return Mail(file.stem, at, str(message["To"]), str(message["Subject"]), text, source.decode("utf-8", "replace"))


urlpatterns = [path("", letters, name="demo_mail"), path("<str:key>", letter, name="demo_letter")]
