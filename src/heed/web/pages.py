"""The pages that belong to no slice: home, account, accessibility, privacy, health."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from heed.duties.views import what_needs_you
from heed.duties.views_procedures import law_waits
from heed.lib.errors import HeedError
from heed.people.views import waits_for_you

from . import health as standing_of
from . import navigation

# What slices show on the first page: each returns a template and its values, or None for a person it has nothing for.
Panel = Callable[[HttpRequest], tuple[str, dict[str, Any]] | None]
PANELS: list[Panel] = [what_needs_you, waits_for_you, law_waits]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs this person, as the slices tell it."""
    panels = [{"template": made[0], "values": made[1]} for panel in PANELS if (made := panel(request))]
    return render(request, "heed/home.html", {"panels": panels})


@require_safe
def partnership(request: HttpRequest) -> HttpResponse:
    """List the pages that are looked at now and then, as far as this person may open them."""
    return render(request, "heed/partnership.html", {"links": navigation.partnership(request)})


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """List what a person can do about their own account."""
    return render(request, "heed/account.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """State what was tested and how to complain."""
    return render(request, "heed/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what the pages themselves keep about the person who uses them."""
    return render(request, "heed/privacy.html")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer a machine: database, age of tick and checkpoint in seconds; 503 when something has stopped."""
    now = timezone.now()
    try:
        tick = standing_of.last_tick()
        _, checkpoint_at = standing_of.newest_checkpoint()
        connection.ensure_connection()
    except (DatabaseError, HeedError):
        return JsonResponse({"ok": False, "database": False}, status=503)
    is_late = standing_of.is_late(tick, now)
    document = {
        "ok": not is_late,
        "database": True,
        "tick_age_seconds": round((now - tick.started_at).total_seconds()) if tick else None,
        "tick_failed": bool(tick and tick.error),
        "checkpoint_age_seconds": round((now - checkpoint_at).total_seconds()) if checkpoint_at else None,
    }
    return JsonResponse(document, status=503 if is_late else 200)
