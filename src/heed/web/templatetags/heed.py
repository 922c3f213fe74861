"""Template tags for every page: drafts, lists, QR codes."""

import re
from typing import Any

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from segno.encoder import DataOverflowError

from heed.entry.keys import new_key

register = template.Library()


@register.inclusion_tag("heed/draft.html", takes_context=True)
def draft(context: dict[str, Any], form: str) -> dict[str, Any]:
    """Let the form around it be saved as it is typed, under the name `form`."""
    return {"token": context["request"].drafts.token(form)}


@register.inclusion_tag("heed/draft_notice.html", takes_context=True)
def draft_notice(context: dict[str, Any], form: str) -> dict[str, Any]:
    """Say above a form that it holds a draft, with a button to discard it.

    It stands outside the form: the first button inside one is what the Enter key presses.
    """
    request = context["request"]
    saved_at = request.drafts.saved_at(form) if request.method == "GET" else None
    token, csrf = request.drafts.token(form), context.get("csrf_token")
    return {"token": token, "saved_at": saved_at, "page": request.path, "csrf_token": csrf}


@register.simple_tag(takes_context=True)
def request_key(context: dict[str, Any]) -> SafeString:
    """Give the form around it a key of its own, kept when it is shown again: sent twice, it is recorded once.

    The view hands `request.POST["request_key"]` on as the entry's `request`; the ledger refuses the second.
    """
    posted = context["request"].POST.get("request_key", "")
    key = posted if re.fullmatch(r"[0-9a-f]{32}", posted) else new_key()
    return format_html('<input type="hidden" name="request_key" value="{}">', key)


@register.simple_tag
def qr(text: str, title: str) -> SafeString:
    """Draw `text` as a QR code, an SVG in the page; empty when it is longer than a QR code holds (2,953 bytes)."""
    try:
        code = segno.make(text.encode(), error="l", micro=False, boost_error=False)
    except DataOverflowError:
        return SafeString("")
    drawn = code.svg_inline(scale=4, title=title, svgclass=None, lineclass=None, omitsize=False)
    return mark_safe(drawn.replace("<svg ", '<svg role="img" ', 1))


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], **changes: Any) -> str:
    """Return this page's address with some words of its query changed; None takes a word out, and so does page 1."""
    words = context["request"].GET.copy()
    for name, value in changes.items():
        words.pop(name, None)
        if value is not None and (name, value) != ("page", 1):
            words[name] = str(value)
    return f"?{words.urlencode()}" if words else context["request"].path


@register.inclusion_tag("heed/sort_head.html", takes_context=True)
def sort_head(context: dict[str, Any], name: str, label: Any) -> dict[str, Any]:
    """Draw the head of a column that can be sorted by; `name` is a word of the list's `orders`."""
    current = context["listing"].order
    is_up, is_down = current == name, current == f"-{name}"
    return {
        "label": label,
        "sorted": "ascending" if is_up else "descending" if is_down else "none",
        "url": address(context, sort=f"-{name}" if is_up else name, page=None),
    }
