"""Pages of the journey slice. A page that somebody may not see does not exist for her."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from heed.people.access import acting
from heed.people.lists import listing
from heed.people.models import Agency, Child, Worker
from heed.policy.files import load_packs
from heed.policy.testable import listed as listed_clauses
from heed.record import reading
from heed.record.viewing import look
from heed.returns.gaps import gap_report

from . import forms, judging, selectors
from .access import Seen, seen_by
from .chronology import chronology
from .cohort import ORDERS, caseload, cohort
from .files import FINDINGS, REFUSED, listed, whole
from .models import Agreement, Episode, Import
from .spans import STATUSES

# What the page of duties judges: national clauses, and a named example of local norms for visits.
PACKS = ("england-statutory", "local-example")
# A record beyond this is judged by the command: a page must answer in seconds.
LARGEST = 60_000
SHOWN = 100


def _seen(request: HttpRequest) -> Seen:
    return seen_by(acting(request).key)


def _children(request: HttpRequest) -> Seen:
    seen = _seen(request)
    if not seen.sees_children:
        raise Http404
    return seen


def _day(form: Any, name: str = "as_of") -> str:
    """Return the day that a filter names, today where it names none."""
    chosen = form.cleaned_data.get(name) if form.is_valid() else None
    return (chosen or timezone.localdate()).isoformat()


@require_safe
def children(request: HttpRequest) -> HttpResponse:
    """List the children of imports who had a status on a day."""
    seen = _children(request)
    form = forms.CohortForm(request.GET, initial={"as_of": timezone.localdate()})
    day = _day(form)
    rows = cohort(seen, day)
    chosen = form.cleaned_data if form.is_valid() else {}
    if chosen.get("status"):
        rows = rows.filter(rank=STATUSES.index(chosen["status"]) + 1)
    if chosen.get("team"):
        rows = rows.filter(team__icontains=chosen["team"])
    if chosen.get("standard"):
        rows = rows.filter(standard=chosen["standard"])
    page = listing(rows, request.GET, orders=ORDERS, default="name", filters=form)
    context = {"listing": page, "day": day, "entry": reading.size() - 1, "statuses": STATUSES}
    return render(request, "journey/children.html", context)


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """Show how many children each team held in each status on a day."""
    seen = _children(request)
    form = forms.CohortForm(request.GET, initial={"as_of": timezone.localdate()})
    day = _day(form)
    context = {"form": form, "day": day, "rows": caseload(seen, day), "entry": reading.size() - 1}
    return render(request, "journey/caseload.html", context | {"statuses": STATUSES})


@require_safe
def child_chronology(request: HttpRequest, key: str) -> HttpResponse:
    """Show a child's chronology, with both clocks."""
    worker = acting(request)
    known = seen_by(worker.key).children().filter(key=key).first()
    row = Child.objects.filter(key=key).first()
    if known is None or row is None:
        raise Http404
    look(actor=worker.key, subject=key, page="chronology")
    form = forms.ChronologyForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    as_of = chosen["as_of"].isoformat() if chosen.get("as_of") else ""
    until = chosen.get("known_at")
    known_at = _end_of(until) if until else None
    moments = chronology(key, as_of=as_of, known_at=known_at)
    context = {
        "child": row,
        "known": known,
        "council": Agency.objects.filter(key=known.agency).first(),
        "form": form,
        "moments": moments,
        "now": timezone.now(),
        "entry": reading.size() - 1,
    }
    return render(request, "journey/chronology.html", context)


def _end_of(day: Any) -> datetime:
    """Return the last moment of a local day."""
    local = datetime.combine(day, time(0), tzinfo=timezone.get_current_timezone()) + timedelta(days=1)
    return local.astimezone(UTC) - timedelta(microseconds=1)


