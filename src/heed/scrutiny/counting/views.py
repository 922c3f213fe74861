"""Pages of counting: figures, one figure with all it rests on, proposals to sign. 404 for whoever may not."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heed.count.drawing import svg
from heed.entry.keys import new_key
from heed.lib.errors import HeedError
from heed.people.access import acting, by_of, has_role
from heed.people.entries import READING_ROLES
from heed.people.models import Worker
from heed.record import attachments, reading

from . import disclosure, forms, paper, selectors, services
from .models import CountingDefinition, Figure
from .rules import PUBLISHERS, READERS

PER_PAGE = 25


def _reader(request: HttpRequest) -> Worker:
    worker = acting(request)
    if not has_role(worker, *READERS):
        raise Http404
    return worker


def _publisher(request: HttpRequest) -> Worker:
    worker = acting(request)
    if not has_role(worker, *PUBLISHERS):
        raise Http404
    return worker


def _published(key: str) -> Figure:
    row = Figure.objects.filter(key=key).exclude(published_n=None).order_by("-published_n").first()
    if row is None:
        raise Http404
    return row


def _proposed(n: int) -> Figure:
    row = Figure.objects.filter(n=n).first()
    if row is None:
        raise Http404
    return row


def _paper(row: Figure, worker: Worker) -> paper.Paper:
    return paper.paper(row, may_see_fingerprint=has_role(worker, *(READING_ROLES & READERS)))


def _by_number() -> dict[int, CountingDefinition]:
    return {row.n: row for row in selectors.definitions()}


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """List the figures that stand, what waits for a signature, and the definitions."""
    worker = _reader(request)
    known = _by_number()
    page = Paginator(selectors.standing(), PER_PAGE).get_page(request.GET.get("page"))
    stand = [(row, known[row.query["definition"]], paper.words_of(row.result)) for row in page.object_list]
    waiting = [(row, known[row.query["definition"]], paper.words_of(row.result)) for row in selectors.waiting()]
    context = {
        "standing": stand,
        "page": page,
        "waiting": waiting,
        "definitions": list(known.values()),
        "may_publish": has_role(worker, *PUBLISHERS),
        "size": reading.size(),
    }
    return render(request, "counting/list.html", context)


@require_safe
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """Show a figure: words first, the range, the spread of methods, what it rests on, and its whole history."""
    worker = _reader(request)
    row = _published(key)
    shown = _paper(row, worker)
    context = {
        "paper": shown,
        "row": shown.row,
        "is_withdrawn": row.action == "withdraw",
        "plots": [spec["title"] for spec in paper.specs(shown.row).values()],
        "may_publish": has_role(worker, *PUBLISHERS),
        "key": key,
    }
    return render(request, "counting/figure.html", context)


@require_safe
def proposal(request: HttpRequest, n: int) -> HttpResponse:
    """Show a proposal: what stood, the new data under both rules, and the buttons of whoever may sign."""
    worker = _reader(request)
    row = _proposed(n)
    shown = _paper(row, worker)
    (revision,) = [one for one in shown.history if one.row.n == n]
    is_open = row.published_n is None and row.refused_n is None
    context = {
        "paper": shown,
        "row": row,
        "revision": revision,
        "before": paper.words_of(row.stood),
        "is_open": is_open,
        "may_sign": is_open and has_role(worker, *PUBLISHERS) and worker.key != row.proposed_by,
        "may_refuse": is_open and has_role(worker, *PUBLISHERS),
        "form": forms.RefuseForm(),
    }
    return render(request, "counting/proposal.html", context)


@require_safe
def definition(request: HttpRequest, n: int) -> HttpResponse:
    """Show a definition's text, its dates and its entry."""
    _reader(request)
    row = CountingDefinition.objects.filter(n=n).first()
    if row is None:
        raise Http404
    return render(request, "counting/definition.html", {"definition": row})


@require_safe
def plot(request: HttpRequest, n: int, place: int) -> HttpResponse:
    """Draw one plot of a proposal or figure."""
    _reader(request)
    row = _proposed(n)
    drawn = list(paper.specs(row).values()) if row.result else []
    if place >= len(drawn):
        raise Http404
    return HttpResponse(svg(drawn[place]), content_type="image/svg+xml")


