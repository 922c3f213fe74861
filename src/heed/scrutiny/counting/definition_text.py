"""Reads the text of a counting definition: YAML, read strictly (no anchors, no doubles, every scalar a text).

What it may say stands in docs/how-to/publish-a-count.md; what cannot be understood is refused with its line.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from heed.count.tables import MOST_LISTS
from heed.entry.fields import Code, Field, Flag, Many
from heed.entry.kinds import Registry
from heed.entry.when import parse_date
from heed.lib.errors import HeedError
from heed.policy.strict import Node, Refused, read

from .definition import Definition, ListRule, Wanted, strata_of

T = TypeVar("T")
METHODS = ("person", "machine", "import")  # the methods of identity.linked.1 (heed/log/fixed.py)
MOST_AGE = 25  # care leavers are supported up to 25 (Children Act 1989 s23CZB); nobody older is asked about


def parse(text: str, *, kinds: Registry) -> Definition:
    """Read a definition; HeedError names the line and says what to write instead."""
    if len(text) > 100_000:
        raise HeedError("A counting definition has at most 100,000 characters.")
    try:
        return _definition(_Members(read(text), "the definition"), text, kinds)
    except Refused as problem:
        raise HeedError(f"Line {problem.line}: {problem.problem} {problem.remedy}") from None


class _Members:
    """The members of one mapping, each taken once; what is left over is refused."""

    def __init__(self, node: Node, where: str) -> None:
        if not isinstance(node.value, dict):
            raise Refused(node.line, f"{where} is not a mapping.", "Write NAME: VALUE lines.")
        self.node, self.where = node, where
        self.left = dict(node.value)

    def take(self, name: str, make: Callable[[Node], T]) -> T:
        """Return a member that must be there."""
        if name not in self.left:
            raise Refused(self.node.line, f"{self.where} has no {name!r}.", f"Add `{name}:`.")
        return make(self.left.pop(name))

    def may(self, name: str, make: Callable[[Node], T], otherwise: Any) -> T:
        """Return a member that may be left out."""
        if name in self.left:
            return make(self.left.pop(name))
        left_out: T = otherwise
        return left_out

    def done(self) -> None:
        """Refuse what nobody took."""
        for name in self.left:
            line = (self.node.at or {}).get(name, self.node.line)
            raise Refused(line, f"{name!r} is not a member of {self.where}.", "Take it out.")


def _definition(top: _Members, text: str, kinds: Registry) -> Definition:
    force = top.may("in_force", lambda n: _span(_Members(n, "in_force")), None)
    months, since = top.take("period", lambda n: _period(_Members(n, "period")))
    first, below, unknown = top.take("who", lambda n: _who(_Members(n, "who")))
    area = top.may("area", lambda n: _area(_Members(n, "area")), frozenset())
    wanted = top.take("counts", lambda n: tuple(_wanted(_Members(one, "counts"), kinds) for one in _many(n)))
    lists = top.take("lists", lambda n: _lists(n, wanted, kinds))
    bands, by_sex = top.may("strata", lambda n: _strata(_Members(n, "strata"), first, below), ((), False))
    labels = strata_of(bands, by_sex, first, below)
    unseen = top.may("could_not_see", lambda n: _unseen(n, lists, labels), ())
    methods, least = top.may("same_child", lambda n: _same(_Members(n, "same_child")), (frozenset(METHODS), "0"))
    made = Definition(
        counting=top.take("counting", lambda n: _short(n, 60)),
        version=top.take("version", lambda n: _short(n, 20)),
        title=top.take("title", lambda n: _short(n, 200)),
        text=text,
        in_force_from=force[0] if force else date(1901, 1, 1),
        in_force_until=force[1] if force else None,
        months=months,
        since=since,
        dated_by=top.may("dated_by", lambda n: _one_of(n, ("reported", "happened")), "reported"),
        age_from=first,
        age_below=below,
        counts_unknown_age=unknown,
        area=area,
        wanted=wanted,
        lists=lists,
        age_bands=bands,
        by_sex=by_sex,
        could_not_see=unseen,
        link_methods=methods,
        least_probability=least,
    )
    top.may("why", lambda n: _short(n, 4_000), "")
    top.done()
    return made


def _short(node: Node, most: int) -> str:
    if not isinstance(node.value, str) or len(node.value) > most:
        raise Refused(node.line, f"Here stands no text of at most {most} characters.", "Write a short text.")
    return node.value


def _many(node: Node) -> list[Node]:
    if not isinstance(node.value, list) or not node.value:
        raise Refused(node.line, "Here stands no list.", "Write one `- ` line for each.")
    return node.value


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(_short(one, 200) for one in _many(node))


def _one_of(node: Node, words: tuple[str, ...]) -> str:
    if node.value not in words:
        raise Refused(node.line, f"{str(node.plain())[:40]!r} is not known here.", f"Write one of {', '.join(words)}.")
    return str(node.value)


def _whole(node: Node, least: int, most: int) -> int:
    text = str(node.value)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Refused(node.line, f"{text[:20]!r} is no whole number from {least} to {most}.", "Write digits.")
    return int(text)


def _day(node: Node) -> date:
    try:
        return parse_date(str(node.value))
    except HeedError as error:
        raise Refused(node.line, str(error), "Write YYYY-MM-DD.") from None


def _span(members: _Members) -> tuple[date, date | None]:
    first = members.take("from", _day)
    until = members.may("until", _day, None)
    members.done()
    if until is not None and until < first:
        raise Refused(members.node.line, "It ends before it begins.", "Swap the days.")
    return first, until


def _period(members: _Members) -> tuple[int | None, date | None]:
    months = members.may("months", lambda n: _whole(n, 1, 1_200), None)
    since = members.may("from", _day, None)
    members.done()
    if (months is None) == (since is None):
        raise Refused(members.node.line, "A period is either months or from.", "Write `{months: 12}`.")
    return months, since


def _who(members: _Members) -> tuple[int, int, bool]:
    age = members.take("age", lambda n: _Members(n, "age"))
    first = age.may("from", lambda n: _whole(n, 0, MOST_AGE), 0)
    below = age.take("below", lambda n: _whole(n, 1, MOST_AGE + 1))
    age.done()
    unknown = members.take("age_not_known", lambda n: _one_of(n, ("counted", "left_out")))
    members.done()
    if below <= first:
        raise Refused(members.node.line, "Nobody is of such an age.", "Write `{from: 10, below: 18}`.")
    return first, below, unknown == "counted"


def _area(members: _Members) -> frozenset[str]:
    found = frozenset(members.take("answering", _texts))
    members.done()
    return found


def _wanted(members: _Members, kinds: Registry) -> Wanted:
    name = members.take("kind", lambda n: _kind(n, kinds))
    facts = members.may("facts", lambda n: _facts(n, (name,), kinds), ())
    members.done()
    return Wanted(name, facts)


def _kind(node: Node, kinds: Registry) -> str:
    name = _short(node, 64)
    if name not in kinds:
        raise Refused(node.line, f"There is no entry kind {name!r}.", "docs/reference/entry-kinds.md lists them.")
    if "child" not in kinds[name].refs:
        raise Refused(node.line, f"{name} names no child (refs.child).", "Only entries about children are counted.")
    return name


def _facts(node: Node, of: tuple[str, ...], kinds: Registry) -> tuple[tuple[str, tuple[str, ...]], ...]:
    members = _Members(node, "facts")
    found = []
    for name, value in members.node.value.items():  # type: ignore[union-attr]
        fields = [kinds[kind].facts[name] for kind in of if name in kinds[kind].facts]
        if not fields:
            raise Refused(value.line, f"{', '.join(of)} has no fact {name!r}.", "See docs/reference/entry-kinds.md.")
        values = _texts(value)
        known = {code for field in fields for code in codes_of(field)}
        for one in values:
            if one not in known:
                listed = ", ".join(sorted(known)) or "no code"
                raise Refused(value.line, f"{one!r} is no value of {name}.", f"It takes {listed}.")
        found.append((name, values))
    return tuple(found)


def codes_of(field: Field) -> tuple[str, ...]:
    """Return the values that a fact may be asked for: those of a closed list, or yes and no."""
    if isinstance(field, Many):
        return codes_of(field.of)
    if isinstance(field, Flag):
        return ("true", "false")
    return tuple(field.codes) if isinstance(field, Code) else ()


def _lists(node: Node, wanted: tuple[Wanted, ...], kinds: Registry) -> tuple[ListRule, ...]:
    of = tuple(dict.fromkeys(one.kind for one in wanted))
    found = tuple(_list(_Members(one, "a list"), of, kinds) for one in _many(node))
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused(node.line, f"Two lists are called {twice[0]!r}.", "Give each its own name.")
    if len(found) > MOST_LISTS:
        raise Refused(node.line, f"{len(found)} lists are more than {MOST_LISTS}.", "Merge lists of one agency.")
    return found


def _list(members: _Members, of: tuple[str, ...], kinds: Registry) -> ListRule:
    made = ListRule(
        members.take("name", lambda n: _short(n, 60)),
        frozenset(members.may("agency_type", _texts, ())),
        frozenset(members.may("agency", _texts, ())),
        members.may("facts", lambda n: _facts(n, of, kinds), ()),
        members.may("runs_from", _day, None),
    )
    members.done()
    if not (made.agency_types or made.agencies or made.facts):
        raise Refused(
            members.node.line, f"The list {made.name!r} asks for nothing.", "Add agency_type, agency or facts."
        )
    return made


def _strata(members: _Members, first: int, below: int) -> tuple[tuple[int, ...], bool]:
    bands = members.may("age", lambda n: tuple(_whole(one, first, below) for one in _many(n)), ())
    by_sex = members.may("sex", lambda n: _one_of(n, ("true", "false")), "false")
    members.done()
    if list(bands) != sorted(set(bands)):
        raise Refused(members.node.line, "The ages do not rise.", "Write the first age of each band in order.")
    return bands, by_sex == "true"


def _unseen(node: Node, lists: tuple[ListRule, ...], labels: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for one in _many(node):
        members = _Members(one, "could_not_see")
        name = members.take("list", lambda n: _one_of(n, tuple(rule.name for rule in lists)))
        strata = members.take("strata", lambda n: frozenset(_one_of(label, labels) for label in _many(n)))
        members.done()
        found.append((name, strata))
    return tuple(found)


def _same(members: _Members) -> tuple[frozenset[str], str]:
    methods = members.may("methods", lambda n: frozenset(_one_of(one, METHODS) for one in _many(n)), frozenset(METHODS))
    least = members.may("least_probability", _probability, "0")
    members.done()
    return methods, least


def _probability(node: Node) -> str:
    text = _short(node, 20)
    whole, _, part = text.partition(".")
    if whole not in ("0", "1") or not (part.isdigit() or not part) or float(text) > 1:
        raise Refused(node.line, f"{text!r} is no probability.", "Write a number from 0 to 1.")
    return text
