"""What is known at K: corrections, retractions and links, so that later knowledge never colours an earlier answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


def known_at(entries: Iterable[Entry], known: int) -> Known:
    """Return what is known at `known`: the newest correction of each entry, none retracted, links joined."""
    seen = [entry for entry in entries if entry.recorded <= known]
    partial: list[dict[str, Any]] = []
    chains, roots = _chains(seen, partial)
    gone = _retracted(chains, roots)
    standing = []
    for root, members in chains.items():
        alive = [member for member in members if member.n not in gone]
        if root not in gone and alive:
            newest = max(alive, key=_number)
            standing.append(newest if newest.n == root else newest.numbered(root))
    standing.sort(key=_number)
    texts = {str(member): str(root) for member, root in roots.items() if member != root}
    return Known(standing, linked(standing), texts, partial)


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


def _chains(seen: list[Entry], partial: list[dict[str, Any]]) -> tuple[dict[int, list[Entry]], dict[int, int]]:
    """Return each first entry's number with its corrections, and each number's first entry."""
    by_number = {entry.n: entry for entry in seen}
    chains: dict[int, list[Entry]] = {}
    roots: dict[int, int] = {}
    for entry in sorted(seen, key=_number):
        if not entry.facts or "corrects" not in entry.facts:
            chains[entry.n], roots[entry.n] = [entry], entry.n
            continue
        wanted = named(entry, "corrects")
        if wanted is None or wanted not in roots:
            partial.append({"n": entry.n, "why": "corrects an entry that is not there"})
        elif stem(by_number[wanted].kind) != stem(entry.kind):
            partial.append({"n": entry.n, "why": "corrects an entry of another kind"})
        else:
            roots[entry.n] = roots[wanted]
            chains[roots[wanted]].append(entry)
    return chains, roots


def _retracted(chains: Mapping[int, list[Entry]], roots: Mapping[int, int]) -> set[int]:
    """Return the numbers retracted, newest first, so that a retraction that was itself retracted undoes nothing."""
    retractions = [member for members in chains.values() for member in members if member.kind.startswith(RETRACTED)]
    gone: set[int] = set()
    spoken: set[int] = set()
    for entry in sorted(retractions, key=_number, reverse=True):
        root = roots[entry.n]
        if entry.n in gone or root in gone or root in spoken:
            continue
        spoken.add(root)
        target = named(entry, "retracts")
        if target is not None:
            gone.add(target)
    return gone


def linked(standing: Iterable[Entry]) -> dict[str, str]:
    """Return each linked key with the least key of its group; the newest word on a pair decides."""
    pairs: dict[tuple[str, str], bool] = {}
    for entry in sorted(standing, key=_number):
        if entry.kind.startswith((LINKED, UNLINKED)):
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
