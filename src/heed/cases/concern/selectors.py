"""Which concerns somebody may see, and what there is to see of one (need to know; otherwise not even its existence)."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from heed.people.models import Child, Grant, Worker
from heed.people.project import searchable
from heed.people.restriction.models import Restriction
from heed.people.restriction.selectors import Kept, about, kept_from, opened_by
from heed.record import reading
from heed.record.model import Entry

from .models import Concern, ConcernChild, Objection

# Roles that see every concern addressed to a team of theirs, and to any team of their agency.
TEAM_ROLES = frozenset({"practitioner", "team_manager"})
AGENCY_ROLES = frozenset({"service_manager", "director"})
# Kinds whose words only the answering team's people read.
RESTRICTED = frozenset({"concern.voice_kept.1", "suspect.described.1"})
# Kinds that a reporter sees of her own concern: what became of it, not what others added.
FOR_REPORTER = frozenset(
    {
        "concern.raised.1",
        "concern.called.1",
        "concern.acknowledged.1",
        "concern.answered.1",
        "concern.withdrawal_asked.1",
        "concern.withdrawn.1",
        "objection.raised.1",
        "objection.answered.1",
        "duty.escalated.1",
    }
)


@dataclass(frozen=True)
class Seen:
    """What somebody's grants let her see: concerns addressed to these teams and agencies, and her own reports."""

    worker: str
    teams: frozenset[str]
    agencies: frozenset[str]
    opened: Kept = field(default_factory=Kept)  # in an emergency
    kept: Kept = field(default_factory=Kept)  # from her, by a restriction

    def works(self) -> Q:
        """Return the condition on concerns that she works on: by her roles unless kept from her, or opened."""
        roles = Q(team__in=self.teams) | Q(agency__in=self.agencies)
        return (roles & ~Q(key__in=self.kept.concerns)) | Q(key__in=self.opened.concerns)

    def filter(self) -> Q:
        """Return the condition on concerns that she sees."""
        return self.works() | Q(reporter=self.worker)

    def works_on(self, concern: Concern) -> bool:
        """Say whether she is of the team or agency that must answer, not only the reporter."""
        by_role = concern.team in self.teams or concern.agency in self.agencies
        return concern.key in self.opened.concerns or (by_role and concern.key not in self.kept.concerns)


def seen_by(worker: str, now: datetime | None = None) -> Seen:
    """Return what a worker's grants let her see now; what she opened in an emergency counts where `now` is given."""
    held = list(Grant.objects.filter(key=worker, ended_n=None).exclude(confirmed_n=None))
    teams = frozenset(g.team for g in held if g.role in TEAM_ROLES and g.team)
    agencies = frozenset(g.agency for g in held if g.role in AGENCY_ROLES)
    return Seen(worker, teams, agencies, _whole(opened_by(worker, now)), _whole(kept_from(worker, now)))


def _whole(found: Kept) -> Kept:
    """Return children and concerns, and every concern that is filed under one of the children now."""
    if not found.children:
        return found
    filed = ConcernChild.objects.filter(key__in=found.children, is_filed=True).values_list("concern", flat=True)
    return Kept(found.children, found.concerns | frozenset(filed))


def who_works_on(row: Concern) -> list[Worker]:
    """Return the workers whose roles let them work on a concern, by name."""
    held = Grant.objects.filter(ended_n=None).exclude(confirmed_n=None)
    keys = held.filter(Q(role__in=TEAM_ROLES, team=row.team) | Q(role__in=AGENCY_ROLES, agency=row.agency))
    return list(Worker.objects.filter(key__in=keys.values("key"), left_n=None).order_by("name"))


def restrictions(row: Concern) -> list[Restriction]:
    """Return the restrictions proposed or in force of a concern, or of a child it is filed under now."""
    filed = ConcernChild.objects.filter(concern=row.key, is_filed=True).values_list("key", flat=True)
    return about(concern=row.key, children=list(filed))


def kept_duties(worker: str) -> frozenset[str]:
    """Return the keys whose duties stand on no list of this worker's: restricted records, and objections in them."""
    kept = _whole(kept_from(worker))
    if not kept.concerns and not kept.children:
        return frozenset()
    objections = Objection.objects.filter(concern__in=kept.concerns).values_list("key", flat=True)
    return kept.children | kept.concerns | frozenset(objections)


