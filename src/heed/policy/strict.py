"""YAML read strictly: scalars are text, nodes know their line; anchors, aliases, tags and doubles are refused."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from heed.lib.errors import HeedError


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a YAML file and the line it stands on; keys of a mapping keep theirs in `at`."""

    value: "str | dict[str, Node] | list[Node]"
    line: int
    at: dict[str, int] | None = None

    def plain(self) -> object:
        """Return the value without its lines."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class Refused(Exception):
    """One problem in a policy file: the line, what is wrong and what to write instead."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.remedy = line, problem, remedy


def refusal(rejects: list[dict[str, object]]) -> HeedError:
    """Return the exception for a pack that is refused: file, line, clause, what is wrong, what to write instead."""
    first = rejects[0]
    where = f"{first['file']}, line {first['line']}" + (f", clause {first['clause']}" if first["clause"] else "")
    more = f" ({len(rejects) - 1} more)" if len(rejects) > 1 else ""
    return HeedError(f"{where}: {first['problem']} {first['remedy']}{more}", rejects=rejects)


def read(text: str) -> Node:
    """Return the one document of `text`; raise Refused for anything but plain mappings, lists and text."""
    try:
        events = iter(list(yaml.parse(text, Loader=yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = f"This is not YAML: {getattr(error, 'problem', None) or 'unreadable'}."
        raise Refused(line, problem, "Indent by spaces and quote texts that hold ': '.") from error
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            root = _node(next(events), events)
            _only_one(events)
            return root
    raise Refused(1, "The file is empty.", "Write at least `pack`, `version` and `clauses`.")


def _only_one(events: Iterator[yaml.Event]) -> None:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            line = _line(event)
            raise Refused(line, "The file holds two documents.", "Put each pack in a file of its own.")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise Refused(line, "Anchors and aliases are not read.", "Write the text out where it is meant.")
    tag = getattr(event, "tag", None)
    if tag:
        raise Refused(line, f"The tag {tag} is not read.", "Leave it out: every scalar is text.")
    if isinstance(event, yaml.ScalarEvent):
        if event.value == "":
            raise Refused(line, "A member is empty.", "Leave absent members out.")
        return Node(event.value, line)
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(_members(events), line)
    return _mapping(line, events)


def _members(events: Iterator[yaml.Event]) -> list[Node]:
    members: list[Node] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        members.append(_node(event, events))
    return members


def _mapping(line: int, events: Iterator[yaml.Event]) -> Node:
    members: dict[str, Node] = {}
    at: dict[str, int] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events)
        if not isinstance(key.value, str):
            raise Refused(key.line, "A member's name is not a text.", "Write NAME: VALUE.")
        if key.value in members:
            raise Refused(key.line, f"{key.value!r} stands twice.", f"Keep one; the first is on line {at[key.value]}.")
        at[key.value] = key.line
        members[key.value] = _node(next(events), events)
    return Node(members, line, at)
