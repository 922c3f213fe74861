"""The links under the header; slices add theirs here, in the order in which they are shown."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .access import may


@dataclass(frozen=True)
class Item:
    """One link: its words, its page's name, and what a person must be allowed to see it (empty: everybody)."""

    label: Any
    page: str
    what: str = ""


ITEMS: list[Item] = [
    Item(_("Home"), "home"),
    Item(_("Report"), "report", "work"),
    Item(_("Concerns"), "concerns", "work"),
    Item(_("Work"), "worklist", "work"),
    Item(_("Escalations"), "escalations", "work"),
    Item(_("People"), "people", "accounts.manage"),
    Item(_("Statistics"), "duty_statistics", "duties.statistics"),
    Item(_("The count"), "count", "count.read"),
    Item(_("Children"), "journeys", "journeys"),
    Item(_("Imports"), "imports", "imports"),
    Item(_("Gaps"), "gaps", "work"),
    Item(_("Published"), "published", "work"),
    Item(_("Integrity"), "integrity", "integrity.read"),
]


def items(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links that this person sees, each knowing whether its page is the current one."""
    shown = [item for item in ITEMS if not item.what or may(request.user, item.what)]
    return [{"label": i.label, "url": reverse(i.page), "current": _is_current(request, i)} for i in shown]


def _is_current(request: HttpRequest, item: Item) -> bool:
    url = reverse(item.page)
    return request.path == url or (url != "/" and request.path.startswith(url))
