"""Pages of the concern slice. A page that somebody may not see does not exist for her."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from heed.duties import selectors as duties
from heed.entry.keys import new_key
from heed.lib.errors import HeedError
from heed.people.access import acting, by_of
from heed.people.models import Agency, Child
from heed.people.project import searchable
from heed.record import checkpoints
from heed.record.model import By
from heed.record.reading import is_recorded
from heed.record.viewing import look

from . import forms, selectors, services
from .models import Concern, Objection


def _found(request: HttpRequest, key: str) -> tuple[Concern, selectors.Seen, By]:
    """Return a concern that this person may see, and note on the viewing log that she looked; 404 otherwise."""
    worker = acting(request)
    seen = selectors.seen_by(worker.key)
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
    initial = {"request": new_key(), **_draft(drafts)}
    if request.GET.get("child"):
        initial["child"] = request.GET["child"]
    form = forms.ReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.raise_concern(report=form.report(), by=by_of(worker), request=form.cleaned_data["request"])
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.forget("report")
            return redirect("concern_receipt", key=entry.subject)
    context = {"form": form, "agencies": Agency.objects.order_by("name"), **_search(request)}
    return render(request, "concern/report.html", context, status=422 if form.errors else 200)


def _draft(drafts: Any) -> dict[str, Any]:
    """Return the draft's values; one whose report was sent already (saved as it was being sent) is forgotten."""
    initial: dict[str, Any] = drafts.initial("report", forms.ReportForm)
    if initial.get("request") and is_recorded(initial["request"]):
        drafts.forget("report")
        return {}
    return initial


def _search(request: HttpRequest) -> dict[str, Any]:
    name = request.GET.get("name", "").strip()
    found = Child.objects.filter(search__contains=searchable([name])).order_by("name")[:10] if len(name) > 2 else []
    chosen = Child.objects.filter(key=request.GET.get("child") or request.POST.get("child", "")).first()
    return {"search": forms.SearchForm(request.GET or None), "name": name, "found": found, "chosen": chosen}


@require_safe
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """Show the receipt that its reporter keeps; `?download` gives the file."""
    row, _seen, by = _found(request, key)
    if row.reporter != by.actor:
        raise Http404
    made = checkpoints.witnessed_receipt(row.raised_n)
    if "download" in request.GET:
        response = HttpResponse(made.text(), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="concern-{row.raised_n}.tlog-proof"'
        return response
    now = timezone.now()
    owed = duties.owed(duties.open_duties().filter(key=key), now)
    context = {"concern": row, "receipt": made.text(), "owed": owed, "now": now}
    return render(request, "concern/receipt.html", context)


@require_safe
def concerns(request: HttpRequest) -> HttpResponse:
    """List the concerns that this person may see."""
    worker = acting(request)
    seen = selectors.seen_by(worker.key)
    rows = selectors.concerns(seen)
    state = request.GET.get("state", "")
    if state == "open":
        rows = rows.filter(decided_n=None, withdrawn_n=None)
    if state == "mine":
        rows = rows.filter(reporter=worker.key)
    from django.core.paginator import Paginator

    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "concern/list.html", {"page": page, "state": state, "worker": worker})


@require_safe
def concern(request: HttpRequest, key: str) -> HttpResponse:
    """Show a concern: what is owed, what happened, in the order recorded, with both clocks."""
    row, seen, by = _found(request, key)
    works = seen.works_on(row)
    now = timezone.now()
    context = {
        "concern": row,
        "works": works,
        "is_reporter": row.reporter == by.actor,
        "children": selectors.children_of(key) if works else [],
        "owed": duties.owed(duties.open_duties().filter(key=key), now),
        "events": selectors.timeline(row, seen),
        "objections": Objection.objects.filter(concern=key),
        "actions": [(name, act.title) for name, act in ACTS.items() if act.is_offered(row, works, by)],
        "now": now,
    }
    return render(request, "concern/concern.html", context)


@dataclass(frozen=True)
class Act:
    """One thing people do about a concern: its words, its form, who is offered it, and the service it calls."""

    title: Any
    form: type[Form]
    is_offered: Callable[[Concern, bool, By], bool]
    call: Callable[[By, Concern, dict[str, Any]], Any]
    hint: Any = ""


def _works(row: Concern, works: bool, by: By) -> bool:
    return works


