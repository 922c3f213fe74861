"""Opening a record in an emergency, and reviewing that afterwards (docs/adr/restricted-records.md)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heed.lib.errors import Answered, HeedError
from heed.people import services as people
from heed.people.access import acting, by_of, has_role
from heed.people.entries import READING_ROLES
from heed.people.models import Child, Worker
from heed.people.project import searchable
from heed.people.restriction import selectors as restriction
from heed.people.restriction.models import Opened
from heed.record import reading
from heed.record.viewing import look

from . import forms
from .models import Concern

REVIEWERS = ("service_manager", "director")


@require_http_methods(["GET", "HEAD", "POST"])
def open_record(request: HttpRequest) -> HttpResponse:
    """Open a child or a concern in an emergency: said on the record first, shown then, reviewed afterwards."""
    worker = acting(request)
    if not has_role(worker, *READING_ROLES):
        raise Http404
    form = forms.EmergencyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        target = _target(form.cleaned_data)
        if target is not None:
            return _opened(worker, target, form.cleaned_data)
        look(actor=worker.key, subject=worker.key, page="emergency, nothing found")
        form.add_error(None, _("Nothing is recorded under that. That you asked is noted."))
    return render(request, "concern/emergency.html", {"form": form}, status=422 if form.errors else 200)


def _target(data: dict[str, Any]) -> dict[str, str] | None:
    """Return the concern or child that a form names, None where there is none or more than one."""
    if data["reference"] is not None:
        try:
            key = reading.entry(data["reference"]).key("concern")
        except Answered:
            return None
        return {"concern": key} if key and Concern.objects.filter(key=key).exists() else None
    full, born = searchable([data["name"]]), date.fromisoformat(data["born"]).isoformat()
    found = [c for c in Child.objects.filter(search__contains=full, born=born) if searchable([c.name]) == full]
    return {"child": found[0].key} if len(found) == 1 else None


def _opened(worker: Worker, target: dict[str, str], data: dict[str, Any]) -> HttpResponse:
    """Record the opening, once while it lasts, and lead to what was opened."""
    held = restriction.opened_by(worker.key, timezone.now())
    if not {*target.values()} & (held.children | held.concerns):
        people.break_glass(by=by_of(worker), reason_code=data["reason_code"], reason=data["words"], **target)
    page, key = next(iter(target.items()))
    return redirect(page, key=key)


def reviewable(worker: Worker) -> QuerySet[Opened]:
    """Return the emergency openings that wait for this person's review: others' of her agency, if she manages it."""
    if not has_role(worker, *REVIEWERS):
        return Opened.objects.none()
    return Opened.objects.filter(agency=worker.agency, reviewed_n=None).exclude(worker=worker.key)


@require_safe
def to_review(request: HttpRequest) -> HttpResponse:
    """List the emergency openings of this person's agency that nobody has reviewed."""
    worker = acting(request)
    if not has_role(worker, *REVIEWERS):
        raise Http404
    rows = restriction.to_review(worker.agency)
    names = dict(Worker.objects.filter(key__in=[row.worker for row in rows]).values_list("key", "name"))
    listed = [(row, names.get(row.worker, "")) for row in rows]
    return render(request, "concern/emergencies.html", {"rows": listed})


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, access: str) -> HttpResponse:
    """Say of an emergency opening whether it was right; never by the one who opened."""
    worker = acting(request)
    row = reviewable(worker).filter(key=access).first()
    if row is None:
        raise Http404
    opening = reading.entry(row.n)
    form = forms.ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            people.review_access(by=by_of(worker), opening=opening, finding=data["finding"], reason=data["words"])
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your review is on the record."))
            return redirect("emergency_reviews")
    who = Worker.objects.filter(key=row.worker).values_list("name", flat=True).first()
    context = {"form": form, "row": row, "opening": opening, "who": who}
    return render(request, "concern/emergency_review.html", context, status=422 if form.errors else 200)
