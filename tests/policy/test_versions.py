"""Two invented versions of four clauses and, counted by hand, the 24 duties they give: before, across and after."""

from typing import Any

from heed.policy import evaluate_batch, evaluate_incremental
from policy.tables import ALL, child, stamp

OLD, NEW = "in_force: {from: 2020-01-01, to: 2020-07-01}", "in_force: {from: 2020-07-01}"
PACK = f"""
pack: invented
version: '1'
states: {{open: {{key: child, starts: [w.begun.1], ends: [w.over.1]}}}}
clauses:
- {{id: C, version: '1', when: {{entry: c.asked.1}}, match: [child], must: [{{entry: c.done.1}}],
   within: 10 days, {OLD}}}
- {{id: C, version: '2', when: {{entry: c.asked.1}}, match: [child], must: [{{entry: c.done.1}}],
   within: 5 days, {NEW},
   supersedes: '1', open_duties: convert}}
- {{id: K, version: '1', when: {{entry: k.asked.1}}, match: [child], must: [{{entry: k.done.1}}],
   within: 10 days, {OLD}}}
- {{id: K, version: '2', when: {{entry: k.asked.1}}, match: [child], must: [{{entry: k.done.1}}],
   within: 5 days, {NEW}}}
- {{id: R, version: '1', when: {{entry: r.asked.1}}, match: [child], must: [{{entry: r.done.1}}],
   within: 30 days, {OLD},
   repeat: true, again: absorb, until: [{{entry: r.over.1}}]}}
- {{id: R, version: '2', when: {{entry: r.asked.1}}, match: [child], must: [{{entry: r.done.1}}],
   within: 10 days, {NEW},
   repeat: true, again: absorb, until: [{{entry: r.over.1}}]}}
- {{id: W, version: '1', when: {{while: open}}, match: [child], must: [{{entry: w.done.1}}],
   within: 20 days, {OLD},
   repeat: true, again: absorb}}
- {{id: W, version: '2', when: {{while: open}}, match: [child], must: [{{entry: w.done.1}}],
   within: 10 days, {NEW},
   repeat: true, again: absorb}}
"""
HAPPENED = """
1 k.asked k1 2019-12-20
2 k.asked k2 2020-06-01
3 k.done k2 2020-06-08
4 k.asked k3 2020-06-25
5 k.done k3 2020-07-06
6 k.asked k4 2020-06-30
7 k.done k4 2020-07-10
8 k.asked k5 2020-07-01
9 k.done k5 2020-07-07
10 k.asked k6 2020-07-20
11 c.asked c1 2020-06-01
12 c.done c1 2020-06-08
13 c.asked c2 2020-06-10
14 c.done c2 2020-07-02
15 c.asked c3 2020-06-28
16 c.done c3 2020-07-03
17 c.asked c4 2020-07-02
18 c.asked c5 2020-06-30
19 c.done c5 2020-06-30
20 r.asked r1 2020-05-01
21 r.done r1 2020-05-20
22 r.done r1 2020-06-25
23 r.done r1 2020-07-10
24 r.done r1 2020-07-22
25 r.asked r2 2020-07-05
26 r.over r2 2020-07-12
27 w.begun w1 2019-06-01
28 w.done w1 2020-01-15
29 w.over w1 2020-02-01
30 w.begun w2 2020-06-20
31 w.done w2 2020-07-05
32 w.begun w3 2020-08-01
33 w.over w3 2020-08-20
34 w.begun w4 2019-03-01
35 w.over w4 2019-12-01
36 w.begun w5 2020-06-30 23:30
37 w.over w5 2020-07-11 09:00
38 w.done w5 2020-07-11 10:00
"""
# clause version key anchor due end day-it-ended by lateness
OWED = """
C 1 c1 11 2020-06-11 fulfilled 2020-06-08 12 no
C 1 c2 13 2020-06-20 superseded 2020-07-01 - yes
C 2 c2 13 2020-07-01 fulfilled 2020-07-02 14 yes
C 1 c3 15 2020-07-08 superseded 2020-07-01 - no
C 2 c3 15 2020-07-03 fulfilled 2020-07-03 16 no
C 2 c4 17 2020-07-07 open - - yes
C 1 c5 18 2020-07-10 fulfilled 2020-06-30 19 no
K 1 k2 2 2020-06-11 fulfilled 2020-06-08 3 no
K 1 k3 4 2020-07-05 fulfilled 2020-07-06 5 yes
K 1 k4 6 2020-07-10 fulfilled 2020-07-10 7 no
K 2 k5 8 2020-07-06 fulfilled 2020-07-07 9 yes
K 2 k6 10 2020-07-25 open - - yes
R 1 r1 20 2020-05-31 fulfilled 2020-05-20 21 no
R 1 r1 21 2020-06-19 fulfilled 2020-06-25 22 yes
R 1 r1 22 2020-07-25 fulfilled 2020-07-10 23 no
R 2 r1 23 2020-07-20 fulfilled 2020-07-22 24 yes
R 2 r1 24 2020-08-01 open - - yes
R 2 r2 25 2020-07-15 ceased 2020-07-12 26 no
W 1 w1 - 2020-01-21 fulfilled 2020-01-15 28 no
W 1 w1 28 2020-02-04 ceased 2020-02-01 29 no
W 1 w2 30 2020-07-10 fulfilled 2020-07-05 31 no
W 2 w2 31 2020-07-15 open - - yes
W 2 w3 32 2020-08-11 open - - yes
W 2 w5 36 2020-07-11 ceased 2020-07-11 37 no
"""


def rows() -> list[dict[str, Any]]:
    lines = [line.split(" ", 3) for line in HAPPENED.strip().splitlines()]
    return [child(int(n), kind, at, key=key) for n, kind, key, at in lines]


def day(text: str | None) -> str:
    """Return the local day of an instant of the answer (summer time from April to October is all that occurs)."""
    if text is None:
        return "-"
    return text[:10] if text[11:13] != "23" or text[14:16] == "59" else f"{text[:8]}{int(text[8:10]) + 1:02}"


def line(duty: dict[str, Any]) -> str:
    plain = [duty["clause"], duty["version"], duty["key"]["child"], duty["anchor"], day(duty["due"]), duty["end"]]
    ended = "2020-07-01" if duty["ended_at"] == "2020-06-30T23:00:00.000000Z" else day(duty["ended_at"])
    return " ".join("-" if word is None else str(word) for word in [*plain, ended, duty["ended_by"], duty["lateness"]])


def test_two_versions_give_exactly_the_table() -> None:
    wanted = OWED.strip().splitlines()
    assert len(wanted) == 24
    for evaluate in (evaluate_batch, evaluate_incremental):
        found = evaluate(rows(), PACK, stamp("2020-09-30"), stamp("2020-09-30"), ALL)
        assert sorted(map(line, found["duties"])) == sorted(wanted)


def test_the_answer_is_in_its_order() -> None:
    found = evaluate_batch(rows(), PACK, "2020-09-30", "2020-09-30", ALL)["duties"]
    assert [(d["clause"], d["key"]["child"], d["anchor"] or -1, d["version"]) for d in found] == sorted(
        (d["clause"], d["key"]["child"], d["anchor"] or -1, d["version"]) for d in found
    )
