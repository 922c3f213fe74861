"""Words for letters, on pages."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from heed.entry.when import parse_instant

register = template.Library()

OCCASIONS: dict[str, Any] = {
    "new_duty": _("something new is owed"),
    "due_soon": _("something is due soon"),
    "rung_passed": _("something has climbed"),
    "shortfall": _("a week that cannot be met"),
    "enrolment": _("your account"),
    "address": _("your address"),
}
OUTCOMES: dict[str, Any] = {"sent": _("sent"), "failed": _("not sent"), "bounced": _("came back")}


@register.filter
def occasions(codes: list[str]) -> str:
    """Return the occasions of a letter, in words."""
    return ", ".join(str(OCCASIONS.get(code, code)) for code in codes)


@register.filter
def outcome(code: str) -> Any:
    """Return what became of a letter, in a word."""
    return OUTCOMES.get(code, code)


@register.filter
def moment(recorded_at: str) -> datetime | None:
    """Return an instant as the record writes it, for a date filter."""
    return parse_instant(recorded_at) if recorded_at else None
