"""What is known at K: corrections, retractions and links, so that later knowledge never colours an earlier answer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .entries import LINKED, RETRACTED, UNLINKED, Entry, Missing, texts_of


@dataclass(slots=True)
class Known:
    """The standing entries under their first numbers, the keys that are one, and what could not be used."""

    entries: list[Entry]
    canonical: dict[str, str]
    roots: dict[str, str]  # the number of a correction, as text → the number of the entry it corrects
    partial: list[dict[str, Any]] = field(default_factory=list)

    def keys(self, entry: Entry, role: str) -> list[str]:
        """Return the keys an entry carries in a role, each through the links, each once."""
        if not self.canonical and role in entry.refs:
            return entry.refs[role] if role != "trigger" else self._numbers(entry.refs[role])
        value = entry.field(role)
        if isinstance(value, Missing):
            return []
        if role == "trigger":
            return self._numbers(texts_of(value))
        return list(dict.fromkeys(self.canonical.get(key, key) for key in texts_of(value)))

    def _numbers(self, texts: list[str]) -> list[str]:
        return [self.roots.get(number, number) for number in texts]

    def one(self, key: str) -> str:
        """Return the least key of the group that `key` is linked into."""
        return self.canonical.get(key, key)


class Chains:
    """Each first entry with its corrections, and the retractions among them, as entries come in order of numbers."""

    def __init__(self) -> None:
        self.members: dict[int, list[Entry]] = {}  # by the number of the first
        self.roots: dict[int, int] = {}  # each number → that of the first
        self.partial: list[dict[str, Any]] = []
        self.last = -1
        self._kinds: dict[int, str] = {}
        self._retractions: list[Entry] = []

    def add(self, entry: Entry) -> int | None:
        """Take an entry; return the number of the first of its chain, None where it corrects what is not there."""
        root = self._root(entry)
        self.last = max(self.last, entry.n)
        self._kinds[entry.n] = entry.kind
        if root is not None:
            self.roots[entry.n] = root
            self.members.setdefault(root, []).append(entry)
            if entry.kind.startswith(RETRACTED):
                self._retractions.append(entry)
        return root

    def _root(self, entry: Entry) -> int | None:
        if not entry.facts or "corrects" not in entry.facts:
            return entry.n
        wanted = named(entry, "corrects")
        if wanted is None or wanted not in self.roots:
            self.partial.append({"n": entry.n, "why": "corrects an entry that is not there"})
            return None
        if stem(self._kinds[wanted]) != stem(entry.kind):
            self.partial.append({"n": entry.n, "why": "corrects an entry of another kind"})
            return None
        return self.roots[wanted]

    def retracted(self) -> set[int]:
        """Return the numbers retracted, newest first, so that a retraction that was itself retracted undoes nothing."""
        gone: set[int] = set()
        spoken: set[int] = set()
        for entry in sorted(self._retractions, key=_number, reverse=True):
            root = self.roots[entry.n]
            if entry.n in gone or root in gone or root in spoken:
                continue
            spoken.add(root)
            target = named(entry, "retracts")
            if target is not None:
                gone.add(target)
        return gone

    def standing(self, root: int, gone: set[int]) -> Entry | None:
        """Return the newest of a chain that was not retracted, under the number of the first; None where all is."""
        members = self.members[root]
        if not gone and len(members) == 1:
            return members[0]
        alive = [member for member in members if member.n not in gone]
        if root in gone or not alive:
            return None
        newest = max(alive, key=_number)
        return newest if newest.n == root else newest.numbered(root)

    def numbers(self) -> dict[str, str]:
        """Return the number of each correction, as text, with that of the entry it corrects."""
        return {str(member): str(root) for member, root in self.roots.items() if member != root}


def chained(entries: Iterable[Entry]) -> Chains:
    """Return some entries in their chains."""
    chains = Chains()
    for entry in sorted(entries, key=_number):
        chains.add(entry)
    return chains


def known_at(entries: Iterable[Entry], known: int) -> Known:
    """Return what is known at `known`: the newest correction of each entry, none retracted, links joined."""
    chains = chained(entry for entry in entries if entry.recorded <= known)
    gone = chains.retracted()
    found = (chains.standing(root, gone) for root in sorted(chains.members))
    standing = [entry for entry in found if entry is not None]
    return Known(standing, linked(standing), chains.numbers(), chains.partial)


def _number(entry: Entry) -> int:
    return entry.n


def stem(kind: str) -> str:
    """Return a kind without its version."""
    return kind.rpartition(".")[0]


def named(entry: Entry, name: str) -> int | None:
    """Return the number that `corrects` or `retracts` names, where it is one below the entry's own."""
    value = entry.facts.get(name) if entry.facts else None
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value < entry.n else None


def is_link(entry: Entry) -> bool:
    """Say whether an entry says of two keys that they are one, or are not."""
    return entry.kind.startswith((LINKED, UNLINKED))


def linked(standing: Iterable[Entry]) -> dict[str, str]:
    """Return each linked key with the least key of its group; the newest word on a pair decides."""
    pairs: dict[tuple[str, str], bool] = {}
    telling = [entry for entry in standing if is_link(entry)]
    for entry in sorted(telling, key=_number):
        same = sorted(set(entry.refs.get("same", ())))
        if len(same) == 2:
            pairs[same[0], same[1]] = entry.kind.startswith(LINKED)
    return groups([pair for pair, joined in pairs.items() if joined])


def groups(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return each key of the joined pairs with the least key, by code point, of all that hang together."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    least: dict[str, str] = {}
    for start in sorted(near):
        waiting = [start] if start not in least else []
        while waiting:
            key = waiting.pop()
            if key not in least:
                least[key] = start
                waiting.extend(near[key])
    return least
