"""Named faults, planted one by one in a copy of the oracle; the histories must catch each of them."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parent
Patch = Callable[[Callable[[str], Any]], None]


def copy_of_oracle(name: str) -> Callable[[str], Any]:
    """A second, separate copy of the oracle's modules; the answer finds one by its name."""
    package = f"faulty_oracle_{name}"
    spec = importlib.util.spec_from_file_location(
        package, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = module
    spec.loader.exec_module(module)

    def part(name: str) -> ModuleType:
        return importlib.import_module(f"{package}.{name}")

    return part


def planted(name: str) -> Callable[..., dict[str, Any]]:
    """The evaluator with one named fault."""
    part = copy_of_oracle("".join(c if c.isalnum() else "_" for c in name))
    evaluate: Callable[..., dict[str, Any]] = part("evaluators").by_oracle
    FAULTS[name](part)
    return evaluate


def strict_after(part: Any) -> None:
    """An act at the very instant of the trigger does not count."""
    ends = part("ends")
    ends.is_after_anchor = lambda world, row, entry: (
        entry.e > row.span.l if row.occurrence > 1 else entry.l > ends.opens_at(world, row)
    )


def utc_days(part: Any) -> None:
    """Days end at midnight UTC instead of in London."""
    clock = part("clock")
    clock.LONDON = UTC


def inclusive_days(part: Any) -> None:
    """Day 1 is the trigger's own day."""
    clock = part("clock")
    right = clock.shift_day

    def wrong(day: date, period: Any, sign: int, bank_holidays: frozenset[date]) -> date:
        found: date = right(day, period, sign, bank_holidays)
        return found - timedelta(days=sign) if period.unit in ("days", "weeks") else found

    clock.shift_day = wrong


def inclusive_working_days(part: Any) -> None:
    """The trigger's own day, where it is a working day, is the first."""
    clock = part("clock")
    right = clock.working_day
    clock.working_day = lambda day, number, sign, bank_holidays: right(
        day - timedelta(days=sign), number, sign, bank_holidays
    )


def no_bank_holidays(part: Any) -> None:
    """Every Monday to Friday is a working day."""
    part("clock").is_working = lambda day, bank_holidays: day.weekday() < 5


def wall_clock_hours(part: Any) -> None:
    """Hours are counted on the wall clock, so a clock change adds or loses one."""
    clock = part("clock")

    def wrong(instant: int, hours: int) -> int:
        local = datetime.fromtimestamp(instant, clock.LONDON).replace(tzinfo=None) + timedelta(hours=hours)
        return int(local.replace(tzinfo=clock.LONDON).timestamp())

    clock.hours_later = wrong


def unclipped_months(part: Any) -> None:
    """The 31st plus a month runs over into the month after."""

    def wrong(day: date, months: int) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        return date(year, month + 1, 1) + timedelta(days=day.day - 1)

    part("clock").add_months = wrong


def day_as_its_first_second(part: Any) -> None:
    """A bare date is taken as midnight at its beginning."""
    clock = part("clock")
    right = clock.read_span

    def wrong(text: str) -> Any:
        span = right(text)
        return clock.Span(span.e, span.e) if len(text) == 10 else span

    clock.read_span = wrong


def fractions_rounded_up(part: Any) -> None:
    """A fraction of a second counts as the next second."""
    clock = part("clock")
    right = clock.read_span

    def wrong(text: str) -> Any:
        span = right(text)
        return clock.Span(span.e + 1, span.l + 1) if ".9" in text else span

    clock.read_span = wrong


def restarting_absorb(part: Any) -> None:
    """A trigger that joins an open duty starts its clock anew."""
    part("limits").earliest = lambda one, other: other


def declined_as_met(part: Any) -> None:
    """A refusal counts as the act itself."""
    ends = part("ends")
    right = ends.act_verdict

    def wrong(world: Any, row: Any, entry: Any) -> Any:
        verdict = right(world, row, entry)
        return ("fulfilled", None) if verdict and verdict[0] == "declined" else verdict

    ends.act_verdict = wrong


def declined_without_reason(part: Any) -> None:
    """A refusal needs no reason."""
    ends, record = part("ends"), part("entries")
    ends.complete = lambda entry, declined: True if entry.span else record.Missing("occurred_at")


def number_of_the_correction(part: Any) -> None:
    """A corrected entry goes by its correction's number."""
    record = part("entries")
    right = record.newest

    def wrong(chain: Any, undone: Any) -> Any:
        found = right(chain, undone)
        return found and record.replace(found, n=[e for e in chain if e.n not in undone][-1].n)

    record.newest = wrong


def retraction_takes_all(part: Any) -> None:
    """Retracting a correction removes what it corrected too."""
    record = part("entries")
    right = record.newest
    record.newest = lambda chain, undone: None if any(e.n in undone for e in chain) else right(chain, undone)


def corrections_ignored(part: Any) -> None:
    """The original stands whatever was said later."""
    part("entries").newest = lambda chain, undone: None if chain[0].n in undone else chain[0]


def overdue_ceases(part: Any) -> None:
    """An `until` ends an overdue duty too."""
    part("ends").may_cease = lambda row, at, even_late: True


def even_late_ignored(part: Any) -> None:
    """An overdue duty never ceases."""
    part("ends").may_cease = lambda row, at, even_late: row.due is None or at <= row.due


def ends_before_acts(part: Any) -> None:
    """At one instant a new clock or an end goes before the act."""
    part("ends").precedence = lambda end: (end.at, -end.rank, end.e, end.n)


def replaced_stays_open(part: Any) -> None:
    """A new clock leaves the old one running."""
    part("ends").by_new_clock = lambda chain: []


def states_as_now(part: Any) -> None:
    """Conditions on states are read as things stand now."""
    part("conditions").reading_instant = lambda scene: scene.world.horizon


def law_of_today(part: Any) -> None:
    """The newest version judges every duty, whenever it arose."""
    clauses = part("clauses")
    clauses.in_force = lambda family, at: family[-1]


def conversion_without_floor(part: Any) -> None:
    """A converted duty may fall due before the new law began."""
    part("chains").no_earlier = lambda running, commencement: running


def knows_the_future(part: Any) -> None:
    """What was recorded after K is used."""
    part("entries").is_known = lambda entry, known_at: True


def perhaps_happened(part: Any) -> None:
    """An entry counts as soon as it may have happened."""
    part("entries").counts = lambda entry, horizon: entry.span is not None and entry.e <= horizon


def links_for_ever(part: Any) -> None:
    """Un-linking parts nobody."""
    record = part("entries")
    right = record.find_links
    record.find_links = lambda entries: right([e for e in entries if record.stem(e.kind) != "identity.unlinked"])


def ends_by_time_alone(part: Any) -> None:
    """Where an end and a start overlap, the number no longer decides."""
    part("states").follows = lambda end, start: end.l >= start.l


def current_act_forgotten(part: Any) -> None:
    """`early: current` is read as no early at all."""
    part("ends").by_current = lambda world, row: None


def unknown_as_false(part: Any) -> None:
    """A condition on a missing field is simply not fulfilled."""
    conditions = part("conditions")
    conditions.every = lambda verdicts: all(verdict is True for verdict in verdicts)


def unsure_acts_ignored(part: Any) -> None:
    """An act that lacks a field is as good as none."""
    part("verdicts").unsure = lambda world, row: None


def waived_when_claimed(part: Any) -> None:
    """A waiver takes effect at the time that it claims."""
    ends = part("ends")
    right = ends.by_waivers
    ends.by_waivers = lambda world, row: [
        end._replace(at=end.entry.l) if end.entry.span else end for end in right(world, row)
    ]


def wider_window(part: Any) -> None:
    """A count over P days looks back over P + 1."""
    triggers = part("triggers")
    right = triggers.is_nth

    def wrong(world: Any, trigger: Any, when: dict[str, Any]) -> Any:
        number, unit = when["in"].split()
        return right(world, trigger, when | {"in": f"{int(number) + 1} {unit}"})

    triggers.is_nth = wrong


def repeats_for_ever(part: Any) -> None:
    """An `until` in the past does not stop a repeat."""
    part("ends").is_over = lambda world, row, act: False


def overlapping_acts_are_two(part: Any) -> None:
    """Two claims that may be one act count as two."""
    ends = part("ends")
    right = ends.is_after_anchor
    ends.is_after_anchor = lambda world, row, entry: (
        entry.l > row.span.l if row.occurrence > 1 else right(world, row, entry)
    )


def hours_from_the_end(part: Any) -> None:
    """With hours and a span, the due from its first second is forgotten."""
    verdicts = part("verdicts")
    right = verdicts.act_lateness
    verdicts.act_lateness = lambda act, due, due_from_e: right(act, due, due)


def earlier_value_holds(part: Any) -> None:
    """Of two values at one instant the earlier number holds."""
    states = part("states")
    right = states.standing

    def wrong(world: Any, state: Any, key: str, at: int) -> list[Any]:
        return sorted(right(world, state, key, at), key=lambda entry: (entry.l, entry.e, -entry.n))

    states.standing = wrong


def coverage_ignored(part: Any) -> None:
    """Silence always means that nothing was done."""
    part("verdicts").coverage = lambda world, row: None


def early_from_the_hour(part: Any) -> None:
    """An `early` span opens at the end of the N-th day before, not at its beginning."""
    clock = part("clock")
    clock.window_start = lambda instant, period, bank_holidays: clock.shift(instant, period, -1, bank_holidays)


def by_ends_a_second_early(part: Any) -> None:
    """An act at the very second of the thing it must precede is late."""
    limits = part("limits")
    right = limits.run_by

    def wrong(*given: Any) -> Any:
        running = right(*given)
        due = None if running.due is None else running.due - 1
        return limits.Clock(running.start, due, due)

    limits.run_by = wrong


def commencement_forgotten(part: Any) -> None:
    """A state that already holds when a clause comes into force triggers nothing."""
    part("triggers").commencements = lambda world, family, version: []


def commencement_of_every_version(part: Any) -> None:
    """Each new version triggers again for the states that hold."""
    triggers = part("triggers")
    right = triggers.commencements
    triggers.commencements = lambda world, family, version: right(world, [version], version)


def only_the_first_run(part: Any) -> None:
    """A state that has ended and starts again triggers nothing."""
    states = part("states")
    right = states.rising
    states.rising = lambda world, state, key: right(world, state, key)[:1]


def repeat_from_the_due(part: Any) -> None:
    """The next occurrence counts from the due of the one before."""
    chains, limits = part("chains"), part("limits")
    right = chains.repeated

    def wrong(world: Any, row: Any, act: Any, version: Any) -> Any:
        new = right(world, row, act, version)
        if new and row.due is not None and isinstance(new.clock, limits.Clock):
            chains.set_clock(world, new, part("clock").Span(row.due, row.due))
        return new

    chains.repeated = wrong


def refusal_ends_the_repeat(part: Any) -> None:
    """After a declined act nothing is repeated."""
    chains = part("chains")
    right = chains.following
    chains.following = lambda world, family, chain, row: (
        None if row.end == "declined" else right(world, family, chain, row)
    )


def first_key_only(part: Any) -> None:
    """Of several keys in one role only the first counts."""
    record = part("entries")
    right = record.keys_of
    record.keys_of = lambda world, entry, role: right(world, entry, role)[:1]


def suspension_moves_the_due(part: Any) -> None:
    """Lateness is judged by the adjusted due."""
    verdicts = part("verdicts")
    right = verdicts.lateness

    def wrong(world: Any, row: Any) -> Any:
        moved = verdicts.adjusted_due(world, row)
        if moved is None:
            return right(world, row)
        return "yes" if (world.horizon if row.ended_at is None else row.ended_at) > moved else "no"

    verdicts.lateness = wrong


def converted_counts_anew(part: Any) -> None:
    """A converted duty counts acts from the commencement only."""
    ends = part("ends")
    right = ends.is_after_anchor
    ends.is_after_anchor = lambda world, row, entry: (
        right(world, row, entry) and not (row.is_converted and entry.l < row.version.start)
    )


def spans_overlap_nothing(part: Any) -> None:
    """An act counts only after the last second of the trigger's claimed time."""
    ends = part("ends")
    right = ends.opens_at
    ends.opens_at = lambda world, row: right(world, row) + row.span.l - row.span.e


FAULTS: dict[str, Patch] = {
    name: patch
    for name, patch in list(globals().items())
    if callable(patch) and getattr(patch, "__annotations__", {}).get("part") is Any
}

# Constructs without which a fault cannot show: histories without a clause that has them are passed over, to save time.
NEEDS = {
    "repeats_for_ever": {"repeat:yes", "until:entry"},
    "early_from_the_hour": {"early:days"},
    "hours_from_the_end": {"within:h"},
    "wider_window": {"when:count"},
    "unclipped_months": {"within:months"},
    "current_act_forgotten": {"early:current"},
    "earlier_value_holds": {"shape:choose"},
    "converted_counts_anew": {"law:convert"},
    "wall_clock_hours": {"within:h"},
}


def may_show(name: str, tags: dict[str, set[str]]) -> bool:
    """Whether a history with clauses of these constructs can show the fault."""
    return any(NEEDS.get(name, set()) <= constructs for constructs in tags.values())
