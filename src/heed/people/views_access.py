"""Emergency openings: those of an agency's people, and their review by a manager who did not open."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from heed.record.reading import entry as read_entry

from . import forms, selectors, services
from .access import acting, by_of
from .acting import Page, act, posted
from .entries import MANAGING_ROLES
from .models import Access, Worker

SHOWN = 200


def _reviewing(request: HttpRequest) -> Worker:
    """Return a manager; 404 for everybody else."""
    worker = acting(request)
    if not selectors.roles_of(worker.key, worker.agency) & MANAGING_ROLES:
        raise Http404
    return worker


@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """List the emergency openings by people of one's agency, newest first, with what was found."""
    worker = _reviewing(request)
    rows = list(selectors.openings(worker.agency)[:SHOWN])
    names = selectors.names_of({row.worker for row in rows})
    reasons, findings = dict(forms.REASON_CODES), dict(forms.FINDINGS)
    shown = [
        {
            "row": row,
            "who": names.get(row.worker, ""),
            "why": reasons.get(row.reason_code, row.reason_code),
            "finding": findings.get(row.finding, ""),
            "is_hers": row.worker == worker.key,
        }
        for row in rows
    ]
    return render(request, "people/openings.html", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Say of an emergency opening whether it was right."""
    worker = _reviewing(request)
    row = Access.objects.filter(key=key, agency=worker.agency, reviewed_n=None).exclude(worker=worker.key).first()
    if row is None:
        raise Http404
    facts = (
        (_("Who"), selectors.names_of({row.worker}).get(row.worker, "")),
        (_("Why"), dict(forms.REASON_CODES).get(row.reason_code, row.reason_code)),
        (_("In their words"), row.reason),
        (_("Entry"), row.n),
    )
    page = Page(_("Review an emergency opening"), reverse("openings"), "", _("Put it on the record"), facts)
    form = forms.ReviewForm(posted(request))
    return act(
        request, page, form, lambda data: services.review_access(by=by_of(worker), opening=read_entry(row.n), **data)
    )
