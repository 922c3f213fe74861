"""Words for codes, on pages."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from heed.cases.concern.forms import DANGERS, EMERGENCIES, HARMS, OUTCOMES, SOURCES, THREATS
from heed.people.models import Worker

register = template.Library()

TITLES: dict[str, Any] = {
    "concern.raised.1": _("Concern reported"),
    "concern.voice_kept.1": _("The child's own words"),
    "suspect.described.1": _("What is alleged about who did it"),
    "concern.called.1": _("Who was called"),
    "concern.safety_seen.1": _("The child was seen to be safe"),
    "concern.acknowledged.1": _("Acknowledged"),
    "concern.added.1": _("Information added"),
    "concern.decided.1": _("Decided"),
    "concern.answered.1": _("The reporter was answered"),
    "objection.raised.1": _("Objection"),
    "objection.answered.1": _("Objection answered"),
    "concern.moved.1": _("Moved to the right child"),
    "concern.withdrawal_asked.1": _("Said to have been made in error"),
    "concern.withdrawn.1": _("Withdrawn"),
    "door.code_given.1": _("A code to come back with was given"),
    "door.contact_left.1": _("How to reach whoever reported"),
    "duty.escalated.1": _("Somebody was told that this is overdue"),
    "duty.waived.1": _("A duty was let go"),
    "restriction.proposed.1": _("A restriction was proposed"),
    "restriction.agreed.1": _("Restricted to the people named"),
    "restriction.lift_proposed.1": _("Lifting the restriction was proposed"),
    "restriction.lifted.1": _("The restriction was lifted"),
    "access.broken_glass.1": _("Opened in an emergency"),
}
_WORDS: dict[str, Any] = dict([*SOURCES, *HARMS, *DANGERS, *OUTCOMES, *THREATS, *EMERGENCIES])


@register.filter
def title(kind: str) -> Any:
    """Return the title of an entry's kind."""
    return TITLES.get(kind, kind)


@register.filter
def word(code: Any) -> Any:
    """Return the words of a code, or of each code in a list."""
    if isinstance(code, list):
        return ", ".join(str(_WORDS.get(item, item)) for item in code) or "–"
    return _WORDS.get(code, code)


@register.filter
def worker_names(keys: list[str]) -> str:
    """Return workers' names."""
    return ", ".join(Worker.objects.filter(key__in=keys).order_by("name").values_list("name", flat=True))
