"""An invented extract for timing: children with cases, referrals, plans, placements and visits; no real person."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Ints = npt.NDArray[np.int64]
SECOND = 1
DAY = 86400
START = int(np.datetime64("2014-06-02T00:00:00", "s").astype(np.int64))
# Share of all events, the role whose key they carry, and what else their facts state.
MIX: dict[str, tuple[float, str, str]] = {
    "referral.received.1": (0.07, "referral", ""),
    "referral.decided.1": (0.07, "referral", '"outcome":"assessment",'),
    "assessment.started.1": (0.06, "assessment", ""),
    "assessment.authorised.1": (0.06, "assessment", ""),
    "missing.returned.1": (0.05, "episode", ""),
    "return_interview.held.1": (0.04, "episode", '"independent":true,'),
    "missing.started.1": (0.05, "child", ""),
    "strategy.held.1": (0.02, "child", ""),
    "case.opened.1": (0.06, "child", ""),
    "case.closed.1": (0.05, "child", ""),
    "risk.assessed.1": (0.11, "child", "level"),
    "conference.held.1": (0.03, "child", '"plan":true,"type":"initial",'),
    "cp_review.held.1": (0.06, "child", ""),
    "cp_plan.ended.1": (0.02, "child", ""),
    "placement.started.1": (0.03, "child", '"basis":"foster","meant_to_last":"to_18",'),
    "placement.ended.1": (0.02, "child", ""),
    "care_visit.made.1": (0.13, "child", ""),
    "incident.notified.1": (0.01, "incident", ""),
    "rapid_review.completed.1": (0.01, "incident", ""),
    "report.delivered.1": (0.01, "report", '"addressees":["a0","a1","a2"],'),
    "report.answered.1": (0.02, "report", "answer"),
    "meeting.called.1": (0.02, "child", ""),
}


def extract(events: int, cases: int, seed: int, *, years: int = 3, bare_share: float = 0.0) -> pa.Table:
    """Return an extract with so many events on so many children, in the order recorded."""
    chance = np.random.default_rng(seed)
    names = list(MIX)
    shares = np.array([share for share, _, _ in MIX.values()])
    kind = chance.choice(len(names), events, p=shares / shares.sum())
    child = chance.integers(0, cases, events)
    happened = START + chance.integers(0, years * 365 * DAY, events)
    recorded = happened + chance.integers(0, 3 * DAY, events)
    order = np.argsort(recorded, kind="stable")
    kind, child, happened, recorded = kind[order], child[order], happened[order], recorded[order]
    bare = chance.random(events) < bare_share
    return pa.table(
        {
            "n": np.arange(events, dtype=np.int64),
            "kind": pa.DictionaryArray.from_arrays(kind.astype(np.int32), pa.array(names)),
            "subject": _keys(child),
            "occurred_at": _times(happened, bare),
            "recorded_at": _times(recorded, np.zeros(events, np.bool_)),
            "actor": _few("a", chance.integers(0, 5000, events), 5000),
            "agency": _few("g", chance.integers(0, 8, events), 8),
            "facts": _facts(chance, kind, child, names),
        }
    )


def _keys(numbers: Ints) -> pa.Array:
    distinct, inverse = np.unique(numbers, return_inverse=True)
    words = pa.array([f"{int(number) * 2654435761 % 2**64:032x}" for number in distinct])
    return words.take(pa.array(inverse))


def _few(letter: str, numbers: Ints, count: int) -> pa.Array:
    return pa.array([f"{letter}{number}" for number in range(count)]).take(pa.array(numbers))


def _times(seconds: Ints, bare: npt.NDArray[np.bool_]) -> pa.Array:
    instants = np.datetime_as_string(seconds.astype("datetime64[s]"))
    days = np.datetime_as_string(seconds.astype("datetime64[s]").astype("datetime64[D]"))
    full = np.char.add(instants, ".000000Z")
    return pa.array(np.where(bare, days, full))


def _facts(chance: np.random.Generator, kind: Ints, child: Ints, names: list[str]) -> pa.Array:
    """Return the facts: keys of a child's few referrals, episodes and reports, and what a kind states."""
    which = chance.integers(0, 6, len(kind))
    level = np.array(["low", "medium", "high"])[chance.integers(0, 3, len(kind))]
    actor = chance.integers(0, 3, len(kind))
    found = []
    for place, (k, c, w) in enumerate(zip(kind.tolist(), child.tolist(), which.tolist(), strict=True)):
        _, role, extra = MIX[names[k]]
        key = f"{c * 2654435761 % 2**64:032x}"
        refs = f'"child":["{key}"]' if role == "child" else f'"child":["{key}"],"{role}":["{role[0]}{c}-{w}"]'
        if extra == "level":
            extra = f'"level":"{level[place]}",'
        if extra == "answer":
            extra, refs = '"position":"accept",', f'"addressee":["a{actor[place]}"],{refs}'
        found.append(f'{{{extra}"refs":{{{refs}}},"request":"{place:032x}"}}')
    return pa.array(found)


SLICE = 1_500_000  # events made at a time: their facts are Python texts while they are made


def write(path: Path, events: int, cases: int, seed: int, *, years: int = 3) -> None:
    """Write an extract to a Parquet file; a large one as slices of the same children, each in the order recorded."""
    writer = None
    for place, begins in enumerate(range(0, events, SLICE)):
        size = min(SLICE, events - begins)
        table = extract(size, cases, seed + 1000 * place, years=years)
        table = table.set_column(0, "n", pa.array(np.arange(begins, begins + size)))
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
