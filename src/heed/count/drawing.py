"""The plots as Vega-Lite specifications: plain dictionaries with their data inside, drawn by whoever shows them."""

from typing import Any

from .result import Answer, Estimate

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, HEIGHT = 520, 260
TOTAL = {"type": "quantitative", "title": "whole number", "scale": {"zero": False}}


def plots(found: Answer, more: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return every plot that the answer and its diagnostics allow, by name."""
    by_name = {one.name: one for one in found.estimators}
    made = {"overlaps": upset(found), "methods": ranges(found)}
    for name, drawn in (("bic", multiplicity), ("bma", posterior), ("bounds", xi_sweep)):
        if name in by_name and by_name[name].details:
            made[drawn.__name__] = drawn(by_name[name])
    if "bic" in by_name and by_name["bic"].details.get("totals"):
        made["bootstrap"] = bootstrap(by_name["bic"])
    for name, made_by in (
        ("without one list", without_list),
        ("without one person", without_person),
        ("growth", growing),
        ("linkage", linkage_heat),
    ):
        if more and more.get(name):
            made[name] = made_by(more[name])
    return made


def base(title: str, values: list[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    """Return a specification with its title and data."""
    return {"$schema": SCHEMA, "title": title, "data": {"values": values}, "width": WIDTH, "height": HEIGHT, **rest}


def upset(found: Answer) -> dict[str, Any]:
    """Draw how many people each history holds, with the lists it is made of below (UpSet)."""
    rows = found.diagnostics["overlaps"][:30]
    values = [
        {"history": " + ".join(row["lists"]), "people": row["people"], "list": name, "on": name in row["lists"]}
        for row in rows
        for name in found.lists
    ]
    order = [" + ".join(row["lists"]) for row in rows]
    across = {"field": "history", "type": "nominal", "sort": order, "axis": None}
    bars = {
        "mark": "bar",
        "width": WIDTH,
        "height": HEIGHT // 2,
        "transform": [{"filter": f"datum.list === {found.lists[0]!r}"}],
        "encoding": {"x": across, "y": {"field": "people", "type": "quantitative", "scale": {"type": "symlog"}}},
    }
    dots = {
        "mark": {"type": "point", "filled": True, "size": 80},
        "width": WIDTH,
        "height": 24 * len(found.lists),
        "encoding": {
            "x": across,
            "y": {"field": "list", "type": "nominal", "sort": list(found.lists), "title": None},
            "color": {"field": "on", "type": "nominal", "scale": {"range": ["#dddddd", "#222222"]}, "legend": None},
        },
    }
    made = base("People seen by exactly these lists", values, vconcat=[bars, dots])
    return {key: value for key, value in made.items() if key not in {"width", "height"}}


def ranges(found: Answer) -> dict[str, Any]:
    """Draw every method's range on one axis, and the headline as a band."""
    values = [
        {"method": one.name, "estimate": one.estimate, "lower": one.lower, "upper": one.upper, "verdict": one.verdict}
        for one in found.estimators
        if one.lower is not None and one.upper not in (None, float("inf"))
    ]
    y = {"field": "method", "type": "nominal", "sort": None, "title": None}
    layers: list[dict[str, Any]] = [
        {"mark": "rule", "encoding": {"y": y, "x": {"field": "lower", **TOTAL}, "x2": {"field": "upper"}}},
        {"mark": {"type": "point", "filled": True}, "encoding": {"y": y, "x": {"field": "estimate", **TOTAL}}},
    ]
    if found.headline is not None:
        band = [{"from": found.headline.lower, "to": found.headline.upper}]
        layers.insert(
            0,
            {
                "data": {"values": band},
                "mark": {"type": "rect", "opacity": 0.15},
                "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
            },
        )
    return base("Range by method; the band is the headline", values, layer=layers)


def multiplicity(one: Estimate) -> dict[str, Any]:
    """Draw each model's total against its score; the size is its weight, so a second peak shows."""
    encoding = {
        "x": {"field": "score", "type": "quantitative", "scale": {"zero": False}, "title": f"{one.name} score"},
        "y": {"field": "total", **TOTAL},
        "size": {"field": "weight", "type": "quantitative"},
        "tooltip": [{"field": "model", "type": "nominal"}],
    }
    return base("Estimate against score, best models", one.details.get("best", []), mark="circle", encoding=encoding)


def posterior(one: Estimate) -> dict[str, Any]:
    """Draw the averaged posterior with its peaks."""
    values = [{"total": t, "density": d} for t, d in one.details.get("curve", [])]
    encoding = {"x": {"field": "total", **TOTAL}, "y": {"field": "density", "type": "quantitative"}}
    values = [v for v in values if one.upper is None or v["total"] <= 2 * one.upper]
    return base("Posterior, averaged over graphs", values, mark="area", encoding=encoding)


def xi_sweep(one: Estimate) -> dict[str, Any]:
    """Draw the total against the odds ratio of the interaction of all lists, which no data can tell."""
    values = one.details["no interaction of all lists"]["sweep"]
    encoding = {
        "x": {"field": "xi", "type": "quantitative", "scale": {"type": "log"}},
        "y": {"field": "total", **TOTAL},
    }
    return base(
        "Total against the untestable interaction", values, mark={"type": "line", "point": True}, encoding=encoding
    )


def bootstrap(one: Estimate) -> dict[str, Any]:
    """Draw the bootstrap totals."""
    values = [{"total": t} for t in one.details["totals"] if one.upper is None or t <= 2 * one.upper]
    x = {"field": "total", "bin": {"maxbins": 60}, "type": "quantitative", "title": "whole number"}
    encoding = {"x": x, "y": {"aggregate": "count", "title": "replicates"}}
    return base("Bootstrap totals, model chosen anew in each", values, mark="bar", encoding=encoding)


def without_list(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw the estimate without each list."""
    encoding = {"x": {"field": "total", **TOTAL}, "y": {"field": "without", "type": "nominal"}}
    return base("Estimate without one list", rows, mark={"type": "point", "filled": True}, encoding=encoding)


def without_person(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw the change of the estimate when one person of a history is left out."""
    change = {"field": "change", "type": "quantitative", "axis": {"format": "%"}}
    encoding = {"x": change, "y": {"field": "history", "type": "nominal", "sort": None}}
    return base("Change without one person of this history", rows[:20], mark="bar", encoding=encoding)


def growing(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw the estimate against the share of people used."""
    x = {"field": "share", "type": "quantitative", "axis": {"format": "%"}}
    band = {
        "mark": {"type": "area", "opacity": 0.3},
        "encoding": {"x": x, "y": {"field": "low", **TOTAL}, "y2": {"field": "high"}},
    }
    line = {"mark": "line", "encoding": {"x": x, "y": {"field": "middle", **TOTAL}}}
    return base("Estimate as the sample grows", rows, layer=[band, line])


def linkage_heat(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw the estimate under assumed linkage errors."""
    encoding = {
        "x": {"field": "missed", "type": "ordinal", "title": "missed links", "axis": {"format": "%"}},
        "y": {"field": "false", "type": "ordinal", "title": "false merges per person", "axis": {"format": "%"}},
        "color": {"field": "total", **TOTAL},
    }
    return base("Estimate if linkage errs at these rates", rows, mark="rect", encoding=encoding)


def svg(spec: dict[str, Any]) -> str:
    """Return a plot as SVG (vl-convert must be installed)."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(vl_spec=spec)
    return drawn
