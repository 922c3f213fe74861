"""DfE statistics in the site: choose a council, read its report or the national overview, take either as a file.

The report itself is the object that `heed published report` writes; these pages only ask for it. The statistics are
public, so everybody who signs in may read them.
"""

import functools
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heed.lib.errors import HeedError
from heed.scrutiny.published.council import council_report
from heed.scrutiny.published.document import csv_of, document_of
from heed.scrutiny.published.index import statistics_of
from heed.scrutiny.published.markup import Markup, tag
from heed.scrutiny.published.national import national_report
from heed.scrutiny.published.page import page_of, style_sheet
from heed.scrutiny.published.report import Report
from heed.scrutiny.published.store import FOLDER, PAGE, load
from heed.scrutiny.published.view import Surroundings, surroundings

ENGLAND = "england"


@functools.lru_cache(maxsize=1)
def _around(folder: str, stamp: int) -> Surroundings:
    """Return what was imported, read once for each import; `stamp` is when its page was written."""
    return surroundings(statistics_of(load(settings.DATA)))


def around() -> Surroundings | None:
    """Return the statistics that were imported last; None where none were, or where they are damaged."""
    page = settings.DATA / FOLDER / PAGE
    try:
        return _around(str(page), page.stat().st_mtime_ns)
    except (HeedError, FileNotFoundError):
        return None


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Let somebody choose a council; a name that is not known is answered with the nearest ones."""
    found, problem = around(), ""
    asked = request.GET.get("council", "").strip()
    if found is not None and asked:
        try:
            return redirect("published_report", place=found.statistics.places.find(asked).key)
        except HeedError as refusal:
            problem = str(refusal)
    councils = found.statistics.places.councils() if found is not None else []
    years = found.statistics.years if found is not None else ()
    context = {"councils": councils, "asked": asked, "problem": problem, "years": years, "there": found is not None}
    context["last_year"] = found.statistics.places.last_year if found is not None else 0
    return render(request, "heed/published.html", context, status=422 if problem else 200)


def _report(place: str) -> Report:
    """Return the report on a council by its key, or the national overview; 404 for a place that there is not."""
    found = around()
    if found is None:
        raise Http404
    if place == ENGLAND:
        return national_report(found)
    council = found.statistics.places.by_key.get(place)
    if council is None or council.level != "council":
        raise Http404
    return council_report(found, council)


@require_safe
def report(request: HttpRequest, place: str) -> HttpResponse:
    """Show a report: words first, charts beside them, every number a link to the cells it comes from."""
    page = page_of(_report(place), stylesheet=reverse("published_style"))
    back = tag("a", _("Back to all councils in Heed"), href=reverse("published"))
    links = [tag("a", end.upper(), href=reverse("published_file", args=[place, end])) for end in ("csv", "json")]
    bar = tag("nav", tag("p", Markup(" · ".join([back, *links]))), aria_label="Heed", class_="top")
    return HttpResponse(page.replace("<body>", f"<body>{bar}", 1))


@require_safe
def report_file(request: HttpRequest, place: str, ending: str) -> HttpResponse:
    """Give a report as CSV or JSON, of the same object as the page."""
    made = _report(place)
    if ending == "csv":
        return _file("\ufeff" + csv_of(made), "text/csv; charset=utf-8", f"{place}.csv")
    if ending == "json":
        document: dict[str, Any] = document_of(made)
        text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
        return _file(text, "application/json", f"{place}.json")
    raise Http404


def _file(text: str, sort: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=sort)
    response["Content-Disposition"] = f'attachment; filename="published-{name}"'
    return response


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Give the report's style, from the site itself as its policy asks."""
    return HttpResponse(style_sheet(), content_type="text/css; charset=utf-8")
