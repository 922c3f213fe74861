"""The timings of `heed bench duties`, each beside its floor, the rows of both compared first."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq

from heed.lib.errors import HeedError
from heed.policy.batch.clauses import Result, evaluate_family
from heed.policy.batch.evaluate import judge
from heed.policy.batch.load import load
from heed.policy.batch.masks import Names
from heed.policy.batch.openings import Reader
from heed.policy.batch.prepare import Prepared, prepare
from heed.policy.batch.result import table_of
from heed.policy.batch.wants import wanted
from heed.policy.calendars import Limit, england_wales
from heed.policy.coverage import Coverage
from heed.policy.engine import Engine
from heed.policy.files import load_packs, rows_of
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
Median = Callable[[Callable[[], Any], int], float]


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

    def repeat() -> Any:
        kinds = ("conference.held.1", "cp_review.held.1", "cp_plan.ended.1")
        triggers, acts, ends = (bench.events(kind, "child") for kind in kinds)
        first, later = bench.dues(Limit(3, "months"), triggers.at), bench.dues(Limit(6, "months"), acts.at)
        return by_hand.repeated(triggers, acts, ends, first, later)

    plains = {name: (lambda row=row: plain(*row)) for name, row in PLAIN.items()}
    others = {"absorb": absorb, "count": count, "replace": replace, "by": by, "repeat": repeat}
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


def timings(path: Path, runs: int, median: Median, *, whole: bool) -> dict[str, Any]:
    """Return all timings, after the rows of each construct were found to equal those of its floor."""
    from heed.cli.bench_duties import part

    part("floors")
    bench = Bench(path)
    found: dict[str, dict[str, Any]] = {"prepare": preparing(bench, runs, median)}
    by_hand = floors(bench)
    for name in bench.engine.families:
        seconds = median(lambda name=name: bench.evaluate(name), runs)
        floor = by_hand.get(name)
        row: dict[str, Any] = {"seconds": seconds, "rows": len(bench.evaluate(name).columns["unit"])}
        if floor is not None:
            if not np.array_equal(rows_by_product(bench.evaluate(name)), _sorted(list(floor()))):
                raise HeedError(f"The floor of {name} does not give the same rows.")
            row["floor"] = median(floor, runs)
            row["ratio"] = seconds / row["floor"]
        found[name] = row
    timed = [row for name, row in found.items() if row.get("floor") and name != "prepare"]
    total, floor_total = sum(row["seconds"] for row in timed), sum(row["floor"] for row in timed)
    found["all constructs with a floor"] = {"seconds": total, "floor": floor_total, "ratio": total / floor_total}
    found["five plain, totals only"] = totals(bench, runs, median, found)
    found |= end_to_end(bench, runs, median)
    found |= part("incremental").timings()
    if whole:
        found["whole packs, end to end"] = whole_packs(path)
    events = int(pq.ParquetFile(path).metadata.num_rows)
    return {"events": events, "runs": runs, "timings": found}


def preparing(bench: Bench, runs: int, median: Median) -> dict[str, Any]:
    """Time preparing against a bare filter and stable sort of the same columns."""
    parts = list(bench.extract.tables.values())
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}

    def bare() -> None:
        keep = np.flatnonzero((columns["recorded"] <= bench.second) & (columns["l"] <= bench.second))
        order = keep[np.argsort(columns["l"][keep], kind="stable")]
        for column in columns.values():
            column[order]

    seconds = median(lambda: prepare(bench.extract, bench.second, bench.second), runs)
    floor = median(bare, runs)
    return {"seconds": seconds, "floor": floor, "ratio": seconds / floor}


def totals(bench: Bench, runs: int, median: Median, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Time the five plain clauses against a floor that only counts how many were met in time."""

    def count() -> None:
        for trigger, act, role, limit in PLAIN.values():
            triggers, acts = bench.events(trigger, role), bench.events(act, role)
            (acts.when(acts.following(triggers.key, triggers.at)) <= bench.dues(limit, triggers.at)).sum()

    seconds = sum(found[name]["seconds"] for name in PLAIN)
    floor = median(count, runs)
    return {"seconds": seconds, "floor": floor, "ratio": seconds / floor}


