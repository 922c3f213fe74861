"""What ends a duty, and when: acts, `until`, waivers, a new clock, a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import chains, clauses, clock, conditions, limits, states, triggers
from . import entries as record
from .entries import Entry, Missing, World

if TYPE_CHECKING:
    from .chains import Chain, Row
    from .clauses import Version
    from .triggers import Trigger

ENDS = ("fulfilled", "declined", "ceased", "waived", "superseded")  # M8: the earlier in this list wins


class End(NamedTuple):
    """One thing that would end a duty; sorted, the first is the one that does."""

    at: int
    rank: int
    e: int
    n: int
    entry: Entry | None = None
    successor: Version | None = None


def settle(world: World, family: list[Version], chain: Chain, row: Row) -> None:
    """End the duty by the earliest of all that would end it; at one instant M8's order decides."""
    found = [
        *by_acts(world, row),
        *by_untils(world, row),
        *by_waivers(world, row),
        *by_new_clock(chain),
        *by_new_version(world, family, row),
    ]
    row.end, row.ended_at, row.ended_by, row.act, row.successor = "open", None, None, None, None
    if not found:
        return
    first = min(found, key=precedence)
    row.end, row.ended_at, row.successor = ENDS[first.rank], first.at, first.successor
    row.ended_by = first.n if first.n >= 0 else None
    row.act = first.entry if first.rank <= ENDS.index("declined") else None


def precedence(end: End) -> tuple[int, ...]:
    """The earliest instant first; at one instant the order of M8, then that of entries (R3)."""
    return (end.at, end.rank, end.e, end.n)


def act_verdict(world: World, row: Row, entry: Entry) -> tuple[str, Missing | None] | None:
    """How an entry on the key stands to `must`: fulfilled, declined, or unsure with the field it lacks; else None."""
    scene = chains.scene_for(world, row)
    lacking: Missing | None = None
    ways = set()
    for act in row.version.text["must"]:
        verdict = conditions.where(scene, entry, act.get("where") or {}) if act["entry"] == entry.kind else False
        if verdict is not False and not isinstance(verdict, Missing):
            verdict = complete(entry, declined=act.get("as") == "declined")
        if isinstance(verdict, Missing):
            lacking = lacking or verdict
        elif verdict:
            ways.add(act.get("as", "fulfilled"))
    if ways:
        return ("fulfilled" if "fulfilled" in ways else "declined"), None
    return ("unsure", lacking) if lacking else None


def ties_of(world: World, row: Row, entry: Entry) -> set[str]:
    """The states that the act's own conditions read and that had two values at one instant (M2, R33)."""
    scene = chains.scene_for(world, row)
    for act in row.version.text["must"]:
        if act["entry"] == entry.kind:
            conditions.where(scene, entry, act.get("where") or {})
    return scene.tied


def complete(entry: Entry, *, declined: bool) -> bool | Missing:
    """An act needs a time, and a declined one a reason (R14)."""
    if entry.span is None:
        return Missing("occurred_at")
    reason = record.read_field(entry, "reason")
    return reason if declined and isinstance(reason, Missing) else True


def on_key(world: World, row: Row, entries: list[Entry]) -> list[Entry]:
    """The entries on the duty's key, without the one that opened it: it never fulfils its own duty (M2)."""
    return [e for e in entries if limits.is_on_key(world, e, row.opener) and e.n != row.opener.anchor]


def is_after_anchor(world: World, row: Row, entry: Entry) -> bool:
    """Whether an act comes late enough to count for this duty."""
    if row.occurrence > 1:
        return entry.e > row.span.l  # R17, M2: acts whose spans overlap are one
    return entry.l >= opens_at(world, row)  # M2: not before the trigger if l(act) >= e(trigger)


def opens_at(world: World, row: Row) -> int:
    """From where acts count: e of the anchor, or where its `early` span opens (R18)."""
    early = row.version.text.get("early", "none")
    if early in ("none", "current") or row.is_converted:
        return row.span.e
    return clock.window_start(row.span.e, clock.read_period(early), world.bank_holidays)


def by_acts(world: World, row: Row) -> list[End]:
    """The acts that would end the duty (M5)."""
    current = by_current(world, row)
    if current:
        return [current]
    found = []
    for entry in on_key(world, row, world.entries):
        verdict = act_verdict(world, row, entry)
        if verdict and verdict[0] != "unsure" and is_after_anchor(world, row, entry):
            found.append(end_by(entry, verdict[0]))
    return found


def end_by(entry: Entry, how: str) -> End:
    return End(entry.l, ENDS.index(how), entry.e, entry.n, entry)


def by_current(world: World, row: Row) -> End | None:
    """With `early: current`, the latest act before the trigger, while it is still current (R18)."""
    if row.version.text.get("early") != "current" or row.occurrence > 1 or row.is_converted:
        return None
    act = latest_before(world, row)
    running = chains.current_clock(world, row, act) if act else None
    if act is None or running is None or isinstance(running, Missing):
        return None
    verdict = act_verdict(world, row, act)
    is_current = running.due is None or row.span.l <= running.due
    return end_by(act, verdict[0]) if verdict and is_current else None


