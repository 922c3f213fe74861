"""The timings of `heed bench duties`, each beside its floor, the rows of both compared first."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from heed.lib.errors import HeedError
from heed.policy.batch.clauses import Result, evaluate_family
from heed.policy.batch.evaluate import judge
from heed.policy.batch.load import load
from heed.policy.batch.masks import Names
from heed.policy.batch.openings import Reader
from heed.policy.batch.prepare import Prepared, prepare
from heed.policy.batch.result import Written
from heed.policy.batch.wants import wanted
from heed.policy.calendars import Limit, england_wales
from heed.policy.coverage import Coverage
from heed.policy.engine import Engine
from heed.policy.files import rows_of
from heed.policy.language import read_pack
from heed.policy.times import horizon, local_days
from heed.policy.words import Pack

HERE = Path(__file__).parent
AS_OF = "2031-12-31"  # after every event of the extract
PLAIN = {
    "plain-1": ("referral.received.1", "referral.decided.1", "referral", Limit(1, "wd")),
    "plain-2": ("assessment.started.1", "assessment.authorised.1", "assessment", Limit(45, "wd")),
    "plain-3": ("missing.returned.1", "return_interview.held.1", "episode", Limit(72, "h")),
    "plain-4": ("incident.notified.1", "rapid_review.completed.1", "incident", Limit(15, "wd")),
    "plain-5": ("conference.held.1", "cp_review.held.1", "child", Limit(3, "months")),
}
Paired = Callable[[list[Callable[[], Any]], int], list[float]]


class Bench:
    """One extract prepared, its clauses, and the same columns as plain arrays for the floors."""

    def __init__(self, path: Path) -> None:
        self.path, self.calendar = path, england_wales()
        self.pack = read_pack(HERE / "pack.yaml")
        self.engine = Engine([self.pack], self.calendar)
        self.second = horizon(AS_OF)
        self.extract, _ = load(path, wanted(self.engine.families.values()))
        self.prepared: Prepared = prepare(self.extract, self.second, self.second)

    def evaluate(self, name: str) -> Result:
        """Judge one clause by the product."""
        reader = Reader(self.prepared, self.engine.families[name], Names())
        return evaluate_family(reader, self.calendar, Coverage(), [])

    def events(self, kind: str, role: str) -> Any:
        """Return the events of a kind as the floors take them."""
        from bench_duties_floors import Events

        table = self.prepared.tables[kind]
        keys = table.codes[:, table.names.index(role)].astype(np.int64)
        return Events(keys, table.columns["l"], table.columns["n"])

    def dues(self, limit: Limit, at: Any) -> Any:
        """Return the due counted from each second."""
        return self.calendar.dues(limit, at)


def rows_by_product(result: Result) -> Any:
    """Return (anchor, due, end, ended_by) in a fixed order."""
    names = ("anchor", "due", "end", "ended_by")
    return _sorted([result.columns[name] for name in names])


def _sorted(columns: list[Any]) -> Any:
    stacked = np.stack(columns)
    return stacked[:, np.lexsort(stacked[::-1])]


def floors(bench: Bench) -> dict[str, Callable[[], Any]]:
    """Return the hand-written function of each clause, on columns that stand ready as they do for the product."""
    import bench_duties_floors as by_hand

    def plain(trigger: str, act: str, role: str, limit: Limit) -> Any:
        triggers = bench.events(trigger, role)
        return by_hand.response(triggers, bench.events(act, role), bench.dues(limit, triggers.at))

    def absorb() -> Any:
        triggers = bench.events("referral.received.1", "child")
        due = bench.dues(Limit(5, "wd"), triggers.at)
        return by_hand.absorb(triggers, bench.events("strategy.held.1", "child"), due)

    def count() -> Any:
        events = bench.events("missing.started.1", "child")
        day, due = local_days(events.at), bench.dues(Limit(5, "wd"), events.at)
        return by_hand.counted(events, bench.events("strategy.held.1", "child"), day, due, 3, 30)

    def replace() -> Any:
        triggers = bench.events("placement.started.1", "child")
        acts, ends = bench.events("care_visit.made.1", "child"), bench.events("placement.ended.1", "child")
        return by_hand.replace(triggers, acts, ends, bench.dues(Limit(1, "weeks"), triggers.at))

    def by() -> Any:
        kinds = ("assessment.started.1", "risk.assessed.1", "assessment.authorised.1")
        return by_hand.by_entry(*(bench.events(kind, "child") for kind in kinds))

    def holding() -> Any:
        triggers = by_hand.rising(bench.events("case.opened.1", "child"), bench.events("case.closed.1", "child"))
        acts, ends = bench.events("risk.assessed.1", "child"), bench.events("case.closed.1", "child")
        table = bench.prepared.tables["risk.assessed.1"]
        level = table.codes[:, table.names.index("level")][np.argsort(table.columns["n"])]
        high = level[np.searchsorted(np.sort(table.columns["n"]), acts.n)] == bench.prepared.texts.code("high")
        month, three = (bench.dues(Limit(count, "months"), acts.at) for count in (1, 3))
        first = bench.dues(Limit(10, "wd"), triggers.at)
        return by_hand.current(triggers, acts, ends, first, np.where(high, month, three))

    def repeat() -> Any:
        kinds = ("conference.held.1", "cp_review.held.1", "cp_plan.ended.1")
        triggers, acts, ends = (bench.events(kind, "child") for kind in kinds)
        first, later = bench.dues(Limit(3, "months"), triggers.at), bench.dues(Limit(6, "months"), acts.at)
        return by_hand.repeated(triggers, acts, ends, first, later)

    plains = {name: (lambda row=row: plain(*row)) for name, row in PLAIN.items()}
    others = {"absorb": absorb, "count": count, "replace": replace, "by": by, "repeat": repeat, "while": holding}
    return {**plains, **others, "choose": lambda: choose(bench), "fan-out": lambda: fan_out(bench)}


def choose(bench: Bench) -> Any:
    """Return the floor of `choose`: two states looked up at each trigger, by hand."""
    import bench_duties_floors as by_hand

    triggers = bench.events("missing.returned.1", "child")
    high = last_value(bench, triggers, "risk.assessed.1", "level", "high")
    foster = last_value(bench, triggers, "placement.started.1", "basis", "foster")
    ends, starts = bench.events("placement.ended.1", "child"), bench.events("placement.started.1", "child")
    began = starts.when(starts.before(triggers.key, triggers.at))
    last_end = ends.before(triggers.key, triggers.at - 1)
    foster &= (last_end < 0) | (ends.when(last_end) <= began)
    dues = [bench.dues(limit, triggers.at) for limit in (Limit(3, "days"), Limit(1, "weeks"), Limit(2, "weeks"))]
    return by_hand.chosen(triggers, bench.events("strategy.held.1", "child"), [high, foster], dues)


def last_value(bench: Bench, triggers: Any, kind: str, name: str, wanted_value: str) -> Any:
    """Say of each trigger whether the last value set on its key by then is the one asked for."""
    from bench_duties_floors import Events

    table = bench.prepared.tables[kind]
    keys = table.codes[:, table.names.index("child")].astype(np.int64)
    values = table.codes[:, table.names.index(name)]
    settings = Events(keys, table.columns["l"], np.arange(len(table)))
    place = settings.number(settings.before(triggers.key, triggers.at))
    return (place >= 0) & (values[np.maximum(place, 0)] == bench.prepared.texts.code(wanted_value))


def fan_out(bench: Bench) -> Any:
    """Return the floor of `for_each`: lists exploded, the key widened, acts sorted again."""
    import bench_duties_floors as by_hand

    table, answers = bench.prepared.tables["report.delivered.1"], bench.prepared.tables["report.answered.1"]
    more = table.more[table.more[:, 1] == table.names.index("addressees")]
    report = table.codes[:, table.names.index("report")].astype(np.int64)
    wide = np.unique(np.concatenate((more[:, 2], answers.codes[:, answers.names.index("addressee")])))
    key = report[more[:, 0]] * len(wide) + np.searchsorted(wide, more[:, 2])
    triggers = by_hand.Events(key, table.columns["l"][more[:, 0]], table.columns["n"][more[:, 0]])
    addressee = np.searchsorted(wide, answers.codes[:, answers.names.index("addressee")])
    answered = answers.codes[:, answers.names.index("report")].astype(np.int64) * len(wide) + addressee
    acts = by_hand.Events(answered, answers.columns["l"], answers.columns["n"])
    return by_hand.response(triggers, acts, bench.dues(Limit(20, "wd"), triggers.at))


def timings(path: Path, runs: int, paired: Paired, *, larger: Path | None) -> dict[str, Any]:
    """Return all timings, after the rows of each construct were found to equal those of its floor."""
    from heed.cli.bench_duties import part

    part("floors")
    bench = Bench(path)
    found: dict[str, dict[str, Any]] = {"prepare": preparing(bench, runs, paired)}
    for name, floor in floors(bench).items():
        result = bench.evaluate(name)
        if not np.array_equal(rows_by_product(result), _sorted(list(floor()))):
            raise HeedError(f"The floor of {name} does not give the same rows.")
        times = paired([lambda name=name: bench.evaluate(name), floor], runs)
        found[name] = beside(times, rows=len(result.columns["unit"]))
    found["all constructs"] = beside([sum(found[name][key] for name in bench.engine.families) for key in MEASURED])
    found["five plain, totals only"] = totals(bench, runs, paired)
    found |= end_to_end(bench, runs, paired)
    found |= part("incremental").timings()
    found |= part("peers").beside(path, PLAIN, found["five plain, totals only"]["seconds"])
    if larger is not None:
        found |= growth(path, larger)
    events = int(pq.ParquetFile(path).metadata.num_rows)
    return {"events": events, "runs": runs, "timings": found}


MEASURED = ("seconds", "floor")


def beside(times: list[float], **more: Any) -> dict[str, Any]:
    """Return a row of the product's seconds, the floor's, and their ratio."""
    return {"seconds": times[0], "floor": times[1], "ratio": times[0] / times[1], **more}


def preparing(bench: Bench, runs: int, paired: Paired) -> dict[str, Any]:
    """Time preparing against a bare filter and stable sort of the same columns."""
    parts = list(bench.extract.tables.values())
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}

    def bare() -> None:
        keep = np.flatnonzero((columns["recorded"] <= bench.second) & (columns["l"] <= bench.second))
        order = keep[np.argsort(columns["l"][keep], kind="stable")]
        for column in columns.values():
            column[order]

    return beside(paired([lambda: prepare(bench.extract, bench.second, bench.second), bare], runs))


def totals(bench: Bench, runs: int, paired: Paired) -> dict[str, Any]:
    """Time the five plain clauses against a floor that only counts how many were met in time."""

    def count() -> None:
        for trigger, act, role, limit in PLAIN.values():
            triggers, acts = bench.events(trigger, role), bench.events(act, role)
            (acts.when(acts.following(triggers.key, triggers.at)) <= bench.dues(limit, triggers.at)).sum()

    def ours() -> None:
        for name in PLAIN:
            bench.evaluate(name)

    return beside(paired([ours, count], runs))


def end_to_end(bench: Bench, runs: int, paired: Paired) -> dict[str, dict[str, Any]]:
    """Time the five plain clauses from Parquet to a written result, beside DuckDB."""
    from heed.cli.bench_duties import part

    clauses = tuple(clause for clause in bench.pack.clauses if clause.id in PLAIN)
    pack = Pack(bench.pack.name, "1", bench.pack.calendar, bench.pack.states, clauses)
    out, target = bench.path.with_name("duties.parquet"), bench.path.with_name("duckdb.parquet")

    def ours() -> None:
        written = Written(out)
        judge(
            bench.path,
            [pack],
            bench.second,
            bench.second,
            Coverage(),
            each=lambda result, judged: written.add(result, judged.prepared.texts, judged.names),
        )
        written.close()

    peer = part("by_duckdb")
    theirs = peer.query(bench.path, target, PLAIN, bench.calendar, AS_OF)
    ours()
    theirs()
    rows = peer.check_same(out, target)
    note = "floor: the fastest DuckDB query found, the same rows; aim: at most 4 s and no slower"
    return {"five plain, Parquet to Parquet": beside(paired([ours, theirs], runs), rows=rows, note=note)}


def growth(path: Path, larger: Path) -> dict[str, dict[str, Any]]:
    """Time every shipped clause on both extracts, each in a process of its own."""
    found = {}
    for extract in (path, larger):
        result = extract.with_name("whole.parquet")
        words = [sys.executable, str(HERE / "whole.py"), str(extract), str(result)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        told = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
        row = json.loads(told.stdout)
        events = int(pq.ParquetFile(extract).metadata.num_rows)
        note = f"{row['duties']:,} duties, peak {row['peak_gb']:.1f} GB, processors {row['busy']:.1f} s"
        found[f"every shipped clause, {events:,} events"] = {"seconds": row["seconds"], "note": note, **row}
    small, large = (row["seconds"] for row in found.values())
    found["growth"] = {"seconds": large, "floor": small, "ratio": large / small, "note": "aim: at most 20"}
    return found


__all__ = ["rows_of", "timings"]
