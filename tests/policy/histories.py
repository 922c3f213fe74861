"""Random histories over invented kinds, small keys and few days, so that ties and overlaps are common."""

import json
import random
from typing import Any

KINDS = (
    "a.asked.1",
    "a.done.1",
    "a.refused.1",
    "a.ended.1",
    "a.left.1",
    "s.begun.1",
    "s.over.1",
    "v.set.1",
    "v.off.1",
    "b.told.1",
)
CLAUSES = """
- {id: plain, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 2 days}
- {id: hours, when: {entry: a.asked.1, where: {type: x}}, match: [child], within: 36 h,
   must: [{entry: a.done.1, where: {type: {in: [x, y]}}}, {entry: a.refused.1, as: declined}]}
- {id: joins, when: {entry: a.asked.1}, match: [child], again: absorb, within: [2 days, 1 week],
   repeat: true,
   must: [{entry: a.done.1}, {entry: a.refused.1, as: declined}],
   until: [{entry: a.ended.1}, {entry: a.left.1, even_late: true}]}
- {id: anew, when: {entry: a.asked.1, where: {type: {not: y}}}, match: [child], again: replace,
   within: [3 days, 4 days], repeat: true, must: [{entry: a.done.1}], until: [{entry: a.ended.1, where: {type: x}}]}
- {id: holds, when: {while: open}, match: [child], early: current, must: [{entry: v.set.1}],
   repeat: true, again: absorb, within: [3 days, {choose: [{if: {level: high}, limit: 2 days},
   {if: {anchor: {before: start of open + 4 days}}, limit: 1 wd}, {else: 1 week}]}],
   in_force: {from: 2020-03-05}}
- {id: counted, when: {count: a.asked.1, at_least: 2, in: 3 days}, match: [child], again: absorb,
   must: [{entry: b.told.1}], within: 2 wd}
- {id: given, when: {entry: a.asked.1}, given: {open: 'true', level: {not: low}}, match: [child], early: 2 days,
   must: [{entry: a.done.1}], within: 1 days, until: [{at: trigger + 5 days, even_late: true}]}
- {id: lower, when: {entry: v.set.1, where: {level: {below: level.before}}}, match: [trigger], within: 2 wd,
   must: [{entry: b.told.1, where: {actor: {not: trigger.actor}}}]}
- {id: many, when: {entry: b.told.1}, for_each: to, match: [case, addressee], within: 3 days,
   must: [{entry: a.done.1, where: {actor: {is: addressee}}}]}
- {id: before, when: {entry: a.asked.1}, match: [child], from: {field: on}, within: 24 h before,
   must: [{entry: b.told.1}]}
- {id: by, when: {entry: s.begun.1}, match: [child], must: [{entry: a.done.1}], within: {by: s.over.1}, again: absorb}
- {id: last, when: {entry: b.told.1}, match: [child], from: {last: a.asked.1}, within: 2 days,
   must: [{entry: a.done.1}]}
- {id: start, when: {entry: a.asked.1}, match: [child], from: start of open, within: 6 days, must: [{entry: a.done.1}]}
- {id: case, when: {entry: a.asked.1}, match: [case, child], within: none,
   must: [{entry: a.done.1}], until: [{entry: a.ended.1}]}
- {id: law, version: '1', when: {entry: a.asked.1}, match: [child], within: 5 days, must: [{entry: a.done.1}],
   again: absorb, repeat: true, in_force: {from: 2020-03-03, to: 2020-03-07}}
- {id: law, version: '2', when: {entry: a.asked.1}, match: [child], within: 2 days, must: [{entry: b.told.1}],
   again: absorb, repeat: true, in_force: {from: 2020-03-07}}
- {id: turn, version: '1', when: {entry: a.asked.1}, match: [child], within: 5 days, must: [{entry: a.done.1}],
   in_force: {from: 2020-03-01, to: 2020-03-06}}
- {id: turn, version: '2', when: {entry: a.asked.1}, match: [child], within: 2 days,
   must: [{entry: a.done.1}, {entry: b.told.1}], in_force: {from: 2020-03-06}, supersedes: '1', open_duties: convert}
"""
PACK = f"""pack: random
version: '1'
orders: {{v.set.1.level: [low, middle, high]}}
states:
  open: {{key: child, starts: [s.begun.1], ends: [s.over.1]}}
  level: {{key: child, value: level, of: [v.set.1], ends: [v.off.1]}}
clauses:{CLAUSES}"""


