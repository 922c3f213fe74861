"""Weak evidence: marks with a stated rule and a setting, shown and fed to audits, never a breach.

`recorded_late` and `state_tie` are set by the evaluators. The marks here need more than a duty's own entries:
`copied` (a body much like an earlier one about the same child), `burst` (many entries of one kind by one actor within
minutes) and `one_source` (a clause asks for a second source and there is none).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .duty import Duty
from .entries import Entry
from .words import Clause


@dataclass(frozen=True)
class Settings:
    """The rules' settings; a pack's `weak` may set others by the same names."""

    similarity: float = 0.8  # the issue's own figure: shingle similarity at least 0.8
    shingle: int = 5  # words in a shingle; five keeps set phrases apart from copied paragraphs
    burst: int = 10  # at least ten entries of one kind by one actor …
    minutes: int = 10  # … within ten minutes

    @classmethod
    def of(cls, weak: Mapping[str, str]) -> "Settings":
        """Return settings as a pack states them."""
        plain = cls()
        return cls(
            float(weak.get("similarity", plain.similarity)),
            int(weak.get("shingle", plain.shingle)),
            int(weak.get("burst", plain.burst)),
            int(weak.get("minutes", plain.minutes)),
        )


def shingles(text: str, size: int) -> frozenset[tuple[str, ...]]:
    """Return every run of `size` words, case and spacing aside; a shorter text is one shingle."""
    words = text.casefold().split()
    if not words:
        return frozenset()
    return frozenset(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))


def similarity(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return how much two sets of shingles share (Jaccard); two empty ones share nothing."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def copied(entries: Iterable[Entry], words: Mapping[int, str], settings: Settings = Settings()) -> dict[int, int]:
    """Return each entry whose body is much like an earlier one about the same child, with that one's number."""
    found: dict[int, int] = {}
    earlier: dict[str, list[tuple[int, frozenset[tuple[str, ...]]]]] = defaultdict(list)
    for entry in sorted(entries, key=_recorded):
        body = shingles(words.get(entry.n, ""), settings.shingle)
        if not body:
            continue
        for child in entry.refs.get("child", [entry.subject]):
            like = [n for n, other in earlier[child] if similarity(body, other) >= settings.similarity]
            if like and entry.n not in found:
                found[entry.n] = like[0]
            earlier[child].append((entry.n, body))
    return found


def bursts(entries: Iterable[Entry], settings: Settings = Settings()) -> set[int]:
    """Return the entries that are among many of one kind by one actor recorded within minutes."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.kind, entry.actor].append(entry)
    found: set[int] = set()
    for group in groups.values():
        ordered = sorted(group, key=_recorded)
        for at in range(settings.burst - 1, len(ordered)):
            first = ordered[at - settings.burst + 1]
            if ordered[at].recorded - first.recorded <= settings.minutes * 60:
                found |= {entry.n for entry in ordered[at - settings.burst + 1 : at + 1]}
    return found


def one_source(duty: Duty, clause: Clause, entries: Mapping[int, Entry]) -> bool:
    """Say whether a clause asks for a second source and the ending act rests on its own recorder alone."""
    act = entries.get(duty.ended_by) if duty.ended_by is not None and duty.end == "fulfilled" else None
    if not clause.second_source or act is None:
        return False
    sources = {text for text in (act.facts or {}).get("sources", []) if text != act.actor}
    return not sources


def _recorded(entry: Entry) -> tuple[int, int]:
    return (entry.recorded, entry.n)


def weak_marks(
    duties: Iterable[Duty],
    clauses: Sequence[Clause],
    entries: Iterable[Entry],
    words: Mapping[int, str],
    settings: Settings = Settings(),
) -> dict[tuple[Any, ...], list[str]]:
    """Return every duty's marks by its identity: those it has and those found here, in the order of their names."""
    known = {entry.n: entry for entry in entries}
    like, many = copied(known.values(), words, settings), bursts(known.values(), settings)
    by_version = {(clause.id, clause.version): clause for clause in clauses}
    found: dict[tuple[Any, ...], list[str]] = {}
    for duty in duties:
        marks = set(duty.weak)
        marks |= {"copied"} if duty.ended_by in like else set()
        marks |= {"burst"} if duty.ended_by in many else set()
        clause = by_version.get((duty.clause, duty.version))
        marks |= {"one_source"} if clause and one_source(duty, clause, known) else set()
        found[duty.clause, duty.key, duty.anchor, duty.addressee] = sorted(marks)
    return found
