"""The walk over one clause's columns: laid out as the compiled code takes them, and its rows made columns again."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.law import Law

from .acts import Acts, Anchors, Ends, Shape, as_openings
from .clocks import Maker
from .sorting import constant
from .texts import Longs
from .triggers import Triggers, fixed_of
from .walk import NONE, ROW, TRIGGER, V_CURRENT, V_ITEM, V_LIMIT, V_LIMITS, V_REPEAT, WIDTH, walk
from .weigh import MISSING_FROM


def walked_columns(
    maker: Maker, triggers: Triggers, acts: Acts, anchors: Anchors, ends: Ends, shape: Shape
) -> dict[str, Longs]:
    """Return the rows that the walk writes, as columns."""
    *fixed, ties = _fixed(maker, maker.reader.family.laws, triggers, acts)
    rows = _walk(maker, triggers, acts, anchors, ends, (fixed[0], fixed[1], fixed[2]), shape)
    return _columns(maker.reader.family.laws, triggers, acts, anchors, rows, ties)


def _fixed(maker: Maker, laws: Sequence[Law], triggers: Triggers, acts: Acts) -> tuple[Longs, Longs, Longs, Longs]:
    """Return every `until: at` of every version, its instants from triggers and from acts, and the ties read."""
    members, from_trigger, from_act = [], [], []
    ties = np.zeros((len(laws), len(acts.l)), np.int64)
    for place, law in enumerate(laws):
        own = [item for item in law.clause.until if item.at is not None]
        if not own:
            continue
        if any(other.clause.repeat for other in laws):
            opened = as_openings(maker, acts, place)
            from_act += list(fixed_of(maker, law, opened))
            ties[place] = opened.ties
        else:
            from_act += [np.full(len(acts.l), NONE, np.int64)] * len(own)
        from_trigger += [triggers[f"fixed {place} {at}"] for at in range(len(own))]
        members += [
            (place, int(item.even_late), int(item.at is not None and item.at.base == "trigger")) for item in own
        ]
    none = np.empty((0, 1), np.int64)
    fixed = np.array(members, np.int64).reshape(-1, 3)
    return fixed, np.stack(from_trigger) if from_trigger else none, np.stack(from_act) if from_act else none, ties


def _walk(
    maker: Maker,
    triggers: Triggers,
    acts: Acts,
    anchors: Anchors,
    ends: Ends,
    fixed: tuple[Longs, Longs, Longs],
    shape: Shape,
) -> Longs:
    """Lay the columns out as the walk takes them, and walk; again with more room where the rows did not fit."""
    laws, size = maker.reader.family.laws, len(acts.l)
    repeats = any(law.clause.repeat for law in laws)
    version = anchors.version if len(anchors.version) else constant(0, size)
    t = np.stack([triggers[name] for name in TRIGGER])
    a = np.stack((acts.l, acts.e, acts.n, version))
    u = np.stack((ends.l, ends.e, ends.n, ends.version, ends.late))
    pairs = [triggers[f"pair {place}"] for place in range(len(shape.tests))]
    pt = np.stack(pairs) if pairs else np.empty((0, 1), np.int64)
    items = np.stack((np.append(shape.declined, 0).astype(np.int64), shape.pair_at), axis=1)
    c = np.stack((anchors.dues, anchors.dues_e, anchors.forms), axis=2)
    room = t.shape[1] + (size if repeats else 0) + 16
    bucket = triggers["bucket"][triggers.group_at[:-1]]
    rest: tuple[Any, ...] = (
        t,
        a,
        u,
        _versions(laws, shape),
        items,
        acts.static,
        shape.pair_op,
        acts.pairs,
        pt,
        *fixed,
        c,
    )
    while True:
        out = np.empty((WIDTH, room), np.int64)
        used = walk(triggers.group_at, bucket, acts.starts, ends.starts, maker.reader.prepared.horizon, out, *rest)
        if used <= room:
            return out[:, :used]
        room = used


def _versions(laws: Sequence[Law], shape: Shape) -> Longs:
    """Return for each version where its items and limits begin, and whether it repeats and takes current acts."""
    limits = [len(law.clause.within) for law in laws]
    found = np.zeros((len(laws) + 1, 5), np.int64)
    found[:, V_ITEM] = shape.item_at
    found[:, V_LIMIT] = np.cumsum([0, *limits])
    found[:-1, V_LIMITS] = limits
    found[:-1, V_REPEAT] = [law.clause.repeat for law in laws]
    found[:-1, V_CURRENT] = [law.clause.early == "current" for law in laws]
    return found


def _columns(
    laws: Sequence[Law], triggers: Triggers, acts: Acts, anchors: Anchors, rows: Longs, item_ties: Longs
) -> dict[str, Longs]:
    """Return the walk's rows as columns, with what their triggers and acts say."""
    found = {name: rows[place] for place, name in enumerate(ROW)}
    first, act, anchor = found["trigger"], found["act"], found["anchor_act"]
    later = anchor >= 0
    for name in ("unit", "addressee", "agency"):
        found[name] = triggers[name][first]
    found["last"] = found.pop("last_joined")
    found["first"] = first
    found["anchor_l"] = np.where(later, _at(acts.l, anchor), triggers["l"][first])
    lacking = found.pop("lacking") == 1
    if len(anchors.version):
        tie, missing = _of_acts(laws, triggers, acts, anchors, found, item_ties)
        found["tie"] = np.where(later, tie, triggers["ties"][first] | tie)
        found["why"] = np.where(lacking, missing + MISSING_FROM, 0)
    else:
        found["tie"], found["why"] = triggers["ties"][first], np.zeros(len(first), np.int64)
    found["act_l"], found["act_recorded"] = _at(acts.l, act), _at(acts.recorded, act)
    return found


def _of_acts(
    laws: Sequence[Law], triggers: Triggers, acts: Acts, anchors: Anchors, found: dict[str, Longs], item_ties: Longs
) -> tuple[Longs, Longs]:
    """Return the ties read and the fields missing at the acts that anchor rows, or that counted early."""
    act, anchor, version = found["act"], found["anchor_act"], found["version"]
    limit_at = np.cumsum([0, *(len(law.clause.within) for law in laws)])
    limit = np.minimum(limit_at[version] + found["occurrence"], limit_at[version + 1] - 1)
    early = np.array([law.clause.early == "current" for law in laws], np.bool_)[version]
    early &= (anchor < 0) & (act >= 0) & (_at(acts.l, act) < triggers["e"][found["first"]])
    second = np.minimum(limit + 1, limit_at[version + 1] - 1)
    tie = (anchor >= 0) & (_grid(anchors.ties, limit, anchor) | (_grid(item_ties, version, anchor) != 0))
    tie |= early & (_grid(anchors.ties, second, act) != 0)
    return tie.astype(np.int64), _grid(anchors.missing, limit, anchor).astype(np.int64)


def _at(column: Longs, place: Longs) -> Longs:
    return column[np.maximum(place, 0)] if len(column) else np.zeros(len(place), np.int64)


def _grid(grid: npt.NDArray[np.generic], row: Longs, place: Longs) -> Longs:
    if grid.shape[1] == 0:
        return np.zeros(len(row), np.int64)
    found: Longs = grid[row, np.maximum(place, 0)]  # type: ignore[assignment]
    return found
