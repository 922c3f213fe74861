"""Seeded random histories and packs in which every construct meets every other; all of it invented."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from . import clock, evaluators, packs

# Days round which a history is laid: both clock changes, 29 February, month ends, Easter and Christmas.
SEASONS = (
    date(2024, 3, 31),  # clocks go forward, Easter Sunday
    date(2024, 10, 27),  # clocks go back
    date(2024, 2, 29),
    date(2023, 12, 31),
    date(2024, 5, 31),
    date(2025, 3, 30),  # clocks go forward
    date(2023, 10, 29),  # clocks go back
    date(2023, 8, 31),
)
HOURS = ("00:00:00", "00:30:00", "01:30:00", "10:00:00", "10:00:00", "15:20:10", "23:30:00", "23:59:59")
CHILDREN, REFERRALS, ADDRESSEES = ("c1", "c2", "c3"), ("r1", "r2"), ("a2", "a3")
EXTRA_HOLIDAY_OFFSETS = (1, 2, 3, 4, 5, 6, 7, 8)


@dataclass
class Draft:
    """An entry before it has its number; `points` are facts that will hold the number of another draft."""

    kind: str
    occurred: str
    recorded: int
    facts: dict[str, Any] | None
    subject: str = "c1"
    actor: str = "w1"
    agency: str = "a1"
    points: dict[str, "Draft"] = field(default_factory=dict)


@dataclass
class History:
    """Rows, packs and questions, with what was put in on purpose."""

    seed: int
    rows: list[dict[str, Any]]
    packs: list[str]
    asked: list[tuple[str, str]]
    covers: list[dict[str, Any]] | None
    calendar: frozenset[date] | None
    tags: dict[str, set[str]]
    season: date
    drafts: list[Draft] = field(default_factory=list)


class Maker:
    """Makes one history from one seed."""

    def __init__(self, seed: int, wanted: Iterable[str] = ()) -> None:
        self.seed = seed
        self.random = random.Random(f"history {seed}")
        self.season = self.random.choice(SEASONS)
        self.days = sorted([*self.random.choices(range(-24, 40), k=7), -1, -1, 0, 0, 1])
        self.recipes = packs.recipes(self.random, self.season, self.days, set(wanted))
        self.drafts: list[Draft] = []

    def make(self) -> History:
        """Entries that happen, then what is said about them later, then numbers."""
        self.set_the_scene()
        for kind in self.kinds():
            self.drafts.append(self.draft(kind))
        self.say_twice()
        self.point_at_triggers()
        self.correct_and_retract()
        self.link()
        self.erase()
        history = self.finish()
        if self.random.random() < 0.35:
            self.wave_through(history)
            history = self.finish()
        return history

    def set_the_scene(self) -> None:
        """Before most of it: the states, and what some clauses count from, as they stood when it began."""
        for kind in sorted({kind for recipe in self.recipes for kind in recipe.scene_kinds}):
            for child, referral in (("c1", "r1"), ("c1", "r2"), ("c2", "r1")):
                if self.random.random() < 0.75:
                    draft = self.draft(kind)
                    second = self.instant(self.season + timedelta(days=self.days[0] - self.random.randint(0, 3)))
                    draft.occurred, draft.recorded = f"{second:%Y-%m-%dT%H:%M:%S}.000000Z", int(second.timestamp())
                    assert draft.facts is not None
                    draft.facts["refs"] |= {"child": [child], "referral": [referral]}
                    self.drafts.append(draft)

    def say_twice(self) -> None:
        """Now and then two entries set one state of one child at one instant, as a rule to different values."""
        setters = [draft for draft in self.drafts if draft.kind in ("risk.assessed.1", "placement.started.1")]
        if setters and self.random.random() < 0.4:
            first = self.random.choice(setters)
            twin = self.draft(first.kind)
            assert first.facts is not None and twin.facts is not None
            twin.occurred, twin.recorded, twin.subject = first.occurred, first.recorded, first.subject
            twin.facts["refs"] = dict(first.facts["refs"])
            self.drafts.append(twin)

    def kinds(self) -> list[str]:
        """Which kinds happen: those the clauses read most often, and one that none reads."""
        pool = [kind for recipe in self.recipes for kind in recipe.kinds] + ["note.written.1"]
        must = [kind for recipe in self.recipes for kind in recipe.trigger_kinds]
        many = 7 if any("again:absorb" in recipe.tags for recipe in self.recipes) else 4
        return self.random.choices(must, k=many) + self.random.choices(pool, k=self.random.randint(8, 18))

    def draft(self, kind: str) -> Draft:
        """One entry at one of the history's few days, so that days are shared and times tie."""
        occurred, last = self.occurred()
        delay = self.random.choice((0, 0, 0, 3600, 86400, 5 * 86400, -86400))
        draft = Draft(kind, occurred, max(last + delay, 0), self.facts())
        needed = {"refusal.noted.1": "reason", "risk.assessed.1": "level", "placement.started.1": "basis"}.get(kind)
        if needed and draft.facts and self.random.random() < 0.2:
            draft.facts.pop(needed, None)
        draft.actor = self.random.choice(("w1", "w2", *ADDRESSEES))
        draft.agency = self.random.choice(("a1", "a1", "a9"))
        assert draft.facts is not None
        draft.subject = draft.facts["refs"].get("child", ["c3"])[0]
        return draft

    def occurred(self) -> tuple[str, int]:
        """A claimed time - exact, a day, a few days or none - and when it could first be written down."""
        day = self.season + timedelta(days=self.random.choice(self.days))
        kind = self.random.choices(("exact", "day", "days", "none"), (60, 30, 6, 4))[0]
        second = self.instant(day)
        if kind == "exact":
            return f"{second:%Y-%m-%dT%H:%M:%S}.{self.random.choice(('000000', '999999'))}Z", int(second.timestamp())
        last = day + timedelta(days=self.random.choice((1, 2, 5)))
        text = {"day": f"{day}", "days": f"{day}/{last}", "none": ""}[kind]
        return text, clock.day_start(last if kind == "days" else day) + self.random.choice((36000, 86399))

    def instant(self, day: date) -> datetime:
        """A time of that day, chosen from few so that ties are common."""
        hour = self.random.choice(HOURS)
        local = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=clock.LONDON)
        return local.astimezone(UTC)

    def facts(self) -> dict[str, Any]:
        """Every member that a clause may read, now and then one left out."""
        pick = self.random.choice
        children = ["c1", "c2"] if self.random.random() < 0.06 else [pick(("c1", "c1", "c1", "c1", "c2", "c3"))]
        facts: dict[str, Any] = {
            "refs": {"child": children, "referral": [pick(REFERRALS)], "addressee": [pick(ADDRESSEES)]},
            "outcome": pick(("yes", "yes", "yes", "yes", "no")),
            "level": pick(("low", "medium", "medium", "high")),
            "basis": pick(("home", "care")),
            "independent": pick((True, True, False)),
            "score": pick((1, 2, 3, 3, 10)),
            "topics": pick((["one", "two"], ["one", "two", "three"], ["two", "one"], ["one"])),
            "held_on": str(self.season + timedelta(days=pick(self.days))),
            "born": str(self.season + timedelta(days=pick(self.days))),
            "invited": pick((["a2", "a3"], ["a2"], ["a2", "a3"], [])),
            "reason": "invented",
        }
        if self.random.random() < 0.2:
            del facts[pick([name for name in facts if name != "refs"])]
        if self.random.random() < 0.04:
            del facts["refs"][pick(list(facts["refs"]))]
        return facts

    def point_at_triggers(self) -> None:
        """Let most acts refer to a trigger, for `match: [trigger]`."""
        triggers = {kind for recipe in self.recipes for kind in recipe.trigger_kinds}
        targets = [draft for draft in self.drafts if draft.kind in triggers]
        for draft in self.drafts:
            if targets and self.random.random() < 0.9:
                draft.points["trigger"] = self.random.choice(targets)

    def correct_and_retract(self) -> None:
        """State some entries anew, take some back, and take some of that back too."""
        spoken: list[Draft] = []
        for _ in range(self.random.choice((0, 1, 2, 3, 4))):
            target = self.random.choice([*self.drafts, *self.happened(), *spoken * 20])
            if target.kind == "entry.retracted.1":
                new = self.later(target, "entry.retracted.1", {"reason": "invented"})
                new.points["retracts"] = target
            elif self.random.random() < 0.6:
                new = self.draft(target.kind if self.random.random() < 0.94 else "note.written.1")  # else: refused
                new.recorded = target.recorded + self.random.choice((0, 60, 86400, 5 * 86400, 12 * 86400))
                new.points = {k: v for k, v in target.points.items() if k == "trigger"} | {"corrects": target}
                if self.random.random() < 0.6 and target.facts:
                    assert new.facts is not None
                    new.facts["refs"] = dict(target.facts["refs"])
            else:
                new = self.later(target, "entry.retracted.1", {"reason": "invented"})
                new.points["retracts"] = target
            spoken.append(new)
        self.drafts += spoken

    def happened(self) -> list[Draft]:
        """The triggers and acts: what is said about them later matters most."""
        kinds = {kind for recipe in self.recipes for kind in (*recipe.trigger_kinds, *recipe.act_kinds)}
        return [draft for draft in self.drafts if draft.kind in kinds] * 3

    def later(self, target: Draft, kind: str, facts: dict[str, Any]) -> Draft:
        """An entry about another, written some time after it."""
        recorded = target.recorded + self.random.choice((0, 60, 86400, 12 * 86400))
        return Draft(kind, stamp(recorded), recorded, facts)

    def link(self) -> None:
        """Link two children, and perhaps part them again."""
        for kind in self.random.choice(((), (), ("linked",), ("linked", "unlinked"), ("linked", "unlinked", "linked"))):
            pair = sorted(self.random.choice((("c1", "c2"), ("c2", "c3"))))
            recorded = clock.day_start(self.season + timedelta(days=self.random.choice(self.days)))
            self.drafts.append(Draft(f"identity.{kind}.1", stamp(recorded), recorded, {"refs": {"same": pair}}))

    def erase(self) -> None:
        """Erase the facts of an entry; its claimed time goes with them."""
        if self.random.random() < 0.3:
            draft = self.random.choice(self.drafts)
            if not draft.kind.startswith(("identity.", "entry.")):
                draft.facts, draft.occurred, draft.points = None, "", {}

    def finish(self) -> History:
        """Number the drafts as they were recorded, and choose what to ask."""
        self.drafts.sort(key=lambda draft: draft.recorded)
        self.move_after_targets()
        numbers = {id(draft): n for n, draft in enumerate(self.drafts)}
        rows = [as_row(n, draft, numbers) for n, draft in enumerate(self.drafts)]
        return History(
            seed=self.seed,
            rows=rows,
            packs=packs.write(self.recipes),
            asked=self.questions(),
            covers=self.covers(),
            calendar=self.calendar(),
            tags={recipe.id: recipe.tags for recipe in self.recipes},
            season=self.season,
            drafts=list(self.drafts),
        )

    def move_after_targets(self) -> None:
        """An entry about another has the greater number, also when recorded in the same second."""
        for _ in self.drafts:
            place = {id(draft): n for n, draft in enumerate(self.drafts)}
            for draft in self.drafts:
                for name, target in draft.points.items():
                    if name != "trigger" and place[id(target)] > place[id(draft)]:
                        draft.recorded = target.recorded
                        self.drafts.remove(draft)
                        self.drafts.insert(self.drafts.index(target) + 1, draft)
                        break
                else:
                    continue
                break
            else:
                return

    def questions(self) -> list[tuple[str, str]]:
        """(D, K): as is at the end, as is in between, as was."""
        maker = random.Random(f"asked {self.seed}")
        end = clock.day_start(self.season + timedelta(days=400))
        middle = clock.day_start(self.season + timedelta(days=maker.choice([*self.days, maker.randint(-10, 45)])))
        middle += maker.choice((0, 43200, 86399))
        later = middle + maker.choice((3600, 86400, 20 * 86400))
        return [(stamp(end), stamp(end)), (stamp(middle), stamp(later)), (stamp(middle), stamp(middle))]

    def covers(self) -> list[dict[str, Any]] | None:
        """No coverage, all of it, or some with gaps."""
        maker = random.Random(f"covers {self.seed}")
        shape = maker.choice(("none", "none", "all", "some", "some"))
        if shape == "none":
            return None
        if shape == "all":
            return [{"source": "s", "agency": "*", "kind": "*", "from": "2000-01-01", "to": "2035-12-31"}]
        cut = self.season + timedelta(days=maker.choice(self.days) + maker.choice((0, 1, 5)))
        kinds = sorted({kind for recipe in self.recipes for kind in recipe.act_kinds})
        first = {"source": "s", "agency": maker.choice(("*", "a1")), "kind": "*", "from": "2000-01-01", "to": str(cut)}
        later = str(cut + timedelta(days=maker.choice((1, 1, 3))))
        second = {"source": "s", "agency": "*", "kind": maker.choice(kinds), "from": later}
        return [first, second] if maker.random() < 0.4 else [first]

    def calendar(self) -> frozenset[date] | None:
        """Now and then a calendar with one-off holidays that the pinned one does not know."""
        maker = random.Random(f"calendar {self.seed}")
        if maker.random() < 0.5:
            return None
        first = self.season + timedelta(days=maker.choice(self.days))
        extra = {first + timedelta(days=offset) for offset in EXTRA_HOLIDAY_OFFSETS}
        return clock.england_wales() | extra

    def wave_through(self, history: History) -> None:
        """Waive or suspend some duty that the history owes, before or after its due."""
        end = history.asked[0][0]
        duties = evaluators.by_oracle(history.rows, history.packs, end, end)["duties"]
        for _ in range(2 if duties else 0):
            duty = self.random.choice(duties)
            kinds = self.random.choice((("waived",), ("suspended",), ("suspended", "resumed")))
            recorded = self.moment_of(duty)
            for kind in kinds:
                recorded += self.random.choice((0, 3600, 86400, 9 * 86400))
                self.drafts.append(self.about(duty, f"duty.{kind}.1", recorded, history.drafts))

    def moment_of(self, duty: dict[str, Any]) -> int:
        """A second at which the duty may well be open."""
        known = [duty[name] for name in ("from", "ended_at") if duty[name]]
        first = min((clock.read_span(text).l for text in known), default=clock.day_start(self.season))
        return first + self.random.choice((0, 1, 7200, 86400, 3 * 86400))

    def about(self, duty: dict[str, Any], kind: str, recorded: int, drafts: list[Draft]) -> Draft:
        """An entry that names the duty."""
        facts = {"clause": duty["clause"], "key": duty["key"], "reason": "invented", "refs": {"child": ["c1"]}}
        if duty["addressee"]:
            facts["addressee"] = duty["addressee"]
        claimed = recorded - self.random.choice((0, 86400))  # what it claims does not matter: it counts when recorded
        draft = Draft(kind, stamp(claimed), recorded, facts)
        if duty["anchor"] is not None:
            draft.points["anchor"] = drafts[duty["anchor"]]
        if "trigger" in duty["key"]:
            draft.points["key.trigger"] = drafts[int(duty["key"]["trigger"])]
        return draft


def stamp(second: int) -> str:
    """A second as the record writes it."""
    return clock.written(second) or ""


def as_row(n: int, draft: Draft, numbers: dict[int, int]) -> dict[str, Any]:
    """A row of the extract."""
    facts = None if draft.facts is None else dict(draft.facts)
    for name, target in draft.points.items():
        assert facts is not None
        if name == "key.trigger":
            facts["key"] = {**facts["key"], "trigger": str(numbers[id(target)])}
        else:
            facts[name] = numbers[id(target)]
    return {
        "n": n,
        "kind": draft.kind,
        "subject": draft.subject,
        "occurred_at": draft.occurred,
        "recorded_at": stamp(draft.recorded),
        "actor": draft.actor,
        "agency": draft.agency,
        "facts": "" if facts is None else json.dumps(facts, sort_keys=True),
    }


def make(seed: int, wanted: Iterable[str] = ()) -> History:
    """The history of a seed; `wanted` names constructs that its first clause should have."""
    return Maker(seed, wanted).make()