def latest_before(world: World, row: Row) -> Entry | None:
    """The latest act that lies wholly before the trigger."""
    found = [e for e in on_key(world, row, world.entries) if e.l < row.span.e]
    sure = [e for e in found if (verdict := act_verdict(world, row, e)) and verdict[0] != "unsure"]
    return sure[-1] if sure else None


def follows_trigger(entry: Entry, trigger: Trigger) -> bool:
    """Whether an `until` comes after a trigger; by number where their spans overlap (R5)."""
    return entry.l >= trigger.span.e and states.follows(entry, trigger.entry)


def until_entries(world: World, row: Row) -> list[tuple[Entry, bool]]:
    """The entries of `until`, and those that end the `while` state, each with its `even_late`."""
    found = [(e, False) for e in triggers.run_ends(world, row.opener, row.version)]
    scene = chains.scene_for(world, row)
    for item in row.version.text.get("until") or []:
        for entry in on_key(world, row, world.entries):
            if entry.kind == item.get("entry") and conditions.where(scene, entry, item.get("where") or {}) is True:
                found.append((entry, item.get("even_late") == "true"))
    stands_for = [row.opener, *row.joined]
    return [(e, late) for e, late in found if all(follows_trigger(e, trigger) for trigger in stands_for)]


def until_instants(world: World, row: Row) -> list[tuple[int, bool]]:
    """The instants of `until: at`; one that is unset or unknown never ends (R14, R20)."""
    scene = chains.scene_for(world, row)
    found = []
    for item in row.version.text.get("until") or []:
        at: Any = conditions.moment(scene, item["at"]) if "at" in item else None
        if isinstance(at, int):
            found.append((at, item.get("even_late") == "true"))
    row.tied |= scene.tied
    return found


def by_untils(world: World, row: Row) -> list[End]:
    """What makes the duty cease: only while it is not yet due, unless `even_late` (M8, R20)."""
    rank = ENDS.index("ceased")
    found = [
        End(entry.l, rank, entry.e, entry.n, entry)
        for entry, even_late in until_entries(world, row)
        if entry.l >= row.span.e and may_cease(row, entry.l, even_late)
    ]
    for at, even_late in until_instants(world, row):
        if at <= world.horizon and may_cease(row, at, even_late):
            found.append(End(at, rank, at, -1))
    return found


def may_cease(row: Row, at: int, even_late: bool) -> bool:
    """At any instant not after due; with no due, always (R20)."""
    return even_late or row.due is None or at <= row.due


def is_over(world: World, row: Row, act: Entry) -> bool:
    """Whether an `until` or the state's end lies before the act, so that nothing is repeated (R20)."""
    instants = [entry.l for entry, _ in until_entries(world, row)]
    instants += [at for at, _ in until_instants(world, row)]
    return any(at < act.l for at in instants)


def by_waivers(world: World, row: Row) -> list[End]:
    """Waivers take effect when recorded (M8, R32)."""
    found = [e for e in world.known if e.kind == "duty.waived.1" and names(world, e, row)]
    rank = ENDS.index("waived")
    return [End(e.recorded, rank, e.recorded, e.n, e) for e in found if e.recorded <= world.horizon]


def names(world: World, entry: Entry, row: Row) -> bool:
    """Whether a waiver, suspension or resumption names this duty, and why (R32)."""
    facts = entry.facts or {}
    anchor = record.number_in(entry, "anchor")
    key = {role: world.least.get(str(key), str(key)) for role, key in (facts.get("key") or {}).items()}
    if "trigger" in key:
        key["trigger"] = str(world.roots.get(int(key["trigger"]), key["trigger"]))
    addressee = facts.get("addressee")
    return (
        facts.get("clause") == row.version.id
        and key == dict(row.opener.key)
        and (None if anchor is None else world.roots.get(anchor, anchor)) == row.anchor
        and world.least.get(str(addressee), addressee) == row.opener.addressee
        and facts.get("reason") is not None
    )


def by_new_clock(chain: Chain) -> list[End]:
    """With `again: replace` a new trigger ends the duty it finds open (M6)."""
    if chain.replaced is None:
        return []
    entry = chain.replaced.entry
    number = -1 if chain.replaced.anchor is None else entry.n
    return [End(chain.replaced.span.l, ENDS.index("superseded"), chain.replaced.span.e, number, entry)]


def by_new_version(world: World, family: list[Version], row: Row) -> list[End]:
    """With `open_duties: convert` a commencement ends the duty it finds open; ended_by is null (M7, R28)."""
    since = max(row.span.l, row.opener.span.l)
    rank = ENDS.index("superseded")
    later = [v for v in clauses.conversions(family, row.version) if since < v.start <= world.horizon]
    return [End(v.start, rank, v.start, -1, None, v) for v in later]
