"""The links under the header, few enough for one line, and those of the page behind the last of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .access import may


@dataclass(frozen=True)
class Item:
    """One link: its words, its page's name, what a person must be allowed to see it (empty: everybody), what it is."""

    label: Any
    page: str
    what: str = ""
    about: Any = ""


# What people do every day. Slices add theirs here, in the order in which they are shown.
ITEMS: list[Item] = [
    Item(_("Home"), "home"),
    Item(_("Report"), "report", "work"),
    Item(_("Concerns"), "concerns", "work"),
    Item(_("Work"), "worklist", "work"),
    Item(_("Children"), "journeys", "journeys"),
    Item(_("People"), "people", "accounts.manage"),
]
# What is looked at now and then, behind one link.
PARTNERSHIP: list[Item] = [
    Item(_("Escalations"), "escalations", "work", _("What was not done in time, and who was told.")),
    Item(_("Procedures"), "law", "work", _("What must be done by when, as adopted; what is proposed to change.")),
    Item(_("Statistics"), "duty_statistics", "duties.statistics", _("How punctual each duty is, by team and month.")),
    Item(_("The count"), "count", "count.read", _("How many children there are, known and not known to anybody.")),
    Item(_("Published"), "published", "work", _("What the government publishes about each council.")),
    Item(_("Gaps"), "gaps", "work", _("What the standards of data have no place for.")),
    Item(_("Imports"), "imports", "imports", _("What was brought in from files, and what was refused.")),
    Item(_("Integrity"), "integrity", "integrity.read", _("Whether the record was changed, and who vouches for it.")),
]


def items(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links that this person sees, each knowing whether its page is the current one or in its section."""
    first = [_link(request, item) for item in _shown(request, ITEMS)]
    behind = partnership(request)
    if behind:
        more = _link(request, Item(_("Partnership"), "partnership"))
        first.append({**more, "within": any(link["current"] or link["within"] for link in behind)})
    return first


def partnership(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links of the page behind the last one."""
    return [_link(request, item) for item in _shown(request, PARTNERSHIP)]


def _shown(request: HttpRequest, among: Iterable[Item]) -> list[Item]:
    return [item for item in among if not item.what or may(request.user, item.what)]


def _link(request: HttpRequest, item: Item) -> dict[str, Any]:
    url = reverse(item.page)
    return {
        "label": item.label,
        "url": url,
        "about": item.about,
        "current": request.path == url,
        "within": url != "/" and request.path != url and request.path.startswith(url),
    }
