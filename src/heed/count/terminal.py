"""An answer as text for a terminal: the range first, then what it rests on, then every method, then the doubts."""

from typing import Any

from .result import Answer, Estimate

WIDTH = 100


def text(found: Answer) -> str:
    """Return the answer in words and a small table."""
    parts = [
        _head(found),
        _methods(found),
        _list("Assumptions", found.assumptions),
        _warnings(found),
        _list("Pairs of lists", _pairs(found)),
        _list("Chosen by bic in the bootstrap", _chosen(found)),
        _table(found),
    ]
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


def _pairs(found: Answer) -> tuple[str, ...]:
    """Return how many people each pair shares, and its odds ratio among those on other lists."""
    lines = []
    for row in found.diagnostics["pairs"]:
        ratio = "not to be told" if row["odds ratio"] is None else f"{row['odds ratio']:.2g}"
        lines.append(f"{' and '.join(row['pair'])}: {row['shared']:,.0f} shared, odds ratio {ratio}")
    return tuple(lines)


def _chosen(found: Answer) -> tuple[str, ...]:
    """Return the models chosen most often, with a bar."""
    bic = next((one for one in found.estimators if one.name == "bic"), None)
    selected = bic.details.get("selected", [])[:5] if bic is not None else []
    return tuple(f"{share:>4.0%} {'█' * round(30 * share)} {name}" for name, share in selected)


def fragility(more: dict[str, Any]) -> str:
    """Return the diagnostics that refit, as text."""
    parts = [
        _list(
            f"Without one list ({more['method']})",
            tuple(f"{row['without']}: {row['total']:,.0f}" for row in more["without one list"]),
        ),
        _list(
            "Without one person, the most telling histories",
            tuple(f"{row['history']}: {row['change']:+.1%}" for row in more["without one person"][:5]),
        ),
        _list(
            "Each list taken as the whole: its known number, and the estimate from the others",
            tuple(_whole(row) for row in more["each list as the whole"]),
        ),
        _list(
            "As the sample grows (share of people: middle estimate)",
            tuple(f"{row['share']:.0%}: {_amount(row['middle'])}" for row in more["growth"]),
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _whole(row: dict[str, Any]) -> str:
    return f"{row['list']}: known {row['known']:,.0f}, estimated {_amount(row['total'])}"


def _amount(value: float | None) -> str:
    return "none" if value is None or value == float("inf") else f"{value:,.0f}"


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