def moment(chance: random.Random, day: int) -> str:
    """Return a claimed time about a day of March 2020: bare, exact, a span, or none."""
    form = chance.random()
    date = f"2020-03-{day:02}"
    if form < 0.45:
        return date
    if form < 0.85:
        return f"{date}T{chance.choice(('00:00:00', '10:00:00', '10:00:00', '15:30:00', '23:59:59'))}.000000Z"
    if form < 0.95:
        return f"{date}/2020-03-{min(day + chance.randint(0, 2), 31):02}"
    return ""


def history(seed: int, *, size: int = 40, strange: float = 0.1) -> list[dict[str, Any]]:
    """Return one history; `strange` is how often something is missing, corrected, linked or waived."""
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for n in range(1, size + 1):
        day = chance.randint(1, 14)
        kind = chance.choice(KINDS)
        facts: dict[str, Any] = {"refs": {"child": [chance.choice(("c1", "c2", "c3"))], "case": ["k1"]}}
        facts |= {"type": chance.choice("xyz"), "level": chance.choice(("low", "middle", "high")), "reason": "r"}
        facts |= {"on": f"2020-03-{chance.randint(1, 16):02}", "to": chance.sample(["p", "q", "a1"], 2)}
        if kind != "b.told.1":
            facts["refs"]["addressee"] = [chance.choice("pq")]
        if kind == "b.told.1" and rows:
            facts["trigger"] = chance.choice(rows)["n"]
        at = moment(chance, day)
        if chance.random() < strange:
            at, kind = _strange(chance, rows, facts, kind, at, n)
        rows.append(_row(chance, n, kind, at, facts, day))
    return rows


def _strange(
    chance: random.Random, rows: list[dict[str, Any]], facts: dict[str, Any], kind: str, at: str, n: int
) -> tuple[str, str]:
    what = chance.randint(0, 6)
    if what == 0:
        facts.pop(chance.choice(["type", "level", "reason", "on", "to"]), None)
    elif what == 1:
        facts["refs"]["child"] = ["c1", "c2"]
    elif what == 2 and rows:
        target = chance.choice(rows)
        facts["corrects"] = target["n"]
        return at, str(target["kind"])
    elif what == 3 and rows:
        facts["retracts"] = chance.choice(rows)["n"]
        return "", "entry.retracted.1"
    elif what == 4:
        facts["refs"]["same"] = ["c1", "c3"]
        return "", chance.choice(("identity.linked.1", "identity.unlinked.1"))
    elif what == 5 and rows:
        waived = {"clause": chance.choice(("plain", "joins", "many")), "key": {"child": chance.choice(("c1", "c2"))}}
        facts |= {**waived, "anchor": chance.choice(rows)["n"], "reason": "r"}
        return "", chance.choice(("duty.waived.1", "duty.suspended.1", "duty.resumed.1"))
    elif what == 6:
        del facts["refs"]["child"]
    return at, kind


def _row(chance: random.Random, n: int, kind: str, at: str, facts: dict[str, Any], day: int) -> dict[str, Any]:
    known = f"2020-03-{min(day + chance.choice((0, 0, 1, 5)), 31):02}T{chance.randint(0, 23):02}:00:00.000000Z"
    return {
        "n": n,
        "kind": kind,
        "subject": "s1",
        "occurred_at": at,
        "recorded_at": known,
        "actor": chance.choice(("a1", "a2", "p", "q")),
        "agency": chance.choice(("g1", "g2")),
        "facts": json.dumps(facts),
    }
