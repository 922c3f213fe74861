"""How a duty stands at H: lateness, what cannot be tested, coverage, suspension, weak marks."""

from typing import Any

from . import clock, ends
from .chains import Row
from .entries import Entry, Missing, World


def lateness(world: World, row: Row) -> str:
    """No, yes, undecided or no limit, before anything untestable is taken into account (M8, R22, R23)."""
    if isinstance(row.clock, Missing):
        return "undecided"  # R13
    if not row.clock.has_limit:
        return "no_limit"
    if row.clock.due is None or row.clock.due_from_e is None:
        return "no"  # R23
    if row.act:
        return act_lateness(row.act, row.clock.due, row.clock.due_from_e)
    instant = world.horizon if row.ended_at is None else row.ended_at
    return "yes" if instant > row.clock.due else "no"  # R22: every other end, and open


def act_lateness(act: Entry, due: int, due_from_e: int) -> str:
    """No if in time for every point of both spans, yes if late for every point (M2, R22)."""
    if act.l <= due_from_e:
        return "no"
    return "yes" if act.e > due else "undecided"


def unsure(world: World, row: Row) -> Missing | None:
    """What an act lacks that matches but for it and lies between anchor and end (R14)."""
    for entry in ends.on_key(world, row, [*world.entries, *world.timeless]):
        verdict = ends.act_verdict(world, row, entry)
        if verdict and verdict[0] == "unsure" and lies_within(world, row, entry):
            return verdict[1]
    return None


def lies_within(world: World, row: Row, entry: Entry) -> bool:
    """Whether an act may lie between anchor and end; without a time it cannot be ruled out."""
    if entry.span is None:
        return True
    return ends.is_after_anchor(world, row, entry) and (row.ended_at is None or entry.l <= row.ended_at)


def cover_span(cover: dict[str, Any]) -> tuple[float, float]:
    """From the first second of `from` to the last of `to`; open where absent."""
    start = clock.read_span(cover["from"]).e if cover.get("from") else float("-inf")
    return start, clock.read_span(cover["to"]).l if cover.get("to") else float("inf")


def covered_until(world: World, row: Row) -> float | None:
    """Until when, from the anchor on, acts of the clause could be seen without a gap; None if not at the anchor."""
    kinds = {act["entry"] for act in row.version.text["must"]}
    if world.covers is None:
        # R31: without coverage a kind that never occurs in the file is not covered.
        return float("inf") if kinds & world.file_kinds else None
    agency = row.opener.entry.columns["agency"]  # R31: the owning agency is the trigger's
    spans = [cover_span(c) for c in world.covers if c["agency"] in ("*", agency) and c["kind"] in {"*", *kinds}]
    until: float | None = None
    for start, stop in sorted(spans):
        if until is None and start <= row.span.l <= stop:
            until = stop
        elif until is not None and start <= until + 1:
            until = max(until, stop)
    return until


def coverage(world: World, row: Row) -> str | None:
    """Why coverage makes the duty not testable, if it does (M9, R31)."""
    until = covered_until(world, row)
    if until is None:
        return "no act covered"
    needed = min(world.horizon, world.horizon if row.due is None else row.due)
    if until < needed and row.act is None:
        return f"censored at {clock.written(int(until))}"
    return None


def judge(world: World, row: Row) -> tuple[str, bool | str]:
    """Lateness and testability together."""
    late = lateness(world, row)
    if isinstance(row.clock, Missing):
        return late, f"missing {row.clock.field}"
    covered = coverage(world, row)
    if covered == "no act covered":
        return "undecided", covered
    lacking = None if row.act and late == "no" else unsure(world, row)
    if lacking:
        return ("undecided" if late == "yes" else late), f"missing {lacking.field}"  # R14
    return ("undecided", covered) if covered else (late, True)


def adjusted_due(world: World, row: Row) -> int | None:
    """The due moved by the time suspended, up to the end or H; None where never suspended (M8, R32)."""
    stop = world.horizon if row.ended_at is None else min(world.horizon, row.ended_at)
    said = [e for e in world.known if e.kind in ("duty.suspended.1", "duty.resumed.1") and e.recorded <= stop]
    since: int | None = None
    total, ever = 0, False
    for entry in sorted((e for e in said if ends.names(world, e, row)), key=lambda e: (e.recorded, e.n)):
        if entry.kind == "duty.suspended.1":
            since, ever = (entry.recorded if since is None else since), True
        elif since is not None:
            total, since = total + entry.recorded - since, None
    if since is not None:
        total += stop - since
    return row.due + total if ever and row.due is not None else None


def weak(world: World, row: Row) -> list[str]:
    """The weak marks (R33)."""
    marks = ["state_tie"] if row.tied or (row.act and ends.ties_of(world, row, row.act)) else []
    if row.act:
        period = clock.read_period(row.version.recorded_late_after)
        if row.act.recorded > clock.shift(row.act.l, period, 1, world.bank_holidays):
            marks.insert(0, "recorded_late")
    return marks
