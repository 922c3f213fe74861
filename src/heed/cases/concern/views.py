"""Pages of the concern slice. A page that somebody may not see does not exist for her."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from heed.duties import selectors as duties
from heed.duties.leads import led
from heed.entry.keys import new_key
from heed.lib.errors import HeedError
from heed.people.access import acting, by_of, has_role
from heed.people.entries import READING_ROLES
from heed.people.models import Agency, Worker
from heed.people.selectors import team_name
from heed.record import checkpoints
from heed.record.model import By
from heed.record.reading import is_recorded
from heed.record.viewing import look

from . import acts, forms, selectors, services
from .entries import PROFESSIONS
from .models import Concern, Objection


def found(request: HttpRequest, key: str) -> tuple[Concern, selectors.Seen, By]:
    """Return a concern that this person may see, and note on the viewing log that she looked; 404 otherwise."""
    worker = acting(request)
    seen = selectors.seen_by(worker.key, timezone.now())
    row = selectors.concern(key, seen)
    if row is None:
        raise Http404
    look(actor=worker.key, subject=key, page=request.path.rsplit("/", 1)[-1])
    return row, seen, by_of(worker)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a concern: search for the child first, or report about one whose name is not known."""
    worker = acting(request)
    drafts = request.drafts  # type: ignore[attr-defined]
    initial = {"request": new_key(), **_as_last_time(worker), **_draft(drafts)}
    if request.GET.get("child"):
        initial["child"] = request.GET["child"]
    form = forms.ReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.raise_concern(
                report=form.report(team=form.cleaned_data["team"]),
                by=by_of(worker),
                request=form.cleaned_data["request"],
            )
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.forget("report")
            return redirect("concern_receipt", key=entry.subject)
    context = {"form": form, "agencies": Agency.objects.order_by("name"), **search(request, worker)}
    return render(request, "concern/report.html", context, status=422 if form.errors else 200)


def _as_last_time(worker: Worker) -> dict[str, str]:
    """Return the team that this reporter chose last, and who she said she is; nothing for her first report."""
    last = selectors.last_reported(worker.key)
    if last is None:
        return {}
    return {"team": last.team, **({"source": last.source} if last.source in PROFESSIONS else {})}


def _draft(drafts: Any) -> dict[str, Any]:
    """Return the draft's values; one whose report was sent already (saved as it was being sent) is forgotten."""
    initial: dict[str, Any] = drafts.initial("report", forms.ReportForm)
    if initial.get("request") and is_recorded(initial["request"]):
        drafts.forget("report")
        return {}
    return initial


def search(request: HttpRequest, worker: Worker) -> dict[str, Any]:
    """Return what a search-first choice of a child shows: the name sought, who was found, who was chosen."""
    name = request.GET.get("name", "").strip()
    found = selectors.named(name, worker.key)[:10] if len(name) > 2 else []
    key = request.POST.get("child") or request.POST.get("right") or request.GET.get("child") or ""
    return {
        "name": name,
        "found": found,
        "chosen": selectors.choosable(worker.key).filter(key=key).first() if key else None,
    }


@require_safe
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """Show the receipt that its reporter keeps; `?download` gives the file."""
    row, _seen, by = found(request, key)
    if row.reporter != by.actor:
        raise Http404
    made = checkpoints.witnessed_receipt(row.raised_n)
    if "download" in request.GET:
        response = HttpResponse(made.text(), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="concern-{row.raised_n}.tlog-proof"'
        return response
    now = timezone.now()
    owed = led(duties.owed(duties.open_duties().filter(key=key), now), acting(request), now)
    context = {"concern": row, "receipt": made.text(), "owed": owed, "now": now, "team": team_name(row.team)}
    return render(request, "concern/receipt.html", context)


@require_safe
def concerns(request: HttpRequest) -> HttpResponse:
    """List the concerns that this person may see."""
    worker = acting(request)
    seen = selectors.seen_by(worker.key, timezone.now())
    rows = selectors.concerns(seen)
    state = request.GET.get("state", "")
    if state == "open":
        rows = rows.filter(decided_n=None, withdrawn_n=None)
    if state == "mine":
        rows = rows.filter(reporter=worker.key)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    listed = [(row, selectors.words_for(row, seen)) for row in page.object_list]
    may_open = has_role(worker, *READING_ROLES)
    context = {"page": page, "listed": listed, "state": state, "worker": worker, "may_open": may_open}
    return render(request, "concern/list.html", context)


@require_safe
def concern(request: HttpRequest, key: str) -> HttpResponse:
    """Show a concern: what is owed, what happened, in the order recorded, with both clocks."""
    row, seen, by = found(request, key)
    works = seen.works_on(row)
    now = timezone.now()
    context = {
        "concern": row,
        "works": works,
        "is_reporter": row.reporter == by.actor,
        "children": selectors.children_of(key) if works else [],
        "owed": led(duties.owed(duties.open_duties().filter(key=key), now), acting(request), now),
        "events": selectors.timeline(row, seen),
        "restrictions": selectors.restrictions(row) if works else [],
        "is_opened": key in seen.opened.concerns,
        "team": team_name(row.team),
        "objections": Objection.objects.filter(concern=key),
        "what": selectors.words_for(row, seen),
        "version": selectors.version_for(row, seen),
        "actions": acts.offered(row, works, by),
        "now": now,
    }
    return render(request, "concern/concern.html", context)


@require_safe
def child(request: HttpRequest, key: str) -> HttpResponse:
    """Show a child whose concern is addressed to this person: each concern, with what is owed."""
    worker = acting(request)
    seen = selectors.seen_by(worker.key, timezone.now())
    row = selectors.children(seen).filter(key=key).first()
    if row is None:
        raise Http404
    look(actor=worker.key, subject=key, page="child")
    rows = selectors.concerns_of_child(key, seen)
    now = timezone.now()
    owed = led(duties.owed(duties.open_duties().filter(key__in=[r.key for r in rows]), now), worker, now)
    listed = [(r, selectors.words_for(r, seen)) for r in rows]
    return render(request, "concern/child.html", {"child": row, "concerns": listed, "owed": owed, "now": now})
