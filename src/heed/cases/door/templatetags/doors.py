"""Whether anybody takes reports without an account here, for the sign-in page."""

from django import template

from heed.cases.door.selectors import open_doors

register = template.Library()


@register.simple_tag
def takes_reports() -> bool:
    """Say whether a door is open."""
    return bool(open_doors())