def _imports(request: HttpRequest) -> Seen:
    seen = _seen(request)
    if not seen.agencies:
        raise Http404
    return seen


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports, each with its state."""
    seen = _imports(request)
    orders = {"opened": "opened_n", "standard": "standard"}
    page = listing(seen.imports(), request.GET, orders=orders, default="-opened")
    who = dict(Worker.objects.filter(key__in={row.by for row in page.rows}).values_list("key", "name"))
    agencies = dict(Agency.objects.values_list("key", "name"))
    for row in page.rows:
        row.who, row.whose = who.get(row.by, ""), agencies.get(row.agency, "")
    return render(request, "journey/imports.html", {"listing": page})


def _import(request: HttpRequest, key: str) -> Import:
    row = _imports(request).imports().filter(key=key).first()
    if row is None:
        raise Http404
    return row


@require_safe
def one_import(request: HttpRequest, key: str) -> HttpResponse:
    """Show one import: what came of it, what was not taken, what should be looked at, which days it covers."""
    row = _import(request, key)
    look(actor=acting(request).key, subject=key, page="import")
    refused, findings = listed(row.findings_files, REFUSED), listed(row.findings_files, FINDINGS)
    findings.sort(key=lambda one: one["what"])
    covered = sorted({(one["from"], one["to"]) for one in row.coverage})
    context = {
        "import": row,
        "agreement": Agreement.objects.filter(key=row.agreement).first(),
        "who": Worker.objects.filter(key=row.by).first(),
        "council": Agency.objects.filter(key=row.agency).first(),
        "written": Episode.objects.filter(import_key=key).count() if row.closed_n is None else None,
        "files": list(zip(row.names, row.files, strict=False)),
        "refused": refused[:SHOWN],
        "findings": findings[:SHOWN],
        "more": max(0, len(refused) - SHOWN) + max(0, len(findings) - SHOWN),
        "covered": covered,
    }
    return render(request, "journey/import.html", context)


@require_safe
def download(request: HttpRequest, key: str, what: str) -> HttpResponse:
    """Give the rows that were not taken, as files to correct; or the lists of what to look at."""
    row = _import(request, key)
    digests = {"rejects": row.rejects_files, "findings": row.findings_files}.get(what)
    if not digests:
        raise Http404
    look(actor=acting(request).key, subject=key, page=what)
    response = HttpResponse(whole(digests), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="import-{row.opened_n}-{what}.zip"'
    return response


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Say what the standards cannot say, and which clauses are therefore not testable on what came with them."""
    worker = acting(request)
    form = forms.GapForm(request.GET or None)
    chosen = form.cleaned_data["standard"] if form.is_bound and form.is_valid() else []
    standards = chosen or selectors.standards_of(worker.agency) or ["ssd"]
    report = gap_report(*standards)
    sentences: dict[str, list[dict[str, Any]]] = {}
    for clause in listed_clauses(load_packs(PACKS)):
        for measure in clause["measures"]:
            sentences.setdefault(measure, []).append(clause)
    rows = [(one, sentences.get(one.duty, [])) for one in report.duties]
    context = {
        "form": forms.GapForm(initial={"standard": standards}),
        "report": report,
        "rows": rows,
        "standards": [forms.STANDARD_WORDS[name] for name in standards],
        "testable": len(report.testable("yes")),
        "today_only": len(report.testable("today only")),
        "untestable": len(report.testable("no")),
    }
    return render(request, "journey/gaps.html", context)


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """Show what became of the clauses over the record, imported history included, as counts."""
    if not _seen(request).may_count:
        raise Http404
    form = forms.DutiesForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last = max((row["to"] for row in selectors.coverage_rows()), default="")
    as_of = chosen["as_of"].isoformat() if chosen.get("as_of") else last or timezone.localdate().isoformat()
    known_at = (chosen.get("known_at") or timezone.localdate()).isoformat()
    size = reading.size()
    context: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "entry": size - 1, "packs": PACKS}
    if size > LARGEST:
        context["too_large"] = True
    else:
        context |= _judged(as_of, known_at, size)
    context["heads"] = [forms.PART_WORDS[name] for name in judging.SHOWN]
    context["columns"] = len(judging.SHOWN) + 1
    context["form"] = forms.DutiesForm(initial={"as_of": as_of, "known_at": known_at})
    return render(request, "journey/duties.html", context)


def _judged(as_of: str, known_at: str, size: int) -> dict[str, Any]:
    """Return the lines for a day, kept until the record grows."""
    name = f"journey-duties-{size}-{as_of}-{known_at}"
    kept: dict[str, Any] | None = cache.get(name)
    if kept is None:
        packs = load_packs(PACKS)
        found = judging.over_record(packs, as_of, known_at)
        kept = {"lines": judging.lines_of(found, packs), "partial": len(found["partial"])}
        cache.set(name, kept, 86_400)
    return kept
