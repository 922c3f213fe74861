"""From the rows of SSDA903 to the journey: episodes, placements, reviews, missing episodes, workers, care leavers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from heed.returns.identity import Numbering
from heed.returns.journey import (
    CareLeaving,
    ChildDetails,
    Event,
    Involvement,
    LookedAfterEpisode,
    MissingEpisode,
    Placement,
    Review,
)  # fmt: skip
from heed.returns.rows import Doubt, Item, Lineage, Reject, Row

from .yearly import year_of

NAME = "ssda903"
# Header: 1 male, 2 female; later returns write M, F, U.
SEXES = {"1": "M", "2": "F", "0": "U", "9": "I"}
# Reasons for a new episode that move the child: P, B with other carers, T, U with the same; S is the first placement.
MOVES = frozenset("SPTBU")


@dataclass(slots=True)
class Story:
    """What is carried from row to row: numbers within a day, and each child's episodes for the placements."""

    numbers: Numbering = field(default_factory=Numbering)
    spans: dict[str, list[tuple[str, str, dict[str, Any], Lineage]]] = field(default_factory=dict)

    def identity(self, kind: str, *parts: object) -> tuple[str, ...]:
        """Return the identity of an event of this standard."""
        return self.numbers.number(NAME, kind, *parts)


def events(items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the journey of one return's rows, rejects and doubts in between; placements come last."""
    story = Story()
    for item in items:
        if not isinstance(item, Row):
            yield item
        elif item.table in TELL:
            yield TELL[item.table](item.values, item.lineage, story)
    for child, spans in story.spans.items():
        yield from placements(child, spans, story)


def details(v: dict[str, Any], at: Lineage, story: Story) -> Event:
    """Tell from the header who the child is."""
    return ChildDetails(
        child=v["CHILD"],
        identity=story.identity("child", v["CHILD"]),
        lineage=(at,),
        born_on=v["DOB"],
        sex=SEXES.get(v["SEX"], v["SEX"]),
        ethnicity="CHNE" if v["ETHNIC"] == "CNHE" else v["ETHNIC"],
        upn=None if str(v["UPN"]).startswith("UN") else v["UPN"],
        upn_unknown=v["UPN"] if str(v["UPN"]).startswith("UN") else None,
        is_mother=None if v["MOTHER"] is None else v["MOTHER"] == "1",
        mother_of_child_born_on=v["MC_DOB"],
    )


def asylum(v: dict[str, Any], at: Lineage, story: Story) -> Event:
    """Tell of an unaccompanied asylum-seeking child, and until when."""
    return ChildDetails(
        child=v["CHILD"],
        identity=story.identity("asylum", v["CHILD"]),
        lineage=(at,),
        born_on=v["DOB"],
        sex=SEXES.get(v["SEX"], v["SEX"]),
        unaccompanied=True,
        unaccompanied_until=v["DUC"],
    )


def episode(v: dict[str, Any], at: Lineage, story: Story) -> Event:
    """Tell of one episode of being looked after."""
    story.spans.setdefault(v["CHILD"], []).append((v["DECOM"], v["RNE"], v, at))
    return LookedAfterEpisode(
        child=v["CHILD"],
        identity=story.identity("episode", v["CHILD"], v["DECOM"]),
        lineage=(at,),
        started_on=v["DECOM"],
        started_reason=v["RNE"],
        ended_on=v["DEC"],
        ended_reason=v["REC"],
        entered_care_on=v["DECOM"] if v["RNE"] == "S" else None,
        legal_status=v["LS"],
        need=v["CIN"],
        placement_type=v["PLACE"],
        home_postcode=v["HOME_POST"],
    )


def placements(child: str, spans: list[tuple[str, str, dict[str, Any], Lineage]], story: Story) -> Iterator[Event]:
    """Join a child's episodes in the same placement: a placement lasts until the next move or the end of care."""
    run: list[tuple[str, str, dict[str, Any], Lineage]] = []
    for span in sorted(spans, key=lambda one: one[:2]):
        if run and (span[1] in MOVES or run[-1][2]["DEC"] != span[0]):
            yield placement(child, run, story)
            run = []
        run.append(span)
    if run:
        yield placement(child, run, story)


def placement(child: str, run: list[tuple[str, str, dict[str, Any], Lineage]], story: Story) -> Event:
    """Tell of one placement, from the first of its episodes to the last.

    Where the first is no move, the placement began before the return does, on a day that it does not say.
    """
    first, last = run[0][2], run[-1][2]
    return Placement(
        child=child,
        identity=story.identity("placement", child, first["DECOM"]),
        lineage=tuple(span[3] for span in run),
        started_on=first["DECOM"] if first["RNE"] in MOVES else None,
        ended_on=last["DEC"],
        type=first["PLACE"],
        provider=first["PLACE_PROVIDER"],
        urn=first["URN"],
        postcode=first["PL_POST"],
        changed_reason=last["REASON_PLACE_CHANGE"],
    )


def review(v: dict[str, Any], at: Lineage, story: Story) -> Event:
    """Tell of a looked-after review that was held."""
    return Review(
        child=v["CHILD"],
        identity=story.identity("review", v["CHILD"], v["REVIEW"]),
        lineage=(at,),
        type="care",
        held_on=v["REVIEW"],
        participation=v["REVIEW_CODE"],
    )


def missing(v: dict[str, Any], at: Lineage, story: Story) -> Event:
    """Tell of a missing episode."""
    return MissingEpisode(
        child=v["CHILD"],
        identity=story.identity("missing", v["CHILD"], v["MIS_START"]),
        lineage=(at,),
        type=v["MISSING"],
        started_on=v["MIS_START"],
        ended_on=v["MIS_END"],
    )


def leaver(v: dict[str, Any], at: Lineage, story: Story) -> Event:
    """Tell of a care leaver's situation around a birthday."""
    return CareLeaving(
        child=v["CHILD"],
        identity=story.identity("care_leaver", v["CHILD"], year_of(at.source)),
        lineage=(at,),
        return_year=year_of(at.source) or None,
        in_touch=v["IN_TOUCH"],
        activity=v["ACTIV"],
        accommodation=v["ACCOM"],
    )


def worker(v: dict[str, Any], at: Lineage, story: Story) -> Event:
    """Tell of a social worker's time with a child."""
    return Involvement(
        child=v["CHILD"],
        identity=story.identity("worker", v["CHILD"], v["SW_ID"], v["SW_DECOM"]),
        lineage=(at,),
        worker=v["SW_ID"],
        role="social worker",
        started_on=v["SW_DECOM"],
        ended_on=v["SW_DEC"],
        changed_reason=v["SW_REASON"],
    )


TELL: dict[str, Callable[[dict[str, Any], Lineage, Story], Event]] = {
    "header": details,
    "uasc": asylum,
    "episodes": episode,
    "reviews": review,
    "missing": missing,
    "oc3": leaver,
    "social_worker": worker,
}