ACTS: dict[str, Act] = {
    "acknowledge": Act(
        gettext_lazy("Acknowledge"),
        forms.ConfirmForm,
        lambda row, works, by: works and row.acknowledged_n is None,
        lambda by, row, data: services.acknowledge(by=by, concern=row.key),
        gettext_lazy("The reporter is told that your team has this concern and deals with it."),
    ),
    "safety": Act(
        gettext_lazy("Say that the child is safe today"),
        forms.WordsForm,
        lambda row, works, by: works and row.danger_today == "yes",
        lambda by, row, data: services.see_to_safety(by=by, concern=row.key, how=data["words"]),
        gettext_lazy("Who saw the child, when, and what was done."),
    ),
    "add": Act(
        gettext_lazy("Add what you know"),
        forms.WordsForm,
        lambda row, works, by: works or row.reporter == by.actor,
        lambda by, row, data: services.add_information(by=by, concern=row.key, what=data["words"]),
    ),
    "decide": Act(
        gettext_lazy("Decide what is to be done"),
        forms.DecideForm,
        _works,
        lambda by, row, data: services.decide(
            by=by, concern=row.key, outcome=data["outcome"], reason=data["words"], seen=data["seen"]
        ),
    ),
    "answer": Act(
        gettext_lazy("Answer the reporter"),
        forms.WordsForm,
        lambda row, works, by: works and row.decided_n is not None,
        lambda by, row, data: services.answer_reporter(by=by, concern=row.key, answer=data["words"]),
        gettext_lazy("What was decided, as far as she may know; never what the police told."),
    ),
    "object": Act(
        gettext_lazy("Object to the decision"),
        forms.WordsForm,
        lambda row, works, by: row.decided_n is not None and row.decided_by != by.actor,
        lambda by, row, data: services.object_to(by=by, concern=row.key, why=data["words"]),
        gettext_lazy("It goes one level up; who decided cannot answer it."),
    ),
    "withdrawal": Act(
        gettext_lazy("Say that the report was made in error"),
        forms.WordsForm,
        lambda row, works, by: not row.withdrawal_by,
        lambda by, row, data: services.ask_withdrawal(by=by, concern=row.key, reason=data["words"]),
        gettext_lazy("A second person must agree. The report stays on the record."),
    ),
    "withdraw": Act(
        gettext_lazy("Agree that the report was made in error"),
        forms.WordsForm,
        lambda row, works, by: bool(row.withdrawal_by) and row.withdrawn_n is None and row.withdrawal_by != by.actor,
        lambda by, row, data: services.withdraw(by=by, concern=row.key, reason=data["words"]),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Do one thing about a concern; a refused form keeps what was typed and says what to do."""
    row, seen, by = _found(request, key)
    chosen = ACTS.get(name)
    if chosen is None or not chosen.is_offered(row, seen.works_on(row), by):
        raise Http404
    form = chosen.form(request.POST if request.method == "POST" else None, initial={"seen": row.decided_n})
    if request.method == "POST" and form.is_valid():
        try:
            chosen.call(by, row, form.cleaned_data)
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is on the record."))
            return redirect("concern", key=key)
    context = {"form": form, "act": chosen, "concern": row, "back": reverse("concern", args=[key])}
    return render(request, "concern/act.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_objection(request: HttpRequest, objection: str) -> HttpResponse:
    """Answer an objection, as somebody else one level up."""
    row = Objection.objects.filter(key=objection, answered_n=None).first()
    if row is None:
        raise Http404
    concern_row, seen, by = _found(request, row.concern)
    if not seen.works_on(concern_row):
        raise Http404
    form = forms.AnswerObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.answer_objection(by=by, objection=objection, position=data["position"], answer=data["words"])
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is on the record."))
            return redirect("concern", key=row.concern)
    titled = Act(gettext_lazy("Answer the objection"), forms.AnswerObjectionForm, _works, lambda *_: None)
    context = {"form": form, "act": titled, "concern": concern_row, "back": reverse("concern", args=[row.concern])}
    return render(request, "concern/act.html", context, status=422 if form.errors else 200)


@require_safe
def child(request: HttpRequest, key: str) -> HttpResponse:
    """Show a child whose concern is addressed to this person: each concern, with what is owed."""
    worker = acting(request)
    seen = selectors.seen_by(worker.key)
    row = selectors.children(seen).filter(key=key).first()
    if row is None:
        raise Http404
    look(actor=worker.key, subject=key, page="child")
    rows = selectors.concerns_of_child(key, seen)
    now = timezone.now()
    owed = duties.owed(duties.open_duties().filter(key__in=[r.key for r in rows]), now)
    return render(request, "concern/child.html", {"child": row, "concerns": rows, "owed": owed, "now": now})
