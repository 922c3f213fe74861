"""Pages for what went wrong, in a calm tone: what happened, that nothing typed was recorded, what to do."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from .drafts import keep_posted


@login_not_required
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer 400."""
    return render(request, "400.html", status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer 403, as 404 does: who may not read is not told what there is."""
    return render(request, "403.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer 404."""
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without touching the database, which may be what failed."""
    return HttpResponse(get_template("500.html").render({}), status=500)


@login_not_required
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose page was too old or not ours; a draft keeps what was typed."""
    return render(request, "403_csrf.html", {"kept": keep_posted(request)}, status=403)
