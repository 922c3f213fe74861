"""The public pages: first page, the two forms, the code, coming back. No sign-in, no cookie, nothing in an address."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from heed.entry.keys import new_key
from heed.lib.errors import HeedError
from heed.record.viewing import look

from . import forms, limits, selectors, services
from .codes import make_code
from .models import Door
from .same_site import public

FORMS: dict[str, type[forms.AdultForm | forms.ChildForm]] = {"adult": forms.AdultForm, "child": forms.ChildForm}


@public
def doors(request: HttpRequest) -> HttpResponse:
    """Show who takes reports without an account here; 404 where nobody does."""
    found = selectors.open_doors()
    if not found:
        raise Http404
    return render(request, "door/doors.html", {"doors": found, "door": found[0] if len(found) == 1 else None})


@public
def tell(request: HttpRequest, key: str, who: str) -> HttpResponse:
    """Take a report; the answer to the form shows the code, once."""
    door = selectors.open_door(key)
    if door is None or who not in FORMS:
        raise Http404
    form = FORMS[who](request.POST if request.method == "POST" else None, initial={"request": new_key()})
    context = {"door": door, "who": who, "form": form}
    if request.method != "POST":
        return render(request, "door/tell.html", context)
    if limits.count(request, "report", seconds=limits.REPORTS_SECONDS) > limits.REPORTS:
        return render(request, "door/tell.html", {**context, "wait": True}, status=429)
    if not form.is_valid():
        return render(request, "door/tell.html", context, status=422)
    return _taken(request, door, who, form)


def _taken(request: HttpRequest, door: Door, who: str, form: Any) -> HttpResponse:
    asked = form.cleaned_data["request"]
    code = make_code(asked, settings.SECRET_KEY)
    try:
        services.report_at(door=door.key, report=form.report(), code=code, request=asked, contact=form.left())
    except HeedError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "door/tell.html", {"door": door, "who": who, "form": form}, status=422)
    danger = form.cleaned_data["danger"] == "yes"
    return render(request, "door/code.html", {"door": door, "who": who, "code": code, "danger": danger})


@public
def back(request: HttpRequest) -> HttpResponse:
    """Show what a code leads to; every code that leads nowhere gets one and the same answer."""
    form = forms.CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _asked(request, form, 200)
    if limits.counted(request, "code") >= limits.WRONG_CODES:
        return _asked(request, form, 429)
    if not form.is_valid():
        return _asked(request, form, 422)
    code = form.cleaned_data["code"]
    return _stands(request, code, form) or _wrong(request, form)


def _wrong(request: HttpRequest, form: Form) -> HttpResponse:
    limits.count(request, "code", seconds=limits.WRONG_SECONDS)
    form.add_error("code", _("We found nothing under this code. Look at it again: every sign counts."))
    return _asked(request, form, 422)


def _asked(request: HttpRequest, form: Form, status: int) -> HttpResponse:
    found = selectors.open_doors()
    context = {"form": form, "door": found[0] if found else None, "wait": status == 429}
    return render(request, "door/back.html", context, status=status)


def _stands(
    request: HttpRequest, code: str, asked: Form, *, add: forms.AddForm | None = None, added: bool = False
) -> HttpResponse | None:
    found = selectors.standing(code)
    if found is None:
        return None
    concern, standing = found
    look(actor=standing.door.key, subject=concern, page="by code")
    form = add or forms.AddForm(initial={"code": code, "request": new_key()})
    context = {"door": standing.door, "standing": standing, "form": form, "was_added": added}
    return render(request, "door/standing.html", context, status=422 if form.errors else 200)


@public
def add(request: HttpRequest) -> HttpResponse:
    """Take what somebody adds, then show again what the code shows."""
    asked = forms.CodeForm(request.POST)
    if request.method != "POST" or not asked.is_valid():
        return _asked(request, forms.CodeForm(), 200)
    if limits.counted(request, "code") >= limits.WRONG_CODES:
        return _asked(request, asked, 429)
    form, code = forms.AddForm(request.POST), asked.cleaned_data["code"]
    if not form.is_valid():
        return _stands(request, code, asked, add=form) or _wrong(request, asked)
    limited = limits.count(request, "report", seconds=limits.REPORTS_SECONDS) > limits.REPORTS
    if limited:
        return _asked(request, asked, 429)
    try:
        services.add_at(code=code, what=form.cleaned_data["words"], request=form.cleaned_data["request"])
    except services.Repeated:
        pass  # sent twice is added once
    except HeedError as refusal:
        form.add_error(None, str(refusal))
        return _stands(request, code, asked, add=form) or _wrong(request, asked)
    return _stands(request, code, asked, added=True) or _wrong(request, asked)
