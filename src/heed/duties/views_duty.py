"""One duty in full, as a page and as text; letting it go, suspending it, resuming it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from heed.lib.errors import Answered, HeedError
from heed.people.access import acting, by_of
from heed.people.models import Worker
from heed.record import reading
from heed.record.model import By
from heed.record.viewing import look

from . import forms, full, services
from .engine import adopted, clause_of
from .gone import gone
from .models import Duty
from .moments import Moments, moments_of
from .seen import Sight, sight, sight_of_gone
from .selectors import said_about


def _found(request: HttpRequest, duty: str, page: str) -> tuple[Sight, Worker]:
    """Return a duty that this person may open, and note on the viewing log that she looked; 404 otherwise."""
    worker = acting(request)
    found = sight(worker, duty)
    if found is None:
        raise Http404
    look(actor=worker.key, subject=found.duty.key, page=page)
    return found, worker


@require_safe
def duty(request: HttpRequest, duty: str) -> HttpResponse:
    """Show a duty in full as of D and as known at K; `?download` gives the text."""
    worker = acting(request)
    if sight(worker, duty) is None:
        return _gone(request, worker, duty)
    found, worker = _found(request, duty, "duty")
    moments = moments_of(request.GET, timezone.now())
    return _shown(request, found, moments, [name for name, act in ACTS.items() if act.is_offered(found.duty, worker)])


def _shown(request: HttpRequest, found: Sight, moments: Moments, acts: list[str]) -> HttpResponse:
    """Show a duty in full, with the acts that are offered."""
    told = full.in_full_at(found.duty, as_of=moments.as_of, known_at=moments.known_at)
    if told is not None and "download" in request.GET:
        response = HttpResponse(told.text(show_key=found.follows), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="duty-{found.duty.id[:16]}.txt"'
        return response
    context = {
        "duty": found.duty,
        "follows": found.follows,
        "full": told,
        "times": full.instants(told.judged) if told else {},
        "moments": moments,
        "actions": [(name, ACTS[name].title) for name in acts],
    }
    return render(request, "duties/duty.html", context)


def _gone(request: HttpRequest, worker: Worker, duty: str) -> HttpResponse:
    """Show a duty that later knowledge took away: what it was, why it is owed no more, where it counts now.

    As known before that, it is shown in full like any other.
    """
    found = gone(duty)
    seen = sight_of_gone(worker, found.row) if found is not None else None
    if found is None or seen is None:
        raise Http404
    look(actor=worker.key, subject=found.row.key, page="gone duty")
    moments = moments_of(request.GET, timezone.now())
    if not moments.is_now:
        return _shown(request, seen, moments, [])
    law = adopted(found.taken_by.n)
    context = {
        "gone": found,
        "clause": clause_of(law, found.row.clause, found.row.version),
        "lines": full.lines_of([*found.row.triggers], []),
        "taken": full.lines_of([found.taken_by.n], []),
        "told": full.told_of(found.row),
        "successors": [one for one in found.successors if sight(worker, one.id) is not None],
        "counts_elsewhere": bool(found.successors),
        "due": datetime.fromtimestamp(found.row.due, UTC) if found.row.due is not None else None,
        "known": found.known.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "now": timezone.now(),
        "reaches": reading.size() - 1,
    }
    return render(request, "duties/gone.html", context)


@dataclass(frozen=True)
class Act:
    """One thing people do about a duty: its words, its form and the service it calls."""

    title: Any
    hint: Any
    form: type[Form]
    call: Callable[[By, str, dict[str, Any]], Any]
    suspending: bool
    while_suspended: bool | None  # whether the duty's clock must stand, must run, or either

    def is_offered(self, row: Duty, worker: Worker) -> bool:
        """Say whether this worker may do it now; the service asks again, locked."""
        if row.end != "open" or self.while_suspended not in (None, is_suspended(row)):
            return False
        try:
            services.may_settle(row, worker.key, suspending=self.suspending)
        except Answered:
            return False
        return True


def is_suspended(row: Duty) -> bool:
    """Say whether a duty's adjusted clock stands: its last word is a suspension."""
    about = [line.kind for line in said_about(row) if line.kind in ("duty.suspended.1", "duty.resumed.1")]
    return about[-1:] == ["duty.suspended.1"]


ACTS: dict[str, Act] = {
    "waive": Act(
        gettext_lazy("Let this duty go"),
        gettext_lazy("It ends as 'let go', by your name and with your reason. What was late stays late."),
        forms.ReasonForm,
        lambda by, duty, data: services.waive(by=by, duty=duty, reason=data["reason"]),
        False,
        None,
    ),
    "suspend": Act(
        gettext_lazy("Suspend this duty"),
        gettext_lazy("A second, adjusted due is kept beside the raw one. Rungs and headline figures use the raw one."),
        forms.ReasonForm,
        lambda by, duty, data: services.suspend(by=by, duty=duty, reason=data["reason"]),
        True,
        False,
    ),
    "resume": Act(
        gettext_lazy("Resume this duty"),
        gettext_lazy("Its adjusted clock runs again from now."),
        forms.ConfirmForm,
        lambda by, duty, data: services.resume(by=by, duty=duty),
        True,
        True,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, duty: str, name: str) -> HttpResponse:
    """Do one thing about a duty; a refused form keeps what was typed and says what to do."""
    found, worker = _found(request, duty, name)
    chosen = ACTS.get(name)
    if chosen is None or not chosen.is_offered(found.duty, worker):
        raise Http404
    form = chosen.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.call(by_of(worker), duty, form.cleaned_data)
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is on the record."))
            return redirect("duty", duty=duty)
    context = {"form": form, "act": chosen, "duty": found.duty}
    return render(request, "duties/act.html", context, status=422 if form.errors else 200)
