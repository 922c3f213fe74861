"""Random clauses: each construct is one option of one dimension, named `dimension:option`."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from . import evaluators

STATES: dict[str, Any] = {
    "case_open": {"key": "child", "starts": ["case.opened.1"], "ends": ["case.closed.1"]},
    "placement": {"key": "child", "value": "basis", "of": ["placement.started.1"], "ends": ["placement.ended.1"]},
    "risk": {"key": "child", "value": "level", "of": ["risk.assessed.1"]},
    "born": {"key": "child", "value": "born", "of": ["child.recorded.1"]},
}
ORDERS = {f"{kind}.level": ["low", "medium", "high"] for kind in ("risk.assessed.1", "referral.received.1")}
HEADER = {"tier": "local", "source": "invented", "confirmed": "invented", "sentence": "An invented sentence."}

OPTIONS: dict[str, tuple[str, ...]] = {
    "when": ("entry", "while", "while_value", "count"),
    "where": ("is", "in", "not", "before", "after", "below", "above", "has_all", "present", "state", "state_before"),
    "given": ("state", "value", "not"),
    "match": ("child", "referral", "subject", "two", "trigger", "addressee"),
    "for_each": ("yes",),
    "from": ("field", "last", "start"),
    "act": ("is", "trigger_field", "not_trigger", "addressee", "state", "instant", "recorded", "above_before"),
    "as": ("declined",),
    "early": ("days", "hours", "wd", "current"),
    "within": ("h", "days", "wd", "weeks", "months", "years", "before", "by", "none"),
    "shape": ("list", "choose"),
    "repeat": ("yes",),
    "until": ("entry", "at", "even_late"),
    "again": ("each", "absorb", "replace"),
    "law": ("keep", "convert"),
}
CONSTRUCTS = tuple(f"{dimension}:{option}" for dimension, options in OPTIONS.items() for option in options)
# Dimensions of which one clause has at most one option; the others may stand several times.
SINGLE = ("when", "match", "from", "early", "again", "law", "shape", "for_each", "repeat", "as")
# How likely a dimension is used at all, where nothing is asked for.
USED = {
    "where": 0.5, "given": 0.3, "for_each": 0.3, "from": 0.45, "act": 0.6, "as": 0.5, "early": 0.45,
    "shape": 0.6, "repeat": 0.5, "until": 0.6, "law": 0.5,
}  # fmt: skip


def impossible(one: str, other: str) -> bool:
    """Whether no clause can have both."""
    if one.split(":")[0] == other.split(":")[0] and one.split(":")[0] in SINGLE:
        return True
    pair = {one, other}
    if pair == {"repeat:yes", "again:each"}:
        return True  # R10
    whens = {"when:while", "when:while_value", "when:count"}
    if "match:trigger" in pair and pair & {"when:count"}:
        return True  # an entry is alone on its own key
    if any(word.startswith("where:") for word in pair) and pair & whens:
        return True  # only `entry` takes a `where`
    # `while` matches on the state's key.
    return bool(pair & {"match:referral", "match:subject"} and pair & whens - {"when:count"})


def pairs() -> list[tuple[str, str]]:
    """Every pair of constructs that one clause can have."""
    return [
        (one, other) for i, one in enumerate(CONSTRUCTS) for other in CONSTRUCTS[i + 1 :] if not impossible(one, other)
    ]


@dataclass
class Recipe:
    """One clause, in one or two versions, with the names of its constructs."""

    id: str
    versions: list[dict[str, Any]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    trigger_kinds: list[str] = field(default_factory=list)
    act_kinds: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    scene_kinds: list[str] = field(default_factory=list)
    is_split: bool = False


class Cook:
    """Makes one clause."""

    def __init__(self, maker: random.Random, season: date, days: list[int], wanted: set[str]) -> None:
        self.random = maker
        self.season = season
        self.days = days
        self.tags = self.choose(wanted)

    def choose(self, wanted: set[str]) -> set[str]:
        """Which constructs the clause has: those wanted, and what fits beside them."""
        tags = set(wanted)
        for dimension in self.random.sample(sorted(OPTIONS), len(OPTIONS)):
            needed = dimension in ("when", "match", "within", "again")
            if not needed and self.random.random() > USED[dimension]:
                continue
            count = 1 if dimension in SINGLE else self.random.choice((1, 1, 2, 3))
            for option in self.random.sample(OPTIONS[dimension], len(OPTIONS[dimension]))[:count]:
                self.add(tags, f"{dimension}:{option}", is_needed=needed)
        for dimension in ("when", "match", "within", "again"):
            self.fill(tags, dimension)
        if "until:even_late" in tags and not tags & {"until:entry", "until:at"}:
            tags.add("until:entry")
        if tags & {"match:addressee", "act:addressee"}:
            tags.add("for_each:yes")
        return tags

    def add(self, tags: set[str], tag: str, *, is_needed: bool) -> None:
        if not any(impossible(tag, other) for other in tags if other != tag):
            tags.add(tag)

    def fill(self, tags: set[str], dimension: str) -> None:
        """A clause needs one option of these."""
        if any(tag.startswith(f"{dimension}:") for tag in tags):
            return
        fits = [f"{dimension}:{o}" for o in OPTIONS[dimension]]
        fits = [tag for tag in fits if not any(impossible(tag, other) for other in tags)]
        tags.add(self.random.choice(fits))

    def has(self, tag: str) -> bool:
        return tag in self.tags

    def options(self, dimension: str) -> list[str]:
        """The options chosen of a dimension, in a fixed order."""
        return [option for option in OPTIONS[dimension] if f"{dimension}:{option}" in self.tags]

    def cook(self, name: str) -> Recipe:
        """The clause in its versions."""
        recipe = Recipe(name, tags=self.tags)
        first = self.clause(name, "1")
        recipe.versions = [first]
        if self.options("law"):
            self.change_law(recipe, name, first)
        self.note_kinds(recipe)
        return recipe

    def change_law(self, recipe: Recipe, name: str, first: dict[str, Any]) -> None:
        """A second version from a day within the history."""
        second = self.clause(name, "2")
        if self.random.random() < 0.7:
            more = [{"entry": "letter.sent.1"}] if self.random.random() < 0.5 else []
            second["must"] = [*first["must"], *more]
        for word in ("when", "match", "for_each", "again", "given", "repeat"):
            if word in first:
                second[word] = first[word]
            else:
                second.pop(word, None)
        day = self.season + timedelta(days=self.random.choice((0, 1, 4, self.random.choice(self.days) + 1)))
        second["in_force"] = {"from": str(day)}
        if first["in_force"]["from"] >= str(day):
            first["in_force"] = {"from": "2000-01-01"}
        recipe.is_split = self.random.random() < 0.5
        if not recipe.is_split or self.random.random() < 0.4:
            # Versions of one pack never overlap; an earlier pack may not know when a later one takes over (R26).
            first["in_force"] = first["in_force"] | {"to": str(day)}
        second["supersedes"] = "1"
        second["open_duties"] = self.options("law")[0]
        recipe.versions.append(second)

    def clause(self, name: str, version: str) -> dict[str, Any]:
        """One version of the clause."""
        start = "2000-01-01" if self.random.random() < 0.75 else str(self.season + timedelta(days=self.days[2]))
        clause: dict[str, Any] = {"id": name, "version": version, **HEADER, "in_force": {"from": start}}
        clause["when"] = self.when()
        clause["match"] = self.match()
        if self.options("given"):
            clause["given"] = self.given()
        if self.has("for_each:yes"):
            clause["for_each"] = "invited"
        if self.options("from"):
            clause["from"] = self.start()
        clause["must"] = self.must()
        if self.options("early"):
            early = {"days": "3 days", "hours": "30 h", "wd": "2 wd", "current": "current"}
            clause["early"] = early[self.options("early")[0]]
        clause["within"] = self.within()
        if self.has("repeat:yes"):
            clause["repeat"] = "true"
        if self.options("until"):
            clause["until"] = self.until()
        clause["again"] = self.options("again")[0]
        clause["owner"] = "team"
        return clause

    def when(self) -> dict[str, Any]:
        option = self.options("when")[0]
        if option == "count":
            return {"count": "missing.started.1", "at_least": "2", "in": self.random.choice(("3 days", "30 days"))}
        if option in ("while", "while_value"):
            return {"while": "case_open" if option == "while" else "placement"}
        when: dict[str, Any] = {"entry": "referral.received.1"}
        if self.options("where"):
            when["where"] = self.where()
        return when

    def where(self) -> dict[str, Any]:
        """Conditions on the trigger; each is true often enough for duties to arise."""
        day = str(self.season + timedelta(days=self.random.choice((0, 10))))
        made: dict[str, dict[str, Any]] = {
            "is": {"outcome": "yes"},
            "in": {"basis": {"in": ["home", "care"]}},
            "not": {"actor": {"not": "w2"}},
            "before": {"occurred_at": {"before": f"{day} + 2 weeks"}},
            "after": {"recorded_at": {"after": f"{day} - 20 days"}},
            "below": {"level": {"below": "high"}},
            "above": {"score": {"above": "1"}},
            "has_all": {"topics": {"has_all": ["one", "two"]}},
            "present": {"reason": {"present": "true"}},
            "state": {"held_on": {"after": "born - 20 days"}},
            "state_before": {"level": {"not": "risk.before"}},
        }
        found: dict[str, Any] = {}
        for option in self.options("where"):
            for name, condition in made[option].items():
                found[name] = merged(found.get(name), condition)
        return found

    def match(self) -> list[str]:
        option = self.options("match")[0]
        is_while = bool({"when:while", "when:while_value"} & self.tags)
        base = {
            "child": ["child"],
            "referral": ["referral"],
            "subject": ["subject"],
            "two": ["child", "referral"],
            "trigger": ["child", "trigger"] if is_while else ["trigger"],
            "addressee": ["child", "addressee"],
        }
        return base[option]

    def given(self) -> dict[str, Any]:
        made: dict[str, dict[str, Any]] = {
            "state": {"case_open": self.random.choice(("true", "false"))},
            "value": {"placement": self.random.choice(("home", "care"))},
            "not": {"risk": {"not": "high"}},
        }
        return {name: cond for option in self.options("given") for name, cond in made[option].items()}

    def start(self) -> Any:
        option = self.options("from")[0]
        if option == "start":
            return f"start of {self.random.choice(('case_open', 'placement'))}"
        return {"field": "held_on"} if option == "field" else {"last": "strategy.held.1"}

    def must(self) -> list[dict[str, Any]]:
        """One to three acts, the chosen conditions shared out among them."""
        made: dict[str, dict[str, Any]] = {
            "is": {"independent": "true"},
            "trigger_field": {"basis": "trigger.basis"},
            "not_trigger": {"actor": {"not": "trigger.actor"}},
            "addressee": {"actor": {"is": "addressee"}},
            "state": {"basis": "placement"},
            "instant": {"occurred_at": {"before": "trigger + 3 weeks"}},
            "recorded": {"recorded_at": {"after": "anchor - 1 week"}},
            "above_before": {"level": {"above": "risk.before"}},
        }
        kinds = ["visit.made.1", "risk.assessed.1" if self.random.random() < 0.3 else "meeting.held.1"]
        acts: list[dict[str, Any]] = [{"entry": kind} for kind in kinds]
        for option in self.options("act"):
            if option == "above_before":
                acts[1]["entry"] = "risk.assessed.1"
            ((name, condition),) = made[option].items()
            free = [act for act in acts if name not in act.get("where", {})]
            if option == "above_before":
                free = acts[1:]
            if free:
                act = self.random.choice(free)
                act["where"] = act.get("where", {}) | {name: condition}
            else:
                self.tags.discard(f"act:{option}")
        if self.has("as:declined"):
            acts.append({"entry": "refusal.noted.1", "as": "declined"})
        return acts

    def within(self) -> Any:
        """One limit, a list by occurrence, or a choice by states."""
        options = self.options("within")
        limits = [self.limit(option) for option in options]
        if self.has("shape:choose"):
            return self.choice(limits)
        if self.has("shape:list"):
            return limits if len(limits) > 1 else [limits[0], self.limit("days")]
        for option in options[1:]:
            self.tags.discard(f"within:{option}")  # one limit is all a plain `within` holds
        return limits[0]

    def choice(self, limits: list[Any]) -> Any:
        conditions: list[dict[str, Any]] = [
            {"risk": "high"},
            {"anchor": {"before": "start of placement + 10 days"}},
            {"placement": "home", "case_open": "false"},
            {"risk": {"below": "high"}},
        ]
        rows = [
            {"if": condition, "limit": limit}
            for condition, limit in zip(self.random.sample(conditions, 3), limits, strict=False)
        ]
        for option in self.options("within")[len(rows) :]:
            self.tags.discard(f"within:{option}")  # no row is left for it
        chosen = {"choose": [*rows, {"else": self.limit("wd")}]}
        return [self.limit("days"), chosen] if self.has("shape:list") else chosen

    def limit(self, option: str) -> Any:
        pick = self.random.choice
        made: dict[str, Any] = {
            "h": f"{pick((1, 24, 36, 72))} h",
            "days": f"{pick((1, 5, 10))} days",
            "wd": f"{pick((1, 2, 5))} wd",
            "weeks": f"{pick((1, 2))} weeks",
            "months": pick(("1 month", "2 months")),
            "years": "1 year",
            "before": pick(("48 h before", "2 days before", "1 wd before", "1 month before")),
            "by": {"by": "strategy.held.1"},
            "none": "none",
        }
        return made[option]

    def until(self) -> list[dict[str, Any]]:
        late = {"even_late": "true"} if self.has("until:even_late") else {}
        found: list[dict[str, Any]] = []
        if self.has("until:entry"):
            found.append({"entry": "plan.ended.1"} | (late if self.random.random() < 0.7 else {}))
            if self.random.random() < 0.3:
                found[0]["where"] = {"independent": "true"}
        if self.has("until:at"):
            at = ("trigger + 20 days", "born + 2 weeks", "start of placement + 1 month", "due + 3 days")
            found.append({"at": self.random.choice((*at, str(self.season + timedelta(days=12))))} | late)
        if late and not any("even_late" in item for item in found):
            found[0] |= late
        return found

    def note_kinds(self, recipe: Recipe) -> None:
        """Which kinds the clause reads, the acts and triggers more than once so that they happen more often."""
        when = self.options("when")[0]
        starts = {"entry": "referral.received.1", "count": "missing.started.1", "while": "case.opened.1"}
        recipe.trigger_kinds = [starts.get(when, "placement.started.1")]
        recipe.act_kinds = [act["entry"] for version in recipe.versions for act in version["must"]]
        text = str(recipe.versions)
        read = [kind for name, state in STATES.items() if name in text for kind in state_kinds(state)]
        read += [kind for kind in ("strategy.held.1", "plan.ended.1") if kind in text]
        recipe.scene_kinds = [k for k in read if k not in (*recipe.trigger_kinds, "plan.ended.1") and ".ended" not in k]
        recipe.scene_kinds = [k for k in recipe.scene_kinds if ".closed" not in k]
        ends = [k for k in read if k == "plan.ended.1" or ".closed" in k or ".ended" in k]
        recipe.kinds = [*ends, *ends] + recipe.trigger_kinds * 3 + sorted(set(recipe.act_kinds)) * 3 + read


def state_kinds(state: dict[str, Any]) -> list[str]:
    return [*state.get("starts", state.get("of", [])), *state.get("ends", [])]


def merged(one: Any, other: Any) -> Any:
    """Two conditions on one field."""
    if one is None:
        return other
    return {**(one if isinstance(one, dict) else {"is": one}), **(other if isinstance(other, dict) else {"is": other})}


def recipes(maker: random.Random, season: date, days: list[int], wanted: set[str]) -> list[Recipe]:
    """One or two clauses; the first has what is wanted."""
    found = [Cook(maker, season, days, wanted).cook("A")]
    if maker.random() < 0.3:
        found.append(Cook(maker, season, days, set()).cook("B"))
    return found


def write(made: list[Recipe]) -> list[str]:
    """The clauses as one pack, or as two where a later version came in a pack of its own."""
    first = [v for recipe in made for v in (recipe.versions[:1] if recipe.is_split else recipe.versions)]
    later = [v for recipe in made if recipe.is_split for v in recipe.versions[1:]]
    return [
        evaluators.write_pack(
            {
                "pack": "invented",
                "version": str(number),
                "calendar": "england-wales",
                "orders": ORDERS,
                "states": STATES,
                "clauses": clauses,
            }
        )
        for number, clauses in ((1, first), (2, later))
        if clauses
    ]
