"""What falls due in the coming weeks against the hours there are; how many hours a team has; weak evidence."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heed.lib.errors import Answered, HeedError
from heed.people.access import by_of
from heed.people.models import Agency, Grant, Team, Worker
from heed.people.selectors import roles_of
from heed.record import reading

from . import capacity, evidence, forms, rules, seen, selectors, services
from .engine import adopted
from .models import Duty
from .selectors import names
from .views_statistics import overseer

# Who sees every agency's teams; all others see those of the agencies that they hold a role for.
WHOLE = frozenset({"board_member", "scrutineer", "inspector"})
# The latest ended duties whose evidence one page looks at; an audit asks for earlier ones by `before`.
LOOKED_AT = 200


def _agencies(worker: Worker) -> list[str] | None:
    """Return the agencies whose teams this worker may see; None for all."""
    if roles_of(worker.key) & WHOLE:
        return None
    held = Grant.objects.filter(key=worker.key, ended_n=None).exclude(confirmed_n=None)
    return sorted(set(held.values_list("agency", flat=True)))


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """Show each team's coming weeks: duties due, hours needed as a range, hours there are, and the verdict."""
    worker = overseer(request)
    now = timezone.now()
    teams = capacity.ahead(now, agencies=_agencies(worker))
    agencies = dict(Agency.objects.values_list("key", "name"))
    foreseen = capacity.foreseen()
    rows = [
        {
            "team": team,
            "agency": agencies.get(team.agency, ""),
            "told": [(row, names(row.told)) for row in foreseen if row.team == team.team][:3],
            "may_state": _may_state(worker, team.team, team.agency),
        }
        for team in teams
    ]
    return render(request, "duties/forecast.html", {"rows": rows, "now": now, "reaches": reading.size() - 1})


def _may_state(worker: Worker, team: str, agency: str) -> bool:
    held = services.roles_held(worker.key)
    try:
        rules.a_team_s_hours_are_stated_by_its_managers(held=held, agency=agency, team=team)
    except Answered:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, team: str) -> HttpResponse:
    """State how many hours a week a team has."""
    worker = overseer(request)
    row = Team.objects.filter(key=team).first()
    if row is None or not _may_state(worker, team, row.agency):
        raise Http404
    form = forms.HoursForm(
        request.POST if request.method == "POST" else None, initial={"hours": capacity.hours_stated().get(team)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.state_hours(by=by_of(worker), team=team, hours=form.cleaned_data["hours"])
        except HeedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is on the record."))
            return redirect("forecast")
    return render(request, "duties/hours.html", {"form": form, "team": row}, status=422 if form.errors else 200)


def shortfalls(worker: Worker) -> list[tuple[str, capacity.Shortfall]]:
    """Return the shortfalls told of teams that this worker manages, of this week and later ones, with the team's name.

    They are read from the record, where tick told them: a worklist is opened often, and works out no forecast.
    """
    held = Grant.objects.filter(key=worker.key, ended_n=None).exclude(confirmed_n=None)
    managed = [g for g in held if g.role in ("team_manager", "service_manager", "director")]
    told = capacity.foreseen() if managed else []
    current = [row for row in told if row.week >= capacity.monday(timezone.now())]
    teams = {team.key: team for team in Team.objects.filter(key__in={row.team for row in current})}
    return [
        (teams[row.team].name, row)
        for row in current
        if any(g.team in ("", row.team) and g.agency == teams[row.team].agency for g in managed)
    ]


@require_safe
def weak(request: HttpRequest) -> HttpResponse:
    """List the latest ended duties, of those this person may open, whose evidence deserves a look."""
    worker = overseer(request)
    ended = Duty.objects.filter(seen.openable(worker)).exclude(ended_by=None)
    before = request.GET.get("before", "")
    if before.isdigit():
        ended = ended.filter(ended_by__lt=int(before))
    rows = list(ended.order_by("-ended_by", "id")[:LOOKED_AT])
    now = timezone.now()
    found = evidence.marked(rows, int(now.timestamp()))
    owed = {row.duty.id: row for row in selectors.owed([mark.duty for mark in found], now)}
    context: dict[str, Any] = {
        "rows": [(owed[mark.duty.id], mark.marks) for mark in found],
        "looked_at": len(rows),
        "before": rows[-1].ended_by if len(rows) == LOOKED_AT else None,
        "settings": evidence.rules_of(evidence.settings_of(adopted(1 << 62))),
        "now": now,
        "reaches": reading.size() - 1,
    }
    return render(request, "duties/weak.html", context)
