"""Small numbers are not shown: cells below five are withheld, and more of them until no total gives them away (pure).

What is withheld is None. A number that is shown beside withheld ones (the size of a list, what two lists share) is
rounded to the nearest five, so that no sum of exact numbers leads back to one that is not shown.
"""

import csv
import io
from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
LEAST = 5  # below it a number can point to a child; the partnership's own threshold in issue 6, item 7
FEW_SHARED = "Fewer than five children are on more than one list: the overlaps are all that an estimate can rest on."
FEW_SEEN = "Fewer than five children were seen by the lists: nothing more can be said, or shown."
BESIDE_CHILDREN = ("perhaps in the period", "on no list")


def withheld(cells: Mapping[K, int]) -> set[K]:
    """Return which cells are not shown: those from 1 to 4, and the next smallest until two are gone that hold five."""
    hidden = {name for name, count in cells.items() if 0 < count < LEAST}
    rest = sorted((count, str(name), name) for name, count in cells.items() if count >= LEAST)
    while hidden and rest and (len(hidden) < 2 or sum(cells[name] for name in hidden) < LEAST):
        hidden.add(rest.pop(0)[2])
    return hidden


def shown(cells: Mapping[K, int]) -> dict[K, int | None]:
    """Return the cells with None for those withheld."""
    hidden = withheld(cells)
    return {name: None if name in hidden else count for name, count in cells.items()}


def about(count: float) -> int | None:
    """Return a number to the nearest five; None from 1 to 4."""
    return None if 0 < count < LEAST else 5 * round(count / 5)


def small(count: int) -> int | None:
    """Return a number, None from 1 to 4."""
    return None if 0 < count < LEAST else count


def controlled(document: dict[str, Any]) -> dict[str, Any]:
    """Return a stored answer as it may be shown; whatever rests on a withheld cell is left out with it."""
    out = {name: value for name, value in document.items() if name not in ("estimators", "diagnostics")}
    out["known"] = small(document["known"])
    out["observed"] = small(document["observed"])
    out["strata"] = shown(document["strata"])
    out["beside"] = {
        name: small(count) if name in BESIDE_CHILDREN else count for name, count in document["beside"].items()
    }
    out["diagnostics"] = _diagnostics(document["diagnostics"])
    out["estimators"] = [{k: v for k, v in one.items() if k != "details"} for one in document["estimators"]]
    out["small_numbers"] = f"Numbers of children from 1 to {LEAST - 1} are withheld, and others that would tell them."
    if 0 < document["diagnostics"]["on several lists"] < LEAST and document["verdict"] == "refused":
        out["reason"] = FEW_SHARED
        out["warnings"] = []
    return out if is_large(document) else _nothing_more(out)


def is_large(document: dict[str, Any]) -> bool:
    """Say whether enough children were seen for anything but that to be shown."""
    return int(document["observed"]) >= LEAST


def _nothing_more(out: dict[str, Any]) -> dict[str, Any]:
    """Take away what every method says, which begins with the number of those seen."""
    kept = ("query", "beside", "strata", "lists", "verdict", "bootstrap", "seed", "evidence", "small_numbers", "ok")
    empty: dict[str, Any] = {"overlaps": [], "overlaps_withheld": out["diagnostics"]["overlaps_withheld"]}
    bare: dict[str, Any] = {"estimators": [], "headline": None, "warnings": [], "assumptions": out["assumptions"]}
    seen = {"known": out["known"], "observed": None, "fingerprint": None, "reason": FEW_SEEN, "diagnostics": empty}
    return {name: out[name] for name in kept} | bare | seen


def _diagnostics(held: dict[str, Any]) -> dict[str, Any]:
    cells = {tuple(row["lists"]): round(row["people"]) for row in held["overlaps"]}
    seen = shown(cells)
    out: dict[str, Any] = {
        "overlaps": [{"lists": list(name), "people": count} for name, count in seen.items() if count is not None],
        "overlaps_withheld": sum(count is None for count in seen.values()),
        "list sizes": {name: about(size) for name, size in held["list sizes"].items()},
        "pairs": [_pair(row) for row in held["pairs"]],
        "on several lists": about(held["on several lists"]),
        "on one list only": about(held["on one list only"]),
        "all-pairs model": held["all-pairs model"],
    }
    histories = {"+".join(name) for name, count in seen.items() if count is not None}
    if "without one list" in held:
        out["without one list"] = _only(held["without one list"], "without", "total")
    if "without one person" in held:
        kept = [row for row in held["without one person"] if row["history"] in histories]
        out["without one person"] = _only(kept, "history", "total", "change")
    for name in ("method", "growth", "linkage", "width"):
        if name in held:
            out[name] = held[name]
    return out


def _pair(row: dict[str, Any]) -> dict[str, Any]:
    shared = about(row["shared"])
    return {"pair": row["pair"], "shared": shared, "odds ratio": row["odds ratio"] if shared else None}


def _only(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in names} for row in rows]


def is_withholding(document: dict[str, Any]) -> bool:
    """Say whether a stored answer holds a cell that is not shown."""
    return any(0 < row["people"] < LEAST for row in document["diagnostics"]["overlaps"])


def as_csv(figure: dict[str, Any]) -> str:
    """Return a figure's own document as rows of part, name and values."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["part", "name", "estimate", "lower", "upper", "note"])
    for part, rows in _rows(figure):
        for row in rows:
            writer.writerow([part, *(_safe(value) for value in row)])
    return out.getvalue()


def _rows(figure: dict[str, Any]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    answer, head = figure["answer"], figure["answer"]["headline"]
    ends = (head["lower"], head["upper"], head["words"]) if head else ("", "", f"refused: {answer['reason']}")
    facts = ("as_of", "known_at", "reads_entries_below", "proposed_in_entry", "published_in_entry", "definition")
    return [
        ("figure", [("known", figure["known"], "", "", ""), ("whole number", "", *ends)]),
        ("figure", [(name, "", "", "", figure[name]) for name in facts]),
        ("method", [_method(one) for one in answer["estimators"]]),
        ("stratum", [(name, count, "", "", "known") for name, count in answer["strata"].items()]),
        ("exactly on", [("+".join(r["lists"]), r["people"], "", "", "") for r in answer["diagnostics"]["overlaps"]]),
        ("assumption", [("", "", "", "", line) for line in answer["assumptions"]]),
        ("warning", [("", "", "", "", line) for line in answer["warnings"]]),
        ("revision", [(r["entry"], r["new"], "", "", _revision(r)) for r in figure["history"]]),
    ]


def _method(one: dict[str, Any]) -> tuple[Any, ...]:
    return one["name"], one["estimate"], one["lower"], one["upper"], one["reason"] or one["model"]


def _revision(row: dict[str, Any]) -> str:
    return f"{row['action']}; stood: {row['stood']}; old rule: {row['old_rule']}; lowers: {', '.join(row['lowered'])}"


def _safe(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; 'withheld' where a number is not shown."""
    if value is None:
        return "withheld"
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
