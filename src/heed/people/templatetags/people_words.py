"""Words for roles and their states, on pages about people."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from heed.people.forms import role_words

register = template.Library()

STATES: dict[str, Any] = {"proposed": _("waits for a second person"), "held": _("held"), "ended": _("ended")}
COLOURS = {"proposed": "orange", "held": "green", "ended": "grey"}
SILENT: dict[str, Any] = {"failing": _("letters come back"), "no_account": _("no account")}


@register.filter
def role_name(code: str) -> str:
    """Return a role's or office's name, without what it is for."""
    return str(role_words(code)).partition(":")[0]


@register.filter
def role_state(code: str) -> Any:
    """Return how a role stands, in words."""
    return STATES.get(code, code)


@register.filter
def role_colour(code: str) -> str:
    """Return the tag's colour of how a role stands."""
    return COLOURS.get(code, "grey")


@register.filter
def silence(code: str) -> Any:
    """Return why letters do not reach somebody."""
    return SILENT.get(code, "")
