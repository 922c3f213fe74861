"""One page for most acts about people: a form, a service, and back; a refused form keeps what was typed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heed.lib.errors import HeedError


@dataclass(frozen=True)
class Page:
    """What such a page shows: its title, a hint, its button, and where one goes back to."""

    title: Any
    back: str
    hint: Any = ""
    button: Any = ""
    facts: tuple[tuple[Any, Any], ...] = ()


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also when it is nothing at all; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def act(
    request: HttpRequest, page: Page, form: Form, do: Callable[[dict[str, Any]], Any], *, done: Any = "", to: str = ""
) -> HttpResponse:
    """Show the page; do it once its form is right, say so and go on `to`, or back."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done or _("It is on the record."))
            return redirect(to or page.back)
    return render(request, "people/act.html", {"page": page, "form": form}, status=422 if form.errors else 200)
