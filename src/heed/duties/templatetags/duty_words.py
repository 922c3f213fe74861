"""Words for roles and ends, on pages."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from heed.duties.selectors import Owed, names
from heed.duties.telling.words import reference_of

register = template.Library()

ROLES: dict[str, Any] = {
    "team_manager": _("the team's manager"),
    "service_manager": _("the service manager"),
    "director": _("the director"),
    "practitioner": _("the practitioner"),
    "scrutineer": _("the independent scrutineer"),
    "records_officer": _("the records officer"),
    "administrator": _("the administrator"),
}
ENDS: dict[str, Any] = {
    "fulfilled": _("done"),
    "declined": _("declined, with a reason"),
    "ceased": _("ceased"),
    "waived": _("let go, with a reason"),
    "superseded": _("superseded"),
    "open": _("open"),
}


@register.filter
def role(code: str) -> Any:
    """Return a role as a worklist says it."""
    return ROLES.get(code, code.replace("_", " "))


@register.filter
def reference(duty: str) -> str:
    """Return a duty's reference, as letters say it."""
    return reference_of(duty)


@register.filter
def end(code: str) -> Any:
    """Return how a duty ended, in words."""
    return ENDS.get(code, code)


@register.filter
def holder_names(owed: Owed) -> str:
    """Return who holds a duty now, by name."""
    return ", ".join(names(owed.holders))
