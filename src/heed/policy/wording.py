"""Conditions and instants of a clause, read against the pack's states, its orders and the kind registry."""

import re
from dataclasses import dataclass

from .calendars import Limit
from .members import Members, texts
from .strict import Node, Refused
from .times import claimed
from .words import COLUMNS, Instant, Kind, Kinds, Ref, Right, State, Test, Where

NUMBERS = ("Whole", "Decimal")  # the classes of heed.entry.fields that hold numbers
OPS = ("in", "not", "is", "before", "after", "below", "above", "has_all", "present")
KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[1-9][0-9]*")
OFFSET = re.compile(r"(.+?) ([+-]) (\d+) (h|hours?|days?|wd|weeks?|months?|years?)")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
SINGULAR = {"hour": "h", "hours": "h", "day": "days", "week": "weeks", "month": "months", "year": "years"}


@dataclass
class Wording:
    """What names mean in one pack."""

    states: dict[str, State]
    orders: dict[str, tuple[str, ...]]
    kinds: Kinds | None

    def kind(self, name: str, line: int) -> str:
        """Return a kind's name; refuse one that is malformed or that the registry does not have."""
        if not KIND.fullmatch(name):
            raise Refused(line, f"{name!r} is not the name of a kind.", "Write it as thing.happened.1.")
        if self.kinds is not None and name not in self.kinds:
            raise Refused(line, f"There is no kind {name!r}.", "Name a kind that a slice's `entries` declares.")
        return name

    def where(self, node: Node | None, kind: str) -> Where:
        """Return the conditions of a `where` on entries of one kind."""
        if node is None:
            return ()
        if not isinstance(node.value, dict):
            raise Refused(node.line, "`where` is not a mapping.", "Write {field: value}.")
        found: list[Test] = []
        for name, member in node.value.items():
            self._known_field(name, kind, member.line)
            order = self._order(f"{kind}.{name}", kind, name)
            found += self._tests(name, member, order, number=self._is_number(kind, name))
            self._known_codes(name, kind, found, member.line)
        return tuple(found)

    def conditions(self, node: Node | None, *, anchor: bool = False) -> Where:
        """Return conditions on states (and, in `choose`, on the anchor)."""
        if node is None:
            return ()
        if not isinstance(node.value, dict):
            raise Refused(node.line, "Conditions are not a mapping.", "Write {STATE: value}.")
        found: list[Test] = []
        for name, member in node.value.items():
            if anchor and name == "anchor":
                found += self._tests(name, member, None)
                continue
            if name not in self.states:
                raise Refused(member.line, f"There is no state {name!r}.", "Name a state of the pack's `states`.")
            found += self._state_tests(self.states[name], member)
        return tuple(found)

    def _state_tests(self, state: State, node: Node) -> list[Test]:
        order, number = None, False
        for kind in state.starts if state.value else ():
            order = order or self._order(f"{kind}.{state.value}", kind, state.value or "")
            number = number or self._is_number(kind, state.value or "")
        found = self._tests(state.name, node, order, number=number)
        for test in found:
            if state.value is None and test.op in ("eq", "not") and test.right not in ("true", "false"):
                raise Refused(node.line, f"{state.name} holds or does not.", "Compare it with true or false.")
            if state.value is None and test.op in ("in", "has_all", "below", "above"):
                raise Refused(node.line, f"{state.name} has no value.", "Give the state `value` and `of`.")
        return found

    def _tests(self, left: str, node: Node, order: tuple[str, ...] | None, *, number: bool = False) -> list[Test]:
        if isinstance(node.value, str):
            return [Test(left, "eq", self._right(node.value))]
        if isinstance(node.value, list):
            raise Refused(node.line, f"{left!r} is compared with a list.", "Write {in: [ … ]}.")
        Members(node, OPS, "a condition")
        if not node.value:
            raise Refused(node.line, "A condition is empty.", f"Use one of {', '.join(OPS)}.")
        return [self._test(left, op, member, order, number) for op, member in node.value.items()]

    def _test(self, left: str, op: str, node: Node, order: tuple[str, ...] | None, number: bool) -> Test:
        if op in ("in", "has_all"):
            values = texts(node)
            if not values or not isinstance(node.value, list):
                raise Refused(node.line, f"`{op}` needs a list of values.", f"Write {op}: [A, B].")
            for value in values:
                self._no_state(value, node.line)
            return Test(left, op, values)
        text = texts(node)[0] if isinstance(node.value, str) else ""
        if not text:
            raise Refused(node.line, f"`{op}` needs one value.", f"Write {op}: VALUE.")
        if op == "present":
            if text not in ("true", "false"):
                raise Refused(node.line, "`present` is true or false.", "Write present: true.")
            return Test(left, op, text == "true")
        if op in ("before", "after"):
            return Test(left, op, self._moment(text, node.line))
        if op in ("below", "above"):
            return self._ranked(left, op, text, node.line, order, number)
        return Test(left, "eq" if op == "is" else op, self._right(text))

    def _ranked(self, left: str, op: str, text: str, line: int, order: tuple[str, ...] | None, number: bool) -> Test:
        right = self._right(text)
        if order is None and (isinstance(right, str) and not NUMBER.fullmatch(right)):
            raise Refused(
                line, f"The codes of {left!r} have no order.", "Add them, lowest first, to the pack's `orders`."
            )
        if order is None and isinstance(right, Ref) and not number:
            raise Refused(
                line, f"The codes of {left!r} have no order.", "Add them, lowest first, to the pack's `orders`."
            )
        if order is not None and isinstance(right, str) and right not in order:
            raise Refused(line, f"{right!r} is not one of the ordered codes.", f"Use one of {', '.join(order)}.")
        return Test(left, op, right, order)

    def _right(self, text: str) -> Right:
        """Return what a right side means: a name where it is one, else the text itself."""
        if text == "addressee":
            return Ref("addressee")
        if text.startswith("trigger.") and len(text) > 8:
            return Ref("trigger", text[8:])
        if text in self.states:
            return Ref("state", text)
        if text.endswith(".before") and text[:-7] in self.states:
            return Ref("before", text[:-7])
        return text

    def _no_state(self, text: str, line: int) -> None:
        if text in self.states:
            raise Refused(line, f"{text!r} is also the name of a state.", "Rename the state.")

    def _moment(self, text: str, line: int) -> Instant | Ref:
        """Return the right side of `before` and `after`: a field of the trigger, a state before, or an instant."""
        right = self._right(text)
        if isinstance(right, Ref) and right.base in ("trigger", "before"):
            return right
        return self.instant(text, line)

    def instant(self, text: str, line: int) -> Instant:
        """Return an instant with its offset."""
        found = OFFSET.fullmatch(text)
        name = found[1] if found else text
        offset = Limit(int(found[3]), SINGULAR.get(found[4], found[4]), found[2] == "-") if found else None
        if name in ("trigger", "anchor", "due"):
            return Instant(name, offset=offset)
        if name.startswith("start of ") and name[9:] in self.states:
            return Instant("start", name[9:], offset)
        if name in self.states:
            return Instant("state", name, offset)
        if claimed(name) is None:
            remedy = "Write trigger, anchor, due, start of STATE, a date-valued state or a date, ± N units."
            raise Refused(line, f"{text!r} is no instant.", remedy)
        return Instant("date", name, offset)

    def _order(self, name: str, kind: str, fact: str) -> tuple[str, ...] | None:
        if name in self.orders:
            return self.orders[name]
        known = self._facts(kind).get(fact) if self.kinds is not None else None
        if known is not None and getattr(known, "ordered", False):
            return tuple(getattr(known, "codes", None) or ()) or None
        return None

    def _is_number(self, kind: str, fact: str) -> bool:
        return type(self._facts(kind).get(fact)).__name__ in NUMBERS

    def _facts(self, kind: str) -> dict[str, object]:
        found: Kind | None = self.kinds[kind] if self.kinds is not None and kind in self.kinds else None
        return dict(found.facts) if found is not None else {}

    def _known_field(self, name: str, kind: str, line: int) -> None:
        if self.kinds is None or name in COLUMNS or kind not in self.kinds:
            return
        known = self.kinds[kind]
        if name not in known.facts and name not in known.refs:
            allowed = ", ".join(sorted([*known.facts, *known.refs, *COLUMNS]))
            raise Refused(line, f"{kind} has no field {name!r}.", f"Use one of {allowed}.")

    def _known_codes(self, name: str, kind: str, tests: list[Test], line: int) -> None:
        codes = getattr(self._facts(kind).get(name), "codes", None)
        if not codes:
            return
        for test in tests:
            for value in (
                (test.right,) if isinstance(test.right, str) else test.right if isinstance(test.right, tuple) else ()
            ):
                if test.left == name and test.op in ("eq", "not", "in", "has_all") and value not in codes:
                    raise Refused(line, f"{value!r} is not a code of {kind}.{name}.", f"Use one of {', '.join(codes)}.")
