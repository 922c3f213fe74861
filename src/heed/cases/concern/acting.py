"""The pages on which people do something about a concern; a refused or late form keeps what was typed."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from heed.lib.errors import HeedError
from heed.people.access import acting
from heed.people.models import Agency
from heed.record import reading
from heed.record.model import By

from . import forms, selectors, services
from .acts import ACTS, Act
from .models import Concern, Objection
from .views import found, search


@dataclass(frozen=True)
class Standing:
    """Who acts on which concern, as this person may see it."""

    row: Concern
    seen: selectors.Seen
    by: By

    @property
    def latest(self) -> int:
        """The version of the report that stands."""
        return self.row.corrected_n or self.row.raised_n


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Do one thing about a concern.

    1. whose page it is; 2. a form sent twice is done; 3. a form that is no longer due, or that the rules refuse, is
    shown again with what was typed and what others did since the page was opened; 4. else it is on the record.
    """
    at = Standing(*found(request, key))
    chosen = ACTS.get(name)
    if chosen is None or not chosen.may(at.row, at.seen.works_on(at.row), at.by):
        raise Http404
    back = reverse("concern", args=[key])
    if request.method != "POST":
        if not chosen.is_due(at.row, at.by):
            raise Http404
        return _shown(request, at, name, _form(request, chosen, at, None), 200)
    posted = request.POST.get("request_key", "")
    if posted and reading.is_recorded(posted):
        return redirect(back)
    form = _form(request, chosen, at, request.POST)
    if not chosen.is_due(at.row, at.by):
        return _shown(request, at, name, form, 409)
    if not form.is_valid():
        return _shown(request, at, name, form, 422)
    try:
        chosen.call(at.by, at.row, _values(form, at), posted)
    except services.Repeated:
        return redirect(back)
    except HeedError as refusal:
        at.row.refresh_from_db()
        return _shown(request, at, name, _refused(form, refusal, at), 422)
    request.drafts.forget(_draft(name, key))  # type: ignore[attr-defined]
    messages.success(request, _("It is on the record."))
    still = selectors.concern(key, selectors.seen_by(at.by.actor, timezone.now()))
    return redirect(back if still else "concerns")


def _values(form: Form, at: Standing) -> dict[str, Any]:
    if not isinstance(form, forms.CorrectForm):
        return form.cleaned_data
    filed = tuple(child.key for child in selectors.children_of(at.row.key))
    return {**form.cleaned_data, "report": form.report(team=at.row.team, children=filed)}


def _draft(name: str, key: str) -> str:
    return f"{name} {key}"


def _form(request: HttpRequest, chosen: Act, at: Standing, data: QueryDict | None) -> Form:
    """Return the act's form, unbound with what stands now or the person's draft, or bound to what was sent."""
    more = chosen.choices(at.row)
    if data is not None:
        return chosen.form(data, **more)
    named = request.GET.get("child", "")
    initial: dict[str, Any] = {"seen": at.row.decided_n, "right": named}
    if chosen.form is forms.CorrectForm:
        initial = {**forms.CorrectForm.of(selectors.version_for(at.row, at.seen)), "seen": at.latest, "child": named}
    kept = request.drafts.initial(_draft(_name_of(chosen), at.row.key), chosen.form)  # type: ignore[attr-defined]
    kept = {name: value for name, value in kept.items() if value not in (None, "")}
    chosen_now = {name: value for name in ("right", "child") if (value := initial.get(name))}
    return chosen.form(initial=initial | kept | chosen_now, **more)


def _name_of(chosen: Act) -> str:
    return next(name for name, act in ACTS.items() if act is chosen)


def _refused(form: Form, refusal: HeedError, at: Standing) -> Form:
    """Return the form with the refusal, made ready to be sent again by somebody who has read what changed."""
    form.add_error(None, str(refusal))
    if "seen" in form.fields:
        now = at.latest if isinstance(form, forms.CorrectForm) else at.row.decided_n
        data = form.data.copy()  # type: ignore[attr-defined]
        data["seen"] = "" if now is None else str(now)
        form.data = data
    return form


def _shown(request: HttpRequest, at: Standing, name: str, form: Form, status: int) -> HttpResponse:
    chosen = ACTS[name]
    opened = _number(request.POST.get("opened", ""))
    searches = chosen.searches and (chosen.form is forms.MoveForm or not selectors.children_of(at.row.key))
    context = {
        "form": form,
        "act": chosen,
        "draft": _draft(name, at.row.key),
        "concern": at.row,
        "back": reverse("concern", args=[at.row.key]),
        "opened": reading.size() - 1,
        "is_late": status == 409,
        "since": selectors.since(at.row, at.seen, opened) if opened is not None and status != 200 else [],
        "agencies": Agency.objects.order_by("name") if chosen.shows_numbers else [],
        "searches": searches,
        **(search(request, acting(request)) if searches else {}),
    }
    return render(request, "concern/act.html", context, status=status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


_ANSWER = Act(
    title=gettext_lazy("Answer the objection"),
    form=forms.AnswerObjectionForm,
    may=lambda row, works, by: works,
    call=lambda by, row, data, request: None,
)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_objection(request: HttpRequest, objection: str) -> HttpResponse:
    """Answer an objection, as somebody else one level up."""
    held = Objection.objects.filter(key=objection).first()
    if held is None:
        raise Http404
    at = Standing(*found(request, held.concern))
    back = reverse("concern", args=[held.concern])
    posted = request.POST.get("request_key", "")
    if posted and reading.is_recorded(posted):
        return redirect(back)
    if not at.seen.works_on(at.row) or held.answered_n is not None:
        raise Http404
    form = forms.AnswerObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.answer_objection(
                by=at.by, objection=objection, position=data["position"], answer=data["words"], request=posted
            )
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is on the record."))
            return redirect(back)
    context = {"form": form, "act": _ANSWER, "concern": at.row, "back": back, "draft": f"objection {objection}"}
    return render(request, "concern/act.html", context, status=422 if form.errors else 200)
