"""Invented children for a census file of any size: plainly synthetic, fixed by the seed, valid against the schema.

Nobody here exists. The ids say SYNTHETIC and the council is 999, which no council has. Rates are chosen so that every
part of the format occurs (late assessments, open enquiries, conferences out of time), not to look like a real place.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heed.lib.progress import Track, quiet

from .cin import schema
from .cin.write import Heading, write_cin
from .journey import (
    Assessment,
    ChildDetails,
    Conference,
    Event,
    Plan,
    Referral,
    Review,
    Section47Enquiry,
    StrategyDiscussion,
)
from .writing import Written

NO_COUNCIL = "999"
NAME = "cin"
Identity = tuple[str, ...]


@dataclass(slots=True)
class Maker:
    """A seeded source of choices for one census year, which runs from 1 April to 31 March."""

    chance: random.Random
    year: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year - 1, 4, 1)

    def code(self, element: str) -> str:
        """Return one of the codes that the year's schema has."""
        return self.chance.choice(sorted(schema.codes(self.year, element)))

    def after(self, day: dt.date, least: int, most: int) -> dt.date:
        """Return a day within so many days after another."""
        return day + dt.timedelta(days=self.chance.randint(least, most))

    def known(self, day: dt.date) -> str | None:
        """Return a day as the census writes it, or nothing if it lies after the census year."""
        return day.isoformat() if day <= dt.date(self.year, 3, 31) else None


def synthetic_census(
    path: Path, *, children: int, seed: int, year: int = 2024, track: Track[tuple[str, list[Event]]] = quiet
) -> Written:
    """Write a nested census file of invented children."""
    heading = Heading(year, NO_COUNCIL, f"{year}-03-31", f"{year}-04-15T09:00:00", software="Heed synthetic")
    return write_cin(invented(children, seed=seed, year=year), path, heading, track=track)


def invented(children: int, *, seed: int, year: int = 2024) -> Iterator[Event]:
    """Yield the journeys of invented children, each the same for the same seed whatever the number of children."""
    for number in range(1, children + 1):
        maker = Maker(random.Random(f"{seed}/{number}"), year)
        yield from journey(f"SYNTHETIC{number:07}", maker)


def journey(child: str, maker: Maker) -> Iterator[Event]:
    """Yield one child with one to three referrals."""
    chance = maker.chance
    born = maker.first - dt.timedelta(days=chance.randint(30, 17 * 365))
    codes = sorted(schema.codes(maker.year, "Disability") - {"NONE"})
    disabled = tuple(sorted(chance.sample(codes, chance.choice([1, 1, 2])))) if chance.random() < 0.12 else ()
    has_upn = chance.random() < 0.8 and born < maker.first - dt.timedelta(days=5 * 365)
    yield ChildDetails(
        child=child,
        identity=(NAME, "child", child),
        born_on=born.isoformat(),
        sex=chance.choices("MFUI", weights=(48, 48, 3, 1))[0],
        ethnicity=maker.code("Ethnicity"),
        upn=f"Z{chance.randrange(10**12):012}" if has_upn else None,
        upn_unknown=None if has_upn else maker.code("UPNunknown"),
        disabilities=disabled,
    )
    day = maker.after(maker.first, 0, 200)
    for _ in range(chance.choices((1, 2, 3), weights=(80, 16, 4))[0]):
        if day <= dt.date(maker.year, 3, 31):
            yield from referral(child, day, maker)
        day = maker.after(day, 40, 150)


def referral(child: str, day: dt.date, maker: Maker) -> Iterator[Event]:
    """Yield a referral and, unless nothing further was done, what came of it."""
    identity = (NAME, "referral", child, day.isoformat())
    nothing = maker.chance.random() < 0.2
    closed = maker.known(day if nothing else maker.after(day, 30, 400))
    yield Referral(
        child=child,
        identity=identity,
        received_on=day.isoformat(),
        source=maker.code("ReferralSource"),
        primary_need=maker.code("PrimaryNeedCode"),
        no_further_action=nothing,
        closed_on=closed,
        closed_reason=maker.code("ReasonForClosure") if closed else None,
    )
    if nothing:
        return
    yield from assessments(child, identity, day, maker)
    if maker.chance.random() < 0.3:
        yield from enquiry(child, identity, maker.after(day, 0, 20), maker)
    if maker.chance.random() < 0.25 and "CINPlanDates" in schema.elements(maker.year):
        started = maker.after(day, 30, 70)
        if maker.known(started):
            yield need_plan(child, identity, started, maker)


