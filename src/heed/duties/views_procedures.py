"""The law of the partnership: read it, propose a pack or a calendar, look at what it would change, decide."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heed.lib.errors import HeedError
from heed.people.access import acting, by_of, worker_of
from heed.people.models import Agency, Worker
from heed.people.selectors import names_of, roles_of
from heed.policy.files import shipped
from heed.policy.language import parse_pack
from heed.record import reading

from . import adopting, forms, procedures, ready
from .engine import adopted
from .judged import MOST
from .lawful import candidate
from .models import Proposal
from .rules import LAWGIVERS

# Who reads what is proposed, and how many duties it would change: lawgivers, and whoever oversees or inspects.
READERS = (*LAWGIVERS, "inspector", "service_manager", "records_officer")


def lawgiver(worker: Worker) -> bool:
    """Say whether a worker proposes and decides the law, for her agency."""
    return bool(set(LAWGIVERS) & roles_of(worker.key, worker.agency))


def _reads(worker: Worker) -> bool:
    return bool(set(READERS) & roles_of(worker.key))


@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """Show the packs in force, the calendar, what is proposed, and every text that ever was in force."""
    worker = acting(request)
    in_force, packs = procedures.in_force()
    history = procedures.history()
    by_name = {text.name: text for text in history if text.in_force}
    reads = _reads(worker)
    context = {
        "packs": [(pack, by_name[pack.name]) for pack in packs],
        "calendar": by_name.get("england-wales") if in_force.calendar else None,
        "history": history,
        "waiting": _named(Proposal.objects.filter(adopted_n=None, declined_n=None)) if reads else [],
        "decided": _named(Proposal.objects.exclude(declined_n=None)) if reads else [],
        "may_propose": lawgiver(worker),
        "reads": reads,
        "size": reading.size(),
    }
    return render(request, "duties/law.html", context)


def _named(rows: Any) -> list[tuple[Proposal, str, str]]:
    """Return proposals with the names of their proposers and agencies, the newest first."""
    found = list(rows.order_by("-n"))
    workers = names_of({row.proposed_by for row in found})
    agencies = dict(Agency.objects.values_list("key", "name"))
    return [(row, workers.get(row.proposed_by, ""), agencies.get(row.agency, "")) for row in found]


@require_safe
def text(request: HttpRequest, n: int) -> HttpResponse:
    """Show a text that an entry adopted, clause by clause; `?download` gives it word for word."""
    acting(request)
    found = procedures.text_of(n)
    if found is None:
        raise Http404
    words, entry = found
    if "download" in request.GET:
        response = HttpResponse(words, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="adopted-{n}.yaml"'
        return response
    pack = parse_pack(words) if entry.kind.startswith("policy.") else None
    told = procedures.told(pack) if pack else []
    context = {"pack": pack, "told": told, "entry": entry, "words": "" if pack else words}
    return render(request, "duties/law_text.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Look at what a pack or calendar would change, then propose it; a refused one says line by line what is wrong."""
    worker = acting(request)
    if not lawgiver(worker):
        raise Http404
    form = forms.ProcedureForm(
        *((request.POST, request.FILES) if request.method == "POST" else (None, None)), packs=sorted(shipped())
    )
    context: dict[str, Any] = {"form": form, "too_large": reading.size() > MOST}
    if request.method == "POST" and not context["too_large"] and form.is_valid():
        data = form.cleaned_data
        asked = {"text": data["text"], "file": data["name"], "begins": _day(data["begins"])}
        try:
            if "propose" in request.POST:
                entry = adopting.propose(by=by_of(worker), reason=data["reason"], now=timezone.now(), **asked)
                messages.success(request, _("It is proposed. Somebody of another agency must approve it."))
                return redirect("law_proposal", key=entry.subject)
            context |= _looked(asked, data)
        except HeedError as refusal:
            form.add_error(None, str(refusal))
            context["rejects"] = refusal.rejects
    if request.method != "POST":
        form.looking()
    return render(request, "duties/law_propose.html", context, status=422 if form.errors else 200)


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _looked(asked: dict[str, str], data: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a text that was looked at, and the form that proposes that very text."""
    found = candidate(asked["text"], law=adopted(procedures.ALL), file=asked["file"], begins=asked["begins"])
    made = ready.prepare(found.law, timezone.now())
    initial = {name: data[name] for name in ("text", "name", "begins", "reason")}
    form = forms.ProcedureForm(initial=initial, packs=[]).proposing()
    return {"preview": procedures.preview(found, made.effects.rows()), "reached": made.below - 1, "form": form}


def _proposal(request: HttpRequest, key: str) -> tuple[Worker, Proposal]:
    worker = acting(request)
    row = Proposal.objects.filter(key=key).first()
    if row is None or not _reads(worker):
        raise Http404
    return worker, row


@require_safe
def proposal(request: HttpRequest, key: str) -> HttpResponse:
    """Show a proposal: what it would change, why, who proposed and decided it; the buttons of whoever may decide."""
    worker, row = _proposal(request, key)
    if "download" in request.GET:
        response = HttpResponse(row.text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="proposed-{row.n}.yaml"'
        return response
    try:
        shown, refusal = procedures.of_proposal(row), ""
    except HeedError as refused:
        shown, refusal = None, str(refused)
    ((_row, proposer, proposed_for),) = _named(Proposal.objects.filter(key=key))
    open_ = row.declined_n is None and row.adopted_n is None
    decides = open_ and lawgiver(worker)
    people = names_of({row.approved_by, row.declined_by})
    context = {
        "row": row,
        "preview": shown,
        "refusal": refusal,
        "proposer": proposer,
        "proposed_for": proposed_for,
        "approver": people.get(row.approved_by, ""),
        "decliner": people.get(row.declined_by, ""),
        "is_open": open_,
        "may_approve": decides and row.approved_n is None and worker.agency != row.agency,
        "may_decline": decides,
        "waits_for_another": decides and row.approved_n is None and worker.agency == row.agency,
        "form": forms.ReasonForm(),
    }
    return render(request, "duties/law_proposal.html", context)


@require_POST
def approve(request: HttpRequest, key: str) -> HttpResponse:
    """Approve a proposal and carry it out; on a record too large for a page the next tick does."""
    worker, _row = _proposal(request, key)
    if not lawgiver(worker):
        raise Http404
    by = by_of(worker)
    try:
        adopting.approve(by=by, proposal=key)
        if reading.size() > MOST:
            messages.success(request, _("It is approved. The next tick judges every duty by it and carries it out."))
        else:
            entry = adopting.carry_out(by=by, proposal=key, now=timezone.now())
            messages.success(request, _("It is adopted, as entry %(n)s. What it opens is owed now.") % {"n": entry.n})
    except HeedError as refusal:
        messages.error(request, str(refusal))
    return redirect("law_proposal", key=key)


@require_POST
def decline(request: HttpRequest, key: str) -> HttpResponse:
    """Decline a proposal, or take one's own back."""
    worker, _row = _proposal(request, key)
    if not lawgiver(worker):
        raise Http404
    form = forms.ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise HeedError(_("Say why; the reason is on the record."))
        adopting.decline(by=by_of(worker), proposal=key, reason=form.cleaned_data["reason"])
        messages.success(request, _("It is declined, and on the record."))
    except HeedError as refusal:
        messages.error(request, str(refusal))
    return redirect("law_proposal", key=key)


def law_waits(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Return what the first page tells somebody who may approve: proposals of other agencies that wait."""
    worker = worker_of(request.user)
    if worker is None or not lawgiver(worker):
        return None
    rows = Proposal.objects.filter(adopted_n=None, declined_n=None, approved_n=None).exclude(agency=worker.agency)
    found = _named(rows)
    return ("duties/law_waits.html", {"rows": found, "list": reverse("law")}) if found else None
