"""Filters for the record's clocks on a page: as people write them, the exact text kept in the markup."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

register = template.Library()
_DAY = len("2026-03-31")


@register.filter
def instant(text: Any) -> Any:
    """Show a recorded instant in local time, to the minute; its exact UTC text stands in `<time datetime>`."""
    if isinstance(text, str) and len(text) == _DAY:
        return day(text)
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    words = date_format(timezone.localtime(moment), "j F Y, H:i")
    return format_html('<time datetime="{}">{}</time>', text, words)


@register.filter
def day(text: Any) -> Any:
    """Show the day of a recorded instant, or of a date, in local time."""
    try:
        is_day = len(text) == _DAY
        moment = date.fromisoformat(text) if is_day else timezone.localtime(datetime.fromisoformat(text))
    except (TypeError, ValueError):
        return text
    return format_html('<time datetime="{}">{}</time>', text, date_format(moment, "j F Y"))