def concerns(seen: Seen) -> QuerySet[Concern]:
    """Return the concerns that somebody may see, newest first."""
    return Concern.objects.filter(seen.filter()).order_by("-raised_n")


def concern(key: str, seen: Seen) -> Concern | None:
    """Return one concern if somebody may see it; None reveals nothing."""
    return concerns(seen).filter(key=key).first()


def last_reported(worker: str) -> Concern | None:
    """Return the concern that a worker reported last, None when she never has."""
    return Concern.objects.filter(reporter=worker).order_by("-raised_n").first()


def words_for(row: Concern, seen: Seen) -> str:
    """Return what the concern says, for this person: a reporter reads what she herself stated last."""
    return row.what if seen.works_on(row) else row.reported


def version_for(row: Concern, seen: Seen) -> Entry:
    """Return the version of the report that this person reads: the latest, or the reporter's own latest."""
    if seen.works_on(row):
        return reading.entry(row.corrected_n or row.raised_n)
    own = [e for e in reading.stream(row.key) if e.kind == "concern.raised.1" and e.spine.actor == row.reporter]
    return own[-1]


def named(name: str, worker: str) -> QuerySet[Child]:
    """Return the children whose names hold these words, however they are spelt; a search shows no more than names."""
    return choosable(worker).filter(search__contains=searchable([name])).order_by("name")


def choosable(worker: str) -> QuerySet[Child]:
    """Return the children whom a worker may name in a report: all but those kept from her."""
    return Child.objects.exclude(key__in=kept_from(worker).children)


def children_of(key: str) -> list[Child]:
    """Return the children that a concern is filed under now."""
    keys = ConcernChild.objects.filter(concern=key, is_filed=True).values_list("key", flat=True)
    return list(Child.objects.filter(key__in=list(keys)).order_by("name"))


def children(seen: Seen) -> QuerySet[Child]:
    """Return the children in the concerns that somebody works on; a reporter sees none by reporting."""
    mine = Concern.objects.filter(seen.works()).values("key")
    filed = ConcernChild.objects.filter(concern__in=mine, is_filed=True).values("key")
    found = Q(key__in=filed) & ~Q(key__in=seen.kept.children)
    return Child.objects.filter(found | Q(key__in=seen.opened.children)).order_by("name")


@dataclass(frozen=True)
class Event:
    """One line of a timeline: the entry, who wrote it, whether its words may be read, and what struck it through."""

    entry: Entry
    who: str
    is_open: bool
    struck_by: int | None = None


def timeline(row: Concern, seen: Seen) -> list[Event]:
    """Return the concern's entries in the order recorded, as far as this person may read them."""
    works = seen.works_on(row)
    entries = reading.stream(row.key)
    names = dict(Worker.objects.filter(key__in={e.spine.actor for e in entries}).values_list("key", "name"))
    raised = [e for e in entries if e.kind == "concern.raised.1"]
    struck = {early.n: late.n for early, late in pairwise(raised)}
    found = []
    for entry in entries:
        if works or entry.kind in FOR_REPORTER:
            is_open = works or _is_open_to_reporter(entry, seen.worker)
            who = names.get(entry.spine.actor) or _unnamed(entry, row)
            found.append(Event(entry, who, is_open, struck.get(entry.n)))
    return found


def _unnamed(entry: Entry, row: Concern) -> str:
    """Return how to call an actor who is no worker: whoever came by a door, or the record itself."""
    return str(_("somebody without an account") if entry.spine.actor == row.reporter else _("the record"))


def _is_open_to_reporter(entry: Entry, worker: str) -> bool:
    """Say whether a reporter reads an entry's words: not what others put in place of hers, nor police information."""
    own = entry.spine.actor == worker
    if entry.kind in RESTRICTED or (entry.fact("police_origin") and not own):
        return False
    return own or entry.kind != "concern.raised.1"


def since(row: Concern, seen: Seen, n: int) -> list[Event]:
    """Return what happened to a concern after entry `n`, by others, as far as this person may read it."""
    return [e for e in timeline(row, seen) if e.entry.n > n and e.entry.spine.actor != seen.worker]


def concerns_of_child(child: str, seen: Seen) -> list[Concern]:
    """Return the concerns filed under a child now that somebody may see, newest first."""
    filed = ConcernChild.objects.filter(key=child, is_filed=True).values("concern")
    return list(concerns(seen).filter(key__in=filed))
