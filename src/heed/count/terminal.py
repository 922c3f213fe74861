"""An answer as text for a terminal: the range first, then what it rests on, then every method, then the doubts."""

from .result import Answer, Estimate

WIDTH = 100


def text(found: Answer) -> str:
    """Return the answer in words and a small table."""
    parts = [_head(found), _methods(found), _list("Assumptions", found.assumptions), _warnings(found), _table(found)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(found: Answer) -> str:
    if found.headline is None:
        return f"NO ESTIMATE IS DEFENSIBLE\n{found.reason}\nWhat would change this: {found.evidence}"
    return found.headline.words


def _methods(found: Answer) -> str:
    rows = [("method", "estimate", "95 % range", "model")]
    rows += [
        (one.name, _total(one), _range(one), one.model if one.estimate else one.reason) for one in found.estimators
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d}" for a, b, c, d in rows]
    title = "By method" if found.headline else "By method (none of these is a defensible estimate)"
    return "\n".join([title, *(line.rstrip() for line in lines)])


def _total(one: Estimate) -> str:
    return "none" if one.estimate is None else ("≥ " if one.name == "bounds" else "") + f"{one.estimate:,.0f}"


def _range(one: Estimate) -> str:
    if one.lower is None or one.upper is None:
        return "–"
    return f"{one.lower:,.0f} to {'no limit' if one.upper == float('inf') else f'{one.upper:,.0f}'}"


def _list(title: str, lines: tuple[str, ...]) -> str:
    return "\n".join([title, *(f"  · {line}" for line in lines)]) if lines else ""


def _warnings(found: Answer) -> str:
    own = [f"{one.name}: {line}" for one in found.estimators for line in one.warnings]
    return _list("Beware", (*found.warnings, *own))


def _table(found: Answer) -> str:
    lines = [f"{', '.join(row['lists'])}: {row['people']:,.0f}" for row in found.diagnostics["overlaps"][:12]]
    more = len(found.diagnostics["overlaps"]) - len(lines)
    tail = (f"… and {more} more histories",) if more > 0 else ()
    foot = f"Table {found.fingerprint}; bootstrap {found.bootstrap}, seed {found.seed}"
    return _list("Overlaps (exactly these lists)", (*lines, *tail)) + "\n\n" + foot
