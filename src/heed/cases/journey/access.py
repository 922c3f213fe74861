"""Who may see what was imported: need to know, as for concerns; everybody else is told that there is no such page."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from heed.cases.concern import selectors as concerns
from heed.people.models import Grant, Team
from heed.people.restriction.selectors import kept_from

from .models import Episode, Import, KnownChild

# Who runs the service sees every child that the agency brought in; so does whoever answers for its records.
AGENCY_ROLES = frozenset({"service_manager", "director", "records_officer"})
TEAM_ROLES = frozenset({"practitioner", "team_manager"})
# Who may see what became of clauses, as counts in which small numbers are hidden.
COUNT_ROLES = AGENCY_ROLES | {"scrutineer", "inspector", "board_member"}


@dataclass(frozen=True)
class Seen:
    """What somebody's grants let her see: agencies whole, and children by the names of her teams or by a concern."""

    worker: str
    agencies: frozenset[str]
    teams: frozenset[tuple[str, str]]  # agency, the team's name
    may_count: bool

    def children(self) -> QuerySet[KnownChild]:
        """Return the children of imports that somebody may see."""
        mine = concerns.children(concerns.seen_by(self.worker)).values("key")
        by_team = Q()
        for agency, name in sorted(self.teams):
            by_team |= Q(agency=agency, team__iexact=name)
        wanted = Q(agency__in=self.agencies) | Q(key__in=mine)
        if self.teams:
            wanted |= Q(key__in=Episode.objects.filter(by_team, ended="").values("child"))
        return KnownChild.objects.filter(wanted).exclude(key__in=kept_from(self.worker).children)

    def imports(self) -> QuerySet[Import]:
        """Return the imports that somebody may see, newest first."""
        return Import.objects.filter(agency__in=self.agencies).order_by("-opened_n")

    @property
    def sees_children(self) -> bool:
        """Say whether there may be children to see."""
        return bool(self.agencies or self.teams)


def seen_by(worker: str) -> Seen:
    """Return what a worker's grants let her see now."""
    held = list(Grant.objects.filter(key=worker, ended_n=None).exclude(confirmed_n=None))
    keys = [grant.team for grant in held if grant.role in TEAM_ROLES and grant.team]
    teams = frozenset(Team.objects.filter(key__in=keys).values_list("agency", "name"))
    agencies = frozenset(grant.agency for grant in held if grant.role in AGENCY_ROLES)
    return Seen(worker, agencies, teams, any(grant.role in COUNT_ROLES for grant in held))
