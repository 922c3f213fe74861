"""What a history really produced: counted from its answers, not from what the generator meant to do."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from . import clock, evaluators
from .generator import History

EVENTS = (
    "bare and exact times on one day",
    "tie",
    "act before trigger",
    "act on the day of ending",
    "correction before acted on",
    "correction after acted on",
    "retraction before acted on",
    "retraction after acted on",
    "link",
    "unlink",
    "erased part",
    "law change while open",
    "calendar change while open",
    "waiver while open",
    "suspension while open",
    "clocks forward while open",
    "clocks back while open",
    "29 February",
    "the 31st",
    "commencement",
    "conversion",
    "conversion of an absorbed trigger",
    "several keys in a role",
    "missing field",
    "no act covered",
    "censored",
    "undecided by spans",
    "two values at one instant",
    "recorded late",
)
FORWARD = (datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2025, 3, 30, 1, tzinfo=UTC))
BACK = (datetime(2024, 10, 27, 1, tzinfo=UTC), datetime(2023, 10, 29, 1, tzinfo=UTC))
Duties = list[dict[str, Any]]


def answer(history: History, rows: list[dict[str, Any]] | None = None, known_at: str | None = None) -> Duties:
    """The oracle's duties at the history's end, of other rows or of less knowledge where asked."""
    as_of, known = history.asked[0]
    given = (history.rows if rows is None else rows, history.packs, as_of, known_at or known)
    duties: Duties = evaluators.by_oracle(*given, history.covers, history.calendar)["duties"]
    return duties


def constructs(history: History, duties: Duties) -> Iterator[tuple[str, ...]]:
    """Each construct and each pair of constructs of every clause that owes something that can be dated."""
    owing = {duty["clause"] for duty in duties if duty["from"]}
    for clause, tags in history.tags.items():
        if clause in owing:
            yield from ((tag,) for tag in sorted(tags))
            yield from combinations(sorted(tags), 2)


def events(history: History, duties: Duties, wanted: Iterable[str] = EVENTS) -> set[str]:
    """Which of the wanted EVENTS happened in a way that touches a duty; the dear ones only where wanted."""
    if not duties:
        return set()
    found = set(of_time(history, duties)) | set(of_duties(history, duties))
    if any(" acted on" in name for name in wanted):
        found |= set(of_change(history))
    for kind, name in (("linked", "link"), ("unlinked", "unlink")):
        rest = [row for row in history.rows if row["kind"] != f"identity.{kind}.1"]
        if name in wanted and len(rest) < len(history.rows) and answer(history, rest) != duties:
            found.add(name)
    if any(not row["facts"] and row["kind"] in read_kinds(history) for row in history.rows):
        found.add("erased part")
    return found


def read_kinds(history: History) -> set[str]:
    """The kinds that some clause of the history names as trigger or act."""
    clauses = [clause for text in history.packs for clause in evaluators.read_pack(text)["clauses"]]
    acts = {act["entry"] for clause in clauses for act in clause["must"]}
    return acts | {clause["when"].get("entry") or clause["when"].get("count", "") for clause in clauses}


def timed(history: History) -> list[tuple[dict[str, Any], clock.Span, list[str]]]:
    """The rows that clauses read and that claim a time, each with its span and its children."""
    kinds = read_kinds(history)
    found = []
    for row in history.rows:
        if row["kind"] in kinds and row["occurred_at"] and row["facts"]:
            refs = json.loads(row["facts"]).get("refs", {})
            found.append((row, clock.read_span(row["occurred_at"]), refs.get("child", [])))
    return found


def of_time(history: History, duties: Duties) -> Iterator[str]:
    """Times on one day, ties, and the days on which due dates are hard."""
    children = {duty["key"].get("child") for duty in duties}
    for (_, one, mine), (_, other, theirs) in combinations(timed(history), 2):
        if not children & set(mine) & set(theirs):
            continue
        if one.l == other.l:
            yield "tie"
        if clock.local_day(one.l) == clock.local_day(other.l) and (one.e == one.l) != (other.e == other.l):
            yield "bare and exact times on one day"
    for duty in duties:
        yield from of_dates(duty)
        yield from of_verdicts(duty)
    if any(len(keys) > 1 for _, _, keys in timed(history)):
        yield "several keys in a role"


def of_verdicts(duty: dict[str, Any]) -> Iterator[str]:
    """What the duty says of itself."""
    if duty["anchor"] is None:
        yield "commencement"
    if duty["end"] == "superseded" and duty["ended_by"] is None:
        yield "conversion"
        if len(duty["triggers"]) > 1:
            yield "conversion of an absorbed trigger"
    testable = str(duty["testable"])
    for start, name in (("missing", "missing field"), ("no act", "no act covered"), ("censored", "censored")):
        if testable.startswith(start):
            yield name
    if duty["testable"] is True and duty["lateness"] == "undecided":
        yield "undecided by spans"
    marks = {"state_tie": "two values at one instant", "recorded_late": "recorded late"}
    yield from (marks[mark] for mark in duty["weak"])


def of_dates(duty: dict[str, Any]) -> Iterator[str]:
    """What the duty's own dates met."""
    if not duty["from"] or not duty["due"]:
        return
    start, due = (clock.read_span(duty[name]).l for name in ("from", "due"))
    if any((day.month, day.day) == (2, 29) for day in (clock.local_day(start), clock.local_day(due))):
        yield "29 February"
    if clock.local_day(start).day == 31:
        yield "the 31st"
    for name, moments in (("clocks forward while open", FORWARD), ("clocks back while open", BACK)):
        if any(start < moment.timestamp() < due for moment in moments):
            yield name