def end_to_end(bench: Bench, runs: int, median: Median) -> dict[str, dict[str, Any]]:
    """Time the five plain clauses from Parquet to a written result, beside DuckDB."""
    clauses = tuple(clause for clause in bench.pack.clauses if clause.id in PLAIN)
    pack = Pack(bench.pack.name, "1", bench.pack.calendar, bench.pack.states, clauses)
    out = bench.path.with_name("duties.parquet")

    def ours() -> int:
        judged = judge(bench.path, [pack], bench.second, bench.second, Coverage())
        table = table_of(judged.results, judged.prepared.texts, judged.names)
        pq.write_table(table, out)
        return int(table.num_rows)

    rows = ours()
    theirs = by_duckdb(bench, out)
    if theirs() != rows:
        raise HeedError("DuckDB does not give as many rows.")
    seconds, floor = median(ours, runs), median(theirs, runs)
    note = "aim: at most 4 s and no slower than DuckDB"
    return {
        "five plain, Parquet to Parquet": {"seconds": seconds, "floor": floor, "ratio": seconds / floor, "note": note}
    }


def by_duckdb(bench: Bench, out: Path) -> Callable[[], int]:
    """Return the fastest DuckDB query found that gives the same rows: one scan, ASOF joins, a table of due days."""
    connection = duckdb.connect()
    days = np.arange(20000, dtype=np.int64) * 86400 + 3600 * 12
    parts = []
    for name, (trigger, act, role, limit) in PLAIN.items():
        connection.register(f"due_{name[-1]}", _due_table(bench, days, limit))
        start = f"epoch(t.moment)::BIGINT + {limit.n * 3600}" if limit.unit == "h" else "d.due"
        join = (
            "" if limit.unit == "h" else f"JOIN due_{name[-1]} d ON d.day = timezone('Europe/London', t.moment)::DATE"
        )
        parts.append(
            f"SELECT '{name}' AS clause, t.key, t.n, {start} AS due, a.moment AS ended_at, a.n AS ended_by,"
            f" epoch(coalesce(a.moment, timestamptz '{AS_OF} 23:59:59+00')) > {start} AS late"
            f" FROM (SELECT n, moment, {role} AS key FROM e WHERE kind = '{trigger}') t"
            f" ASOF LEFT JOIN (SELECT n, moment, {role} AS key FROM e WHERE kind = '{act}') a"
            f" ON t.key = a.key AND a.moment >= t.moment {join}"
        )
    roles = sorted({role for _, _, role, _ in PLAIN.values()})
    keys = ", ".join(f"facts->>'$.refs.{role}[0]' AS {role}" for role in roles)
    kinds = ", ".join(sorted({f"'{kind}'" for row in PLAIN.values() for kind in row[:2]}))
    scan = (
        f"CREATE OR REPLACE TEMP TABLE e AS SELECT n, kind, occurred_at::TIMESTAMPTZ AS moment, {keys}"
        f" FROM '{bench.path}' WHERE kind IN ({kinds}) AND recorded_at <= '{AS_OF}T23:59:59Z'"
    )
    target = out.with_name("duckdb.parquet")

    def query() -> int:
        connection.execute(scan)
        connection.execute(f"COPY ({' UNION ALL '.join(parts)}) TO '{target}' (FORMAT parquet)")
        return int(pq.ParquetFile(target).metadata.num_rows)

    return query


def _due_table(bench: Bench, days: Any, limit: Limit) -> Any:
    import pyarrow as pa

    due = bench.dues(limit, days)
    return pa.table({"day": pa.array(days.astype("datetime64[s]").astype("datetime64[D]")), "due": due})


def whole_packs(path: Path) -> dict[str, Any]:
    """Time every shipped clause from Parquet to a written result, once, with the peak memory of the process."""
    started = time.perf_counter()
    judged = judge(path, load_packs([]), horizon(AS_OF), horizon(AS_OF), Coverage())
    table = table_of(judged.results, judged.prepared.texts, judged.names)
    pq.write_table(table, path.with_name("whole.parquet"))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"seconds": seconds, "note": f"{table.num_rows:,} duties, peak {peak:.1f} GB of the whole process"}


__all__ = ["rows_of", "timings"]
