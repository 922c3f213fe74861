"""Rows of one kind are mostly written alike: the shapes of their `facts`, learnt as met, and rows compared with them.

A shape is what stays the same (names, brackets) with holes where values stand. It is learnt from a row that the plain
reader takes, so a row with the same shape is well written too, and where its wanted members stand is known without
reading a name. A row of no known shape is looked at closely (`heed.policy.batch.facts`); what is found never depends
on which shapes are known.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from .compiled import borrowing, compiled, inlined
from .eights import WIDE, Bytes, fetch, hash_of, starts_alike, text_end
from .facts import Bools, members
from .texts import MISSING, Hashes, Longs
from .values import LONGEST, truth_end, whole_end

TEXT, NUMBER, TRUTH, LAST = range(4)  # what stands in the hole after a piece; LAST: the shape ends
AHEAD, LINES = 8, 3  # rows asked for ahead, and how many lines of the cache each
NOT_TAKEN = -1  # less: a member of the list wanted in slot -2 - x
SHAPES, TRIES = 8, 32  # shapes of one kind, and rows tried; enough for the optional members of a form
TOKENS = re.compile(rb'"[^"\\\x00-\x1f]*"|-?[0-9][0-9.eE+-]*|true|false|null|[][{}:,]|[ \t\r\n]+')
WHOLE = re.compile(rb"(0|[1-9][0-9]*)")
Flat = tuple[Bytes, Longs, Longs, Longs, Longs, Longs, Longs, Longs]


@dataclass(frozen=True)
class Shape:
    """Pieces of text, what stands in the hole after each, which wanted member it is, and what slots hold at first."""

    pieces: tuple[bytes, ...]
    holes: tuple[int, ...]
    takes: tuple[int, ...]
    initial: tuple[int, ...]


def shape_of(text: bytes, wanted: Hashes) -> Shape | None:
    """Return the shape of some facts, None where they are not plain."""
    found = holes_in(text)
    data = np.frombuffer(text, np.uint8)
    places, lists, odd, changes = members(data, np.array([0, len(text)]), np.zeros(1, np.int64), wanted)
    if found is None or odd[0] or changes[0]:
        return None
    slots = {(int(begin), int(end)): slot for slot, (begin, end) in enumerate(places[0]) if begin >= 0}
    slots |= {(int(begin), int(end)): -2 - int(slot) for _, slot, begin, end in lists}
    if not set(slots) <= {(begin, end) for begin, end, _ in found}:
        return None
    ends = [0, *(end for _, end, _ in found)]
    begins = [*(begin for begin, _, _ in found), len(text)]
    pieces = tuple(text[end:begin] for end, begin in zip(ends, begins, strict=True))
    takes = tuple(slots.get((begin, end), NOT_TAKEN) for begin, end, _ in found)
    initial = tuple(min(int(begin), MISSING) for begin, _ in places[0])
    return Shape(pieces, (*(hole for *_, hole in found), LAST), (*takes, NOT_TAKEN), initial)


def holes_in(text: bytes) -> list[tuple[int, int, int]] | None:
    """Return the values that may differ from row to row as (begin, end, what), None where the text is not plain."""
    if not _is_plain(text):
        return None
    found: list[tuple[int, int, int]] = []
    tokens = [match for match in TOKENS.finditer(text) if not match[0].isspace()]
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        begin, end, word = token.start(), token.end(), token[0]
        if word.startswith(b'"'):
            if following is None or following[0] != b":":
                found.append((begin + 1, end - 1, TEXT))
        elif word in (b"true", b"false"):
            found.append((begin, end, TRUTH))
        elif WHOLE.fullmatch(word) and len(word) <= LONGEST:
            found.append((begin, end, NUMBER))
    return found


def _is_plain(text: bytes) -> bool:
    """Say whether a text is a JSON object without escapes, and none in it has a name twice."""
    if b"\\" in text:
        return False
    try:
        return isinstance(json.loads(text, object_pairs_hook=_once), dict)
    except (ValueError, RecursionError):
        return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


@dataclass
class Looked:
    """What comparing the rows of a batch gave; places and hashes kind by kind, row by row, slot by slot."""

    places: Longs
    values: Hashes
    lists: Longs  # (row of its kind, slot, begin, end)
    lists_at: Longs  # where those of each kind begin
    missed: Bools  # rows of no known shape, in the order given


@dataclass
class Shapes:
    """The shapes known of each kind: those wanted first, others as met. Shared by threads, under `lock`."""

    wanted: Sequence[Hashes]
    numbers: dict[str, int]
    known: dict[int, list[Shape]] = field(default_factory=dict)
    tried: dict[int, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    flat: "tuple[int, Flat] | None" = None  # of so many kinds, until something is learnt

    def number(self, kind: str) -> int:
        """Return the number of a kind, a new one where it is new."""
        with self.lock:
            return self.numbers.setdefault(kind, len(self.numbers))

    def look(self, data: Bytes, offsets: Longs, order: Longs, starts: Longs) -> Looked:
        """Compare rows, given kind by kind, with what is known; learn from those that are like nothing known."""
        slots = np.array([len(self._wanted(kind)) for kind in range(len(starts) - 1)], np.int64)
        while True:
            looked = Looked(*match(data, offsets, order, starts, slots, *self._flat(len(slots))))
            if not bool(looked.missed.any()) or not self._learn(data, offsets, order, starts, looked.missed):
                return looked

    def _wanted(self, kind: int) -> Hashes:
        return self.wanted[kind] if kind < len(self.wanted) else np.empty(0, np.uint64)

    def _learn(self, data: Bytes, offsets: Longs, order: Longs, starts: Longs, missed: Bools) -> bool:
        """Learn the shape of the first row of each kind that was like nothing known; say whether there was one."""
        places = np.flatnonzero(missed)
        kinds, first = np.unique(np.searchsorted(starts, places, side="right") - 1, return_index=True)
        learnt = False
        with self.lock:
            for kind, place in zip(kinds.tolist(), places[first].tolist(), strict=True):
                row = order[place]
                learnt |= self._try(kind, bytes(data[offsets[row] : offsets[row + 1]]))
        return learnt

    def _try(self, kind: int, text: bytes) -> bool:
        shapes = self.known.setdefault(kind, [])
        self.tried[kind] = self.tried.get(kind, 0) + 1
        if len(shapes) == SHAPES or self.tried[kind] > TRIES:
            return False
        shape = shape_of(text, self._wanted(kind))
        if shape is None:
            return False
        if shape not in shapes:  # else another thread was faster
            shapes.append(shape)
            self.flat = None
        return True

    def _flat(self, count: int) -> Flat:
        """Return all that is known as arrays, as `match` takes them."""
        with self.lock:
            if self.flat is None or self.flat[0] != count:
                self.flat = count, flat_of([self.known.get(kind, []) for kind in range(count)])
            return self.flat[1]


def flat_of(of_kind: Sequence[Sequence[Shape]]) -> Flat:
    """Return the shapes of each kind as arrays: their pieces, what is in the holes, which belong to which."""
    every = [shape for shapes in of_kind for shape in shapes]
    pieces = [piece for shape in every for piece in shape.pieces]
    return (
        np.frombuffer(b"".join(pieces) + bytes(WIDE), np.uint8),
        _ends(map(len, pieces)),
        np.array([hole for shape in every for hole in shape.holes], np.int64),
        np.array([slot for shape in every for slot in shape.takes], np.int64),
        _ends(len(shape.pieces) for shape in every),
        _ends(map(len, of_kind)),
        np.array([code for shape in every for code in shape.initial], np.int64),
        _ends(len(shape.initial) for shape in every),
    )


def _ends(sizes: Any) -> Longs:
    return np.cumsum([0, *sizes], dtype=np.int64)


@compiled
def match(
    data: Bytes,
    offsets: Longs,
    order: Longs,
    starts: Longs,
    slots: Longs,
    text: Bytes,
    ends: Longs,
    holes: Longs,
    takes: Longs,
    firsts: Longs,
    of_kind: Longs,
    initial: Longs,
    initial_at: Longs,
) -> tuple[Longs, Hashes, Longs, Longs, Bools]:
    """Return where the wanted members of each row stand, and their hashes, as `Looked` holds them."""
    total, listed = room_for(starts, slots, takes, firsts, of_kind)
    places, values = np.empty((total, 2), np.int64), np.empty(total, np.uint64)
    lists, used, missed = np.empty((listed, 4), np.int64), np.zeros(1, np.int64), np.zeros(len(order), np.bool_)
    lists_at = np.zeros(len(starts), np.int64)
    base = 0
    for kind in range(len(starts) - 1):
        shape, count = of_kind[kind], of_kind[kind + 1] - of_kind[kind]
        for place in range(starts[kind], starts[kind + 1]):
            at, end, before = offsets[order[place]], offsets[order[place] + 1], used[0]
            if place + AHEAD < len(order):
                coming = offsets[order[place + AHEAD]]
                for line in range(LINES):
                    fetch(data, coming + 64 * line)
            fits = False
            for _ in range(count if end > at else 0):
                for slot in range(slots[kind]):
                    places[base + slot, 0] = initial[initial_at[shape] + slot]
                fits = _fits(data, at, end, firsts[shape], text, ends, holes, takes, places, values, base, lists, used)
                if fits:
                    break
                used[0] = before
                shape = shape + 1 if shape + 1 < of_kind[kind + 1] else of_kind[kind]
            if not fits:
                missed[place] = end > at
                for slot in range(slots[kind]):
                    places[base + slot, 0] = MISSING
            for row in range(before, used[0]):
                lists[row, 0] = place - starts[kind]
            base += slots[kind]
        lists_at[kind + 1] = used[0]
    return places, values, lists[: used[0]], lists_at, missed


@borrowing
def room_for(starts: Longs, slots: Longs, takes: Longs, firsts: Longs, of_kind: Longs) -> tuple[int, int]:
    """Return how many places and how many members of lists there may be."""
    total = listed = 0
    for kind in range(len(starts) - 1):
        total += (starts[kind + 1] - starts[kind]) * slots[kind]
        most = 0
        for shape in range(of_kind[kind], of_kind[kind + 1]):
            several = 0
            for piece in range(firsts[shape], firsts[shape + 1]):
                several += takes[piece] < NOT_TAKEN
            most = max(most, several)
        listed += (starts[kind + 1] - starts[kind]) * most
    return total, listed


@inlined
def _fits(
    data: Bytes,
    at: int,
    end: int,
    piece: int,
    text: Bytes,
    ends: Longs,
    holes: Longs,
    takes: Longs,
    places: Longs,
    values: Hashes,
    base: int,
    lists: Longs,
    used: Longs,
) -> bool:
    """Say whether a row has the shape that begins with a piece; note where its wanted members stand."""
    while True:
        size = ends[piece + 1] - ends[piece]
        if at + size > end or not starts_alike(data, at, text, ends[piece], size):
            return False
        begin = at + size
        if holes[piece] == LAST:
            return bool(begin == end)
        if holes[piece] == TEXT:
            at = text_end(data, begin, end)
        elif holes[piece] == NUMBER:
            at = whole_end(data, begin, end)
        else:
            at = truth_end(data, begin, end)
        if at < 0:
            return False
        slot = takes[piece]
        if slot >= 0:
            places[base + slot, 0], places[base + slot, 1] = begin, at
            values[base + slot] = hash_of(data, begin, at)
        elif slot < NOT_TAKEN:
            row = used[0]
            lists[row, 1], lists[row, 2], lists[row, 3] = -2 - slot, begin, at
            used[0] = row + 1
        piece += 1