def of_duties(history: History, duties: Duties) -> Iterator[str]:
    """Acts before the trigger and on the day of ending, waivers, suspensions, law and calendar."""
    spans = {row["n"]: (row, span, children) for row, span, children in timed(history)}
    starts = [version["in_force"]["from"] for version in second_versions(history)]
    for duty in duties:
        yield from of_acts(history, duty, spans)
        if duty["end"] == "waived":
            yield "waiver while open"
        if duty["adjusted_due"]:
            yield "suspension while open"
        ended = duty["ended_at"] or "9999"
        if duty["from"] and any(duty["from"] < day < ended for day in starts) and duty["version"] == "1":
            yield "law change while open"
    if history.calendar is not None:
        plain = evaluators.by_oracle(history.rows, history.packs, *history.asked[0], history.covers)["duties"]
        if {json.dumps([d["anchor"], d["due"]]) for d in plain} != {
            json.dumps([d["anchor"], d["due"]]) for d in duties
        }:
            yield "calendar change while open"


def of_acts(history: History, duty: dict[str, Any], spans: dict[int, Any]) -> Iterator[str]:
    """Where the clause's acts lie about the duty."""
    acts = {act["entry"] for clause in clauses_of(history, duty["clause"]) for act in clause["must"]}
    anchor = spans.get(duty["anchor"])
    for row, span, children in spans.values():
        if row["kind"] not in acts or ("child" in duty["key"] and duty["key"]["child"] not in children):
            continue
        if anchor and span.l < anchor[1].e:
            yield "act before trigger"
        is_ended = duty["end"] in ("ceased", "superseded", "waived")
        if is_ended and clock.local_day(span.l) == clock.local_day(clock.read_span(duty["ended_at"]).l):
            yield "act on the day of ending"


def clauses_of(history: History, name: str) -> list[dict[str, Any]]:
    """The versions of one clause."""
    packs = [evaluators.read_pack(text) for text in history.packs]
    return [clause for pack in packs for clause in pack["clauses"] if clause["id"] == name]


def second_versions(history: History) -> list[dict[str, Any]]:
    return [clause for name in history.tags for clause in clauses_of(history, name) if clause["version"] == "2"]


def of_change(history: History) -> Iterator[str]:
    """Corrections and retractions that change the answer, before and after the entry had been acted on."""
    roots: dict[int, int] = {}
    for row in history.rows:
        facts = json.loads(row["facts"]) if row["facts"] else {}
        target = facts.get("corrects", facts.get("retracts"))
        if target is None:
            continue
        root = roots[row["n"]] = roots.get(target, target)
        known = clock.read_span(row["recorded_at"]).l
        earlier = answer(history, known_at=clock.written(known - 1))
        touched = [duty for duty in earlier if root in (duty["anchor"], duty["ended_by"])]
        if touched and answer(history, known_at=row["recorded_at"]) != earlier:
            name = "correction" if "corrects" in facts else "retraction"
            acted = any(duty["end"] in ("fulfilled", "declined") for duty in touched)
            yield f"{name} {'after' if acted else 'before'} acted on"