@require_safe
def evidence(request: HttpRequest, n: int, digest: str) -> HttpResponse:
    """Give a file that was put beside a proposal."""
    _reader(request)
    if digest not in _proposed(n).files:
        raise Http404
    response = HttpResponse(attachments.fetch(digest), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="evidence-{n}-{digest[:12]}"'
    return response


@require_safe
def figure_json(request: HttpRequest, key: str) -> HttpResponse:
    """Give the figure as JSON: the object that the page shows."""
    return JsonResponse(_paper(_published(key), _reader(request)).document(), json_dumps_params={"indent": 2})


@require_safe
def figure_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Give the figure as CSV: the same object in rows."""
    text = disclosure.as_csv(_paper(_published(key), _reader(request)).document())
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="figure.csv"'
    return response


@require_POST
def anew(request: HttpRequest, key: str) -> HttpResponse:
    """Compute the figure anew and say whether the bytes are the same."""
    _reader(request)
    row = _published(key)
    try:
        found = selectors.reproduce(row)
    except HeedError as refusal:
        messages.error(request, str(refusal))
    else:
        (messages.success if found.is_same else messages.warning)(request, found.sentence)
    return redirect("count_figure", key=key)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a figure or its revision; it is computed before the answer comes."""
    worker = _publisher(request)
    choices = [(str(row.n), f"{row.title} ({row.name} {row.version})") for row in reversed(selectors.definitions())]
    initial = {"request_key": new_key(), "definition": request.GET.get("definition", "")}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.ProposeForm(*posted, initial=initial, definitions=choices)
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.propose_figure(by=by_of(worker), ask=form.ask(), request=form.cleaned_data["request_key"])
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("count_proposal", n=entry.n)
    context = {"form": form, "title": _("Propose a figure"), "is_empty": not choices}
    return render(request, "counting/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Propose that a figure be withdrawn; it is a revision, and another agency signs."""
    worker = _publisher(request)
    if _published(key).action == "withdraw":
        raise Http404
    form = forms.EvidenceForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            entry = services.propose_withdrawal(
                by=by_of(worker), figure=key, reason=data["reason"], evidence=data["evidence"], files=form.attached()
            )
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("count_proposal", n=entry.n)
    context = {"form": form, "title": _("Propose to withdraw this figure")}
    return render(request, "counting/form.html", context, status=422 if form.errors else 200)


@require_POST
def sign(request: HttpRequest, n: int) -> HttpResponse:
    """Sign a proposal: it is computed anew first."""
    worker = _publisher(request)
    row = _proposed(n)
    try:
        services.sign_figure(by=by_of(worker), proposal=n)
    except HeedError as refusal:
        messages.error(request, str(refusal))
        return redirect("count_proposal", n=n)
    messages.success(request, _("It is signed, and on the record."))
    return redirect("count_figure", key=row.key)


@require_POST
def refuse(request: HttpRequest, n: int) -> HttpResponse:
    """Refuse a proposal, or take one's own back."""
    worker = _publisher(request)
    _proposed(n)
    form = forms.RefuseForm(request.POST)
    if form.is_valid():
        try:
            services.refuse_figure(by=by_of(worker), proposal=n, reason=form.cleaned_data["reason"])
        except HeedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The refusal is on the record."))
    else:
        messages.error(request, _("Say why it is not signed."))
    return redirect("count_proposal", n=n)


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest) -> HttpResponse:
    """Adopt a counting definition."""
    worker = _publisher(request)
    form = forms.AdoptForm(request.POST if request.method == "POST" else None, initial={"text": example()})
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.adopt_definition(by=by_of(worker), text=form.definition())
        except HeedError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("The definition is on the record."))
            return redirect("count_definition", n=entry.n)
    context = {"form": form, "title": _("Adopt a counting definition")}
    return render(request, "counting/form.html", context, status=422 if form.errors else 200)


def example() -> str:
    """Return the text to start from: the definition adopted last, else the example that is shipped."""
    known = selectors.definitions()
    return known[-1].text if known else services.shipped("exploitation-1")
