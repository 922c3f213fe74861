"""The dataset's people: children with what other tables say of them, workers, teams, and who worked with whom."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from heed.returns.journey import (
    ChildDetails,
    Event,
    Involvement,
)

from .told import NAME, Told

IDENTIFIERS = {"UPN": "upn", "FORMER UPN": "former_upn", "NHS NUMBER": "common_id"}


def person(t: Told) -> Iterator[Event]:
    """Tell who the child is; disabilities and identifiers join from their own tables."""
    t.story.people[t["person_id"]] = ChildDetails(
        **t.about("child", t["person_id"]),
        born_on=t["dob"],
        expected_birth_on=t["expected_dob"],
        died_on=t["death_date"],
        sex=t["sex"],
        gender=t["gender"],
        ethnicity="CHNE" if t["ethnicity"] == "CNHE" else t["ethnicity"],
        forename=t["forename"],
        surname=t["surname"],
        upn_unknown=t["upn_unknown"],
        common_id=t["common_child_id"],
        legacy_id=t["legacy_id"],
        nationality=t["nationality"],
        is_mother=t.flag("is_mother"),
    )
    return iter(())


def join(t: Told, **said: Any) -> Iterator[Event]:
    """Add to a person what another table says of them; a person without a row of their own begins here."""
    child = str(t["person_id"])
    old = t.story.people.get(child) or ChildDetails(child=child, identity=(NAME, "child", child))
    t.story.people[child] = replace(old, lineage=(*old.lineage, t.row.lineage), **said)
    return iter(())


def disability(t: Told) -> Iterator[Event]:
    """Tell of a disability of a person."""
    old = t.story.people.get(str(t["person_id"]))
    return join(t, disabilities=(*(old.disabilities if old else ()), t["disability_code"]))


def identifier(t: Told) -> Iterator[Event]:
    """Tell of an identifier that another system knows a person by; kinds we have no place for stay rows."""
    name = IDENTIFIERS.get(str(t["identifier_type"] or "").upper())
    return join(t, **{name: t["identifier_value"]}) if name and t["person_id"] else iter(())


def asylum(t: Told) -> Iterator[Event]:
    """Tell of an immigration status; only the unaccompanied child's is part of the journey."""
    return join(t, unaccompanied=True) if "UASC" in str(t["immigration_status"]).upper() else iter(())


def professional(t: Told) -> Iterator[Event]:
    """Remember a worker's name, for those who are told by number."""
    t.story.names[str(t["professional_id"])] = t["professional_name"] or ""
    return iter(())


def team(t: Told) -> Iterator[Event]:
    """Remember a team's name."""
    t.story.names[f"team {t['team_id']}"] = t["team_name"] or ""
    return iter(())


def involvement(t: Told) -> Iterator[Event]:
    """Tell of a worker's time with a child."""
    child, worker, started = t["person_id"], t["professional_id"], t["involvement_start_date"]
    own = t["involvements_id"] or "/".join(str(part) for part in (child, worker, started))
    if not child:
        return
    yield Involvement(
        **t.about("involvement", own),
        worker=worker,
        worker_name=t.story.names.get(str(worker)) or None,
        role=t["professional_role_id"],
        team=t["professional_team"],
        team_name=t.story.names.get(f"team {t['professional_team']}") or None,
        referral=t["referral_id"],
        started_on=started,
        ended_on=t["involvement_end_date"],
        changed_reason=t["worker_change_reason"],
    )