def assessments(child: str, above: Identity, day: dt.date, maker: Maker) -> Iterator[Event]:
    """Yield one or two assessments; some take longer than 45 working days, some are not yet authorised."""
    started = maker.after(day, 0, 3)
    for _ in range(maker.chance.choices((1, 2), weights=(85, 15))[0]):
        if not maker.known(started):
            return
        done = maker.known(maker.after(started, 5, 85))
        codes = sorted(schema.codes(maker.year, "AssessmentFactors") - {"21", "18A", "19A"})
        factors = maker.chance.sample(codes, maker.chance.randint(1, 5)) if maker.chance.random() < 0.85 else ["21"]
        yield Assessment(
            child=child,
            identity=(NAME, "assessment", "/".join(above[2:]), started.isoformat()),
            referral="/".join(above[2:]),
            started_on=started.isoformat(),
            reviewed_on=maker.known(maker.after(started, 3, 5)),
            authorised_on=done,
            factors=tuple(sorted(factors)) if done else (),
        )
        started = maker.after(started, 90, 200)


def need_plan(child: str, above: Identity, started: dt.date, maker: Maker) -> Event:
    """Return a child in need plan."""
    return Plan(
        child=child,
        identity=(NAME, "need_plan", "/".join(above[2:]), started.isoformat()),
        type="need",
        referral="/".join(above[2:]),
        started_on=started.isoformat(),
        ended_on=maker.known(maker.after(started, 60, 300)),
    )


def enquiry(child: str, above: Identity, started: dt.date, maker: Maker) -> Iterator[Event]:
    """Yield an enquiry; half of them lead to a conference, most conferences to a plan."""
    if not maker.known(started):
        return
    identity = (NAME, "enquiry", "/".join(above[2:]), started.isoformat())
    told: dict[str, Any] = {"child": child, "referral": "/".join(above[2:])}
    needed = maker.chance.random() < 0.5
    target = maker.after(started, 21, 21).isoformat() if needed else None
    yield StrategyDiscussion(
        identity=(NAME, "strategy", *identity[2:]), enquiry="/".join(identity[2:]), held_on=started.isoformat(), **told
    )
    yield Section47Enquiry(
        identity=identity,
        started_on=started.isoformat(),
        conference_target_on=target,
        conference_not_required=not needed,
        **told,
    )
    held = maker.after(started, 8, 40)
    if needed and maker.known(held):
        yield Conference(
            identity=(NAME, "conference", *identity[2:]),
            enquiry="/".join(identity[2:]),
            held_on=held.isoformat(),
            target_on=target,
            **told,
        )
        if maker.chance.random() < 0.85:
            yield from protection(child, above, held, maker)


def protection(child: str, above: Identity, started: dt.date, maker: Maker) -> Iterator[Event]:
    """Yield a child protection plan and its reviews, some of them late."""
    identity = (NAME, "protection_plan", "/".join(above[2:]), started.isoformat())
    category = maker.code("InitialCategoryOfAbuse")
    ended = maker.after(started, 90, 500)
    yield Plan(
        child=child,
        identity=identity,
        type="protection",
        referral="/".join(above[2:]),
        started_on=started.isoformat(),
        ended_on=maker.known(ended),
        first_category=category,
        latest_category=category if maker.chance.random() < 0.8 else maker.code("LatestCategoryOfAbuse"),
        earlier_plans=maker.chance.choices((0, 1, 2), weights=(80, 15, 5))[0],
    )
    day = maker.after(started, 60, 105)
    while day < ended and maker.known(day):
        yield Review(
            child=child,
            identity=(NAME, "review", "/".join(identity[2:]), day.isoformat()),
            type="protection",
            plan="/".join(identity[2:]),
            held_on=day.isoformat(),
        )
        day = maker.after(day, 120, 200)
