"""Reading a pack: from strict YAML to frozen clauses, one refusal for each clause that is not in the language."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from .calendars import UNITS, Limit
from .commencing import commenced
from .members import Members, one_of, texts
from .strict import Node, Refused, read, refusal
from .times import day_of, day_span
from .wording import Wording
from .words import (
    SURENESS,
    TIERS,
    AnyLimit,
    By,
    Choose,
    Clause,
    Example,
    From,
    Instant,
    Item,
    Kinds,
    NoLimit,
    Pack,
    Row,
    Rung,
    State,
    When,
)

PACK_WORDS = (
    *("pack", "version", "title", "calendar", "states", "orders", "clauses", "weak", "recorded_late_after"),
    *("hours", "note", "commences"),
)
CLAUSE_WORDS = (
    *("id", "version", "when", "given", "match", "for_each", "from", "must", "early", "within", "repeat", "until"),
    *("again", "supersedes", "open_duties", "owner", "escalate", "waive", "suspend", "measures", "needs", "missing"),
    *("check", "tier", "source", "paragraph", "sentence", "confirmed", "in_force", "second_source", "hours"),
    *("examples", "note"),
)
LIMIT = re.compile(r"(\d+) (h|hours?|days?|wd|weeks?|months?|years?)( before)?")


@dataclass
class Reader:
    """What reading one pack needs to know: its file, the kinds where given, and what was refused so far."""

    file: str
    kinds: Kinds | None = None
    rejects: list[dict[str, object]] = field(default_factory=list)

    def refuse(self, problem: Refused, clause: str = "") -> None:
        """Keep one refusal, to be told with all the others."""
        row = {"file": self.file, "line": problem.line, "clause": clause}
        self.rejects.append({**row, "problem": problem.problem, "remedy": problem.remedy})


def parse_pack(text: str, *, file: str = "pack", kinds: Kinds | None = None) -> Pack:
    """Return the pack that `text` holds; raise HeedError listing every line that is not in the language."""
    reader = Reader(file, kinds)
    pack: Pack | None = None
    try:
        pack = _pack(Members(read(text), PACK_WORDS, "a pack"), reader)
    except Refused as problem:
        reader.refuse(problem)
    if reader.rejects or pack is None:
        raise refusal(reader.rejects)
    return pack


def read_pack(path: Path, *, kinds: Kinds | None = None) -> Pack:
    """Return the pack in a file."""
    return parse_pack(path.read_text("utf-8"), file=path.name, kinds=kinds)


def _pack(members: Members, reader: Reader) -> Pack:
    name, version = members.text("pack"), members.text("version")
    wording = Wording(_states(members), _orders(members), reader.kinds)
    clauses = commenced(_clauses(members, wording, reader, version), members)
    late = members.node("recorded_late_after")
    return Pack(
        name=name,
        version=version,
        calendar=members.text("calendar", "england-wales"),
        states=wording.states,
        clauses=clauses,
        file=reader.file,
        recorded_late_after=plain_limit(late) if late else Limit(2, "wd"),
        weak=members.texts_by_name("weak"),
        title=members.text("title", "") or None,
        hours=_hours(members),
    )


def _hours(members: Members) -> dict[str, dict[str, str]]:
    found = {}
    for kind, node in members.mapping("hours").items():
        row = Members(node, ("low", "likely", "high", "source"), "hours of an act")
        found[kind] = {name: row.text(name) for name in ("low", "likely", "high", "source")}
    return found


def _states(members: Members) -> dict[str, State]:
    found = {}
    for name, node in members.mapping("states").items():
        row = Members(node, ("key", "starts", "ends", "value", "of", "note"), f"the state {name}")
        by_value = row.node("value") is not None
        starts = row.list_of_texts("of" if by_value else "starts")
        if not starts or (by_value and row.node("starts")) or (not by_value and row.node("of")):
            raise Refused(
                node.line, f"The state {name} is not whole.", "Write `starts`/`ends`, or `value`/`of`/`ends`."
            )
        value = row.text("value") if by_value else None
        found[name] = State(name, row.text("key"), value, starts, row.list_of_texts("ends"))
    return found


def _orders(members: Members) -> dict[str, tuple[str, ...]]:
    return {name: texts(node) for name, node in members.mapping("orders").items()}


def _clauses(members: Members, wording: Wording, reader: Reader, version: str) -> list[Clause]:
    found = []
    for node in members.list_of("clauses"):
        named = node.value.get("id") if isinstance(node.value, dict) else None
        clause_id = str(named.value) if named is not None and isinstance(named.value, str) else ""
        try:
            row = Members(node, CLAUSE_WORDS, "a clause")
            found.append(_clause(row, wording, version))
        except Refused as problem:
            reader.refuse(problem, clause_id)
    return found


def _clause(row: Members, wording: Wording, version: str) -> Clause:
    begins, ends, in_force_text = _in_force(row)
    return Clause(
        id=row.text("id"),
        version=row.text("version", version),
        when=When("check", "") if row.node("check") else _when(row, wording),
        match=row.list_of_texts("match"),
        must=() if row.node("check") else tuple(_items(row, "must", wording)),
        within=() if row.node("check") else _within(row, wording),
        given=wording.conditions(row.node("given")),
        for_each=row.text("for_each", "") or None,
        from_=_from(row, wording),
        early=_early(row),
        repeat=row.flag("repeat"),
        until=tuple(_items(row, "until", wording)),
        again=one_of(row, "again", ("each", "absorb", "replace"), "each"),
        supersedes=row.text("supersedes", "") or None,
        convert=one_of(row, "open_duties", ("keep", "convert"), "keep") == "convert",
        owner=row.text("owner", "") or None,
        escalate=tuple(_rungs(row, wording)),
        waive=row.list_of_texts("waive"),
        suspend=row.list_of_texts("suspend"),
        measures=row.list_of_texts("measures"),
        needs={name: texts(node) for name, node in row.mapping("needs").items()},
        missing=row.texts_by_name("missing"),
        check=row.text("check", "") or None,
        tier=one_of(row, "tier", TIERS, "") or None,
        source=row.text("source", "") or None,
        paragraph=row.text("paragraph", "") or None,
        sentence=row.text("sentence", "") or None,
        confirmed=one_of(row, "confirmed", SURENESS, "") or None,
        in_force_from=begins,
        in_force_to=ends,
        in_force_text=in_force_text,
        second_source=row.flag("second_source"),
        hours=row.texts_by_name("hours"),
        examples=tuple(_examples(row)),
        line=row.line,
    )


def _in_force(row: Members) -> tuple[int | None, int | None, tuple[str | None, str | None]]:
    node = row.node("in_force")
    if node is None:
        return None, None, (None, None)
    if isinstance(node.value, str) and node.value == "not known":
        return None, None, ("not known", None)
    days = Members(node, ("from", "to"), "in_force")
    begins, ends = days.text("from", "") or None, days.text("to", "") or None
    seconds = [None if day in (None, "not known") else _first_second(day, node.line) for day in (begins, ends)]
    return seconds[0], seconds[1], (begins, ends)


def _first_second(day: str | None, line: int) -> int:
    try:
        return day_span(day_of(day or "")).e
    except ValueError as error:
        raise Refused(line, f"{error}.", "Write a day as YYYY-MM-DD.") from error


def _when(row: Members, wording: Wording) -> When:
    when = Members(row.needed("when"), ("entry", "where", "while", "count", "at_least", "in"), "when")
    forms = [form for form in ("entry", "while", "count") if when.node(form)]
    if len(forms) != 1:
        raise Refused(when.line, "`when` has not exactly one form.", "Write one of `entry`, `while` or `count`.")
    form = forms[0]
    name = when.text(form)
    if form == "while" and name not in wording.states:
        raise Refused(when.line, f"There is no state {name!r}.", "Name a state of the pack's `states`.")
    if form == "entry":
        return When("entry", wording.kind(name, when.line), wording.where(when.node("where"), name))
    if form == "while":
        return When("while", name)
    at_least, window = when.text("at_least"), plain_limit(when.needed("in"))
    if not at_least.isdigit() or int(at_least) < 1 or window.unit != "days" or window.before or window.n < 1:
        raise Refused(when.line, "`count` is not whole.", "Write `at_least: N` and `in: P days`.")
    return When("count", wording.kind(name, when.line), at_least=int(at_least), days=window.n)


def _items(row: Members, name: str, wording: Wording) -> list[Item]:
    words = ("entry", "where", "as") if name == "must" else ("entry", "where", "at", "even_late")
    found = []
    for node in row.list_of(name):
        item = Members(node, words, f"a member of `{name}`")
        declined = one_of(item, "as", ("declined",), "") == "declined"
        at = item.node("at")
        if (at is None) == (item.node("entry") is None):
            raise Refused(
                node.line, f"A member of `{name}` is not whole.", "Write `entry: KIND` or, in `until`, `at:`."
            )
        if at is not None:
            instant = wording.instant(texts(at)[0], at.line)
            found.append(Item(at=instant, even_late=item.flag("even_late")))
            continue
        kind = wording.kind(item.text("entry"), node.line)
        where = wording.where(item.node("where"), kind)
        found.append(Item(kind, where, declined, item.flag("even_late")))
    if name == "must" and not found:
        raise Refused(row.line, "The clause names no act.", "Write `must: [{entry: KIND}]`.")
    return found


def _from(row: Members, wording: Wording) -> From:
    node = row.node("from")
    if node is None:
        return From("trigger")
    if isinstance(node.value, str):
        if node.value == "trigger":
            return From("trigger")
        state = node.value.removeprefix("start of ")
        if not node.value.startswith("start of ") or state not in wording.states:
            raise Refused(node.line, f"{node.value!r} is no start.", "Write `start of STATE` with a state of the pack.")
        return From("start", state)
    members = Members(node, ("field", "last"), "from")
    if (members.node("field") is None) == (members.node("last") is None):
        raise Refused(node.line, "`from` has not exactly one form.", "Write `field: F` or `last: KIND`.")
    if members.node("field"):
        return From("field", members.text("field"))
    return From("last", wording.kind(members.text("last"), node.line))


def _early(row: Members) -> Limit | str | None:
    node = row.node("early")
    if node is None or node.value == "none":
        return None
    return "current" if node.value == "current" else plain_limit(node)


def plain_limit(node: Node) -> Limit:
    """Return a limit written as `N UNIT` or `N UNIT before`."""
    found = LIMIT.fullmatch(node.value) if isinstance(node.value, str) else None
    if not found:
        raise Refused(node.line, f"{node.plain()!r} is not a limit.", f"Write N and one of {', '.join(UNITS)}.")
    unit = (
        found[2]
        if found[2] in UNITS
        else {"h": "h", "d": "days", "w": "weeks", "m": "months", "y": "years"}[found[2][0]]
    )
    return Limit(int(found[1]), unit, bool(found[3]))


def _within(row: Members, wording: Wording) -> tuple[AnyLimit, ...]:
    node = row.needed("within")
    nodes = node.value if isinstance(node.value, list) else [node]
    if not nodes:
        raise Refused(node.line, "`within` is empty.", "Write a limit, a list of limits, or `none`.")
    return tuple(_limit(member, wording) for member in nodes)


def _limit(node: Node, wording: Wording) -> AnyLimit:
    if isinstance(node.value, dict) and "choose" in node.value:
        return _choose(Members(node, ("choose",), "a limit"), wording)
    return _simple_limit(node, wording)


def _simple_limit(node: Node, wording: Wording) -> Limit | NoLimit | By:
    if isinstance(node.value, dict):
        by = Members(node, ("by",), "a limit")
        return By(wording.kind(by.text("by"), node.line))
    return NoLimit() if node.value == "none" else plain_limit(node)


def _choose(members: Members, wording: Wording) -> Choose:
    rows: list[Row] = []
    nodes = members.list_of("choose")
    for place, node in enumerate(nodes):
        row = Members(node, ("if", "limit", "else"), "a row of `choose`")
        last = place == len(nodes) - 1
        if last != (row.node("else") is not None):
            what = "The last row of `choose` is no `else`." if last else "An `else` stands before the last row."
            raise Refused(node.line, what, "End `choose` with exactly one `{else: LIMIT}`.")
        if last:
            rows.append(Row((), _simple_limit(row.needed("else"), wording)))
        else:
            conditions = wording.conditions(row.needed("if"), anchor=True)
            rows.append(Row(conditions, _simple_limit(row.needed("limit"), wording)))
    if not rows:
        raise Refused(members.line, "`choose` has no rows.", "Write rows and end with `{else: LIMIT}`.")
    return Choose(tuple(rows))


def _rungs(row: Members, wording: Wording) -> list[Rung]:
    found = []
    for node in row.list_of("escalate"):
        rung = Members(node, ("at", "to", "outside"), "a rung")
        instant: Instant = wording.instant(rung.text("at"), node.line)
        found.append(Rung(instant, rung.text("to"), rung.flag("outside")))
    return found


def _examples(row: Members) -> list[Example]:
    found = []
    for node in row.list_of("examples"):
        example = Members(node, ("name", "given", "as_of", "known_at", "then"), "an example")
        given = tuple(dict(_plain_map(member)) for member in example.list_of("given"))
        then = tuple(dict(_plain_map(member)) for member in example.list_of("then"))
        as_of = example.text("as_of")
        known = example.text("known_at", as_of)
        found.append(Example(example.text("name"), given, as_of, known, then, node.line))
    return found


def _plain_map(node: Node) -> dict[str, object]:
    plain = node.plain()
    if not isinstance(plain, dict):
        raise Refused(node.line, "This is not a mapping.", "Write {NAME: VALUE, …}.")
    return plain
