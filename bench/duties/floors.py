"""What one would write by hand in NumPy for each construct, on exact times: the floor each evaluator is measured by.

Each function takes plain columns (key codes, seconds, numbers) and returns the rows (anchor, due, end, ended_by) that
the clause of the same name in `pack.yaml` gives. None of them knows spans, unknown fields, versions or coverage.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
FULFILLED, CEASED, SUPERSEDED, OPEN = 0, 2, 4, 5
NEVER, NONE = 2**62, -(2**62)
SHIFT = 34


@dataclass
class Events:
    """The events of one kind: key, second and number, ordered by key and second."""

    key: Ints
    at: Ints
    n: Ints

    def __post_init__(self) -> None:
        mixed = (self.key << SHIFT) + self.at
        order = np.argsort(mixed, kind="stable")
        self.mixed, self.key, self.at, self.n = mixed[order], self.key[order], self.at[order], self.n[order]

    def following(self, key: Ints, at: Ints, *, strictly: bool = False) -> Ints:
        """Return the place of the first event of a key at or after an instant, -1 where there is none."""
        place = np.searchsorted(self.mixed, (key << SHIFT) + at, "right" if strictly else "left")
        safe = np.minimum(place, len(self.key) - 1)
        return np.where((place < len(self.key)) & (self.key[safe] == key), place, -1)

    def before(self, key: Ints, at: Ints) -> Ints:
        """Return the place of the last event of a key at or before an instant, -1 where there is none."""
        place = np.searchsorted(self.mixed, (key << SHIFT) + at, "right") - 1
        safe = np.maximum(place, 0)
        return np.where((place >= 0) & (self.key[safe] == key), place, -1)

    def when(self, place: Ints) -> Ints:
        """Return the seconds of places, NEVER for -1."""
        return np.where(place < 0, NEVER, self.at[np.maximum(place, 0)])

    def number(self, place: Ints) -> Ints:
        """Return the numbers of places, -1 for -1."""
        return np.where(place < 0, -1, self.n[np.maximum(place, 0)])


Rows = tuple[Ints, Ints, Ints, Ints]


def response(triggers: Events, acts: Events, due: Ints) -> Rows:
    """Return plain responses: the first act at or after each trigger."""
    place = acts.following(triggers.key, triggers.at)
    return triggers.n, due, np.where(place < 0, OPEN, FULFILLED), acts.number(place)


def absorb(triggers: Events, acts: Events, due: Ints) -> Rows:
    """Return the first of each run of triggers that wait for the same act of their key."""
    place = acts.following(triggers.key, triggers.at)
    first = np.ones(len(place), np.bool_)
    first[1:] = (triggers.key[1:] != triggers.key[:-1]) | (place[1:] != place[:-1])
    end = np.where(place < 0, OPEN, FULFILLED)
    return triggers.n[first], due[first], end[first], acts.number(place)[first]


def counted(events: Events, acts: Events, day: Ints, due: Ints, at_least: int, days: int) -> Rows:
    """Return the runs of events that are at least the N-th of their key within so many days."""
    back = at_least - 1
    many = np.zeros(len(day), np.bool_)
    many[back:] = (events.key[back:] == events.key[:-back]) & (day[back:] - day[:-back] < days)
    chosen = Events(events.key[many], events.at[many], events.n[many])
    return absorb(chosen, acts, due[many])


def replace(triggers: Events, acts: Events, ends: Events, due: Ints) -> Rows:
    """Return, for each trigger, the first of an act, an end and the next trigger of its key."""
    act, end = acts.following(triggers.key, triggers.at), ends.following(triggers.key, triggers.at, strictly=True)
    again = np.full(len(triggers.key), NEVER, np.int64)
    again[:-1] = np.where(triggers.key[1:] == triggers.key[:-1], triggers.at[1:], NEVER)
    acted, ended = acts.when(act), ends.when(end)
    first = np.minimum(np.minimum(acted, ended), again)
    how = np.select([first == NEVER, acted == first, ended == first], [OPEN, FULFILLED, CEASED], SUPERSEDED)
    following = np.append(triggers.n[1:], -1)
    by = np.select([how == OPEN, how == FULFILLED, how == CEASED], [-1, acts.number(act), ends.number(end)], following)
    return triggers.n, due, how, by


def by_entry(triggers: Events, acts: Events, limits: Events) -> Rows:
    """Return responses owed before another entry of the key happens."""
    due = limits.when(limits.following(triggers.key, triggers.at))
    return response(triggers, acts, np.where(due == NEVER, NONE, due))


def chosen(triggers: Events, acts: Events, conditions: list[npt.NDArray[np.bool_]], dues: list[Ints]) -> Rows:
    """Return responses whose limit is that of the first condition that holds; the last due is the `else`."""
    return response(triggers, acts, np.select(conditions, dues[:-1], dues[-1]))


def repeated(triggers: Events, acts: Events, ends: Events, first_due: Ints, due_after: Ints) -> Rows:
    """Return a repeating duty: each act the next anchor, joined by triggers, until an end (late or not).

    All keys go forward together, one occurrence at a time; `due_after` is the due counted from each act.
    """
    rows: list[Rows] = []
    place = np.flatnonzero(np.append(True, triggers.key[1:] != triggers.key[:-1])[: len(triggers.key)])
    key, opened = triggers.key[place], triggers.at[place]
    at, n, due, open_at = opened.copy(), triggers.n[place], first_due[place], place + 1
    strictly = np.zeros(len(key), np.bool_)
    while len(key):
        act = np.where(strictly, acts.following(key, at, strictly=True), acts.following(key, at))
        end = ends.following(key, np.maximum(at - 1, opened), strictly=True)
        acted, ended = acts.when(act), ends.when(end)
        until = np.minimum(acted, ended)
        due, open_at = _joined(triggers, key, until, due, open_at, first_due)
        how = np.select([until == NEVER, acted == until], [OPEN, FULFILLED], CEASED)
        rows.append((n, due, how, np.where(how == FULFILLED, acts.number(act), ends.number(end))))
        repeats = (how == FULFILLED) & (ended >= acted)
        fresh = ~repeats & (how != OPEN)
        safe = np.minimum(open_at, len(triggers.key) - 1)
        fresh &= (open_at < len(triggers.key)) & (triggers.key[safe] == key)
        kept = repeats | fresh
        at = np.where(repeats, acted, triggers.at[safe])[kept]
        n = np.where(repeats, acts.number(act), triggers.n[safe])[kept]
        due = np.where(repeats, due_after[np.maximum(act, 0)], first_due[safe])[kept]
        opened, open_at = np.where(repeats, opened, triggers.at[safe])[kept], np.where(repeats, open_at, safe + 1)[kept]
        key, strictly = key[kept], repeats[kept]
    return tuple(np.concatenate(column) for column in zip(*rows, strict=True))  # type: ignore[return-value]


def _joined(triggers: Events, key: Ints, until: Ints, due: Ints, place: Ints, first_due: Ints) -> tuple[Ints, Ints]:
    """Let the triggers up to an instant join; a later trigger never has an earlier first due than an earlier one."""
    last = np.searchsorted(triggers.mixed, (key << SHIFT) + np.minimum(until, (1 << SHIFT) - 1), "right")
    safe = np.minimum(place, len(triggers.key) - 1)
    joins = (place < last) & (triggers.key[safe] == key)
    return np.where(joins, np.minimum(due, first_due[safe]), due), np.maximum(place, last)


def rising(starts: Events, ends: Events) -> Events:
    """Return the starts of a state at which it did not hold: the first of a key, and those after an end."""
    first = np.append(True, starts.key[1:] != starts.key[:-1])[: len(starts.key)]
    ended = ends.when(ends.following(starts.key, np.append(0, starts.at[:-1]), strictly=True))
    fresh = np.flatnonzero(first | (ended <= starts.at))
    return Events(starts.key[fresh], starts.at[fresh], starts.n[fresh])


def current(triggers: Events, acts: Events, ends: Events, first_due: Ints, due_after: Ints) -> Rows:
    """Return what is owed while a state holds: the latest act counts until its due, each act is the next anchor.

    An end ceases what is not yet due; what is overdue then stays open, and a later start joins it.
    """
    rows: list[Rows] = []
    place = np.flatnonzero(np.append(True, triggers.key[1:] != triggers.key[:-1])[: len(triggers.key)])
    key, opened, fresh = triggers.key[place], triggers.at[place], np.ones(len(place), np.bool_)
    at, n, due, open_at = opened.copy(), triggers.n[place], first_due[place], place + 1
    while len(key):
        last = acts.before(key, opened - 1)
        runs = fresh & (last >= 0) & (due_after[np.maximum(last, 0)] >= opened)
        act = np.where(fresh, acts.following(key, at), acts.following(key, at, strictly=True))
        act = np.where(runs, last, act)
        end = ends.following(key, np.maximum(at - 1, opened), strictly=True)
        acted, ended = acts.when(act), ends.when(end)
        ceased = (ended < acted) & (ended <= due)
        opened, open_at = _taken(triggers, key, np.where(ceased, ended, acted), opened, open_at)
        ended = ends.when(ends.following(key, np.maximum(at - 1, opened), strictly=True))
        how = np.select([ceased, acted == NEVER], [CEASED, OPEN], FULFILLED)
        rows.append((n, due, how, np.select([ceased, acted == NEVER], [ends.number(end), -1], acts.number(act))))
        repeats = (how == FULFILLED) & (ended >= acted)
        safe = np.minimum(open_at, len(triggers.key) - 1)
        kept = repeats | ((open_at < len(triggers.key)) & (triggers.key[safe] == key))
        n = np.where(repeats, acts.number(act), triggers.n[safe])[kept]
        due = np.where(repeats, due_after[np.maximum(act, 0)], first_due[safe])[kept]
        at, opened = (
            np.where(repeats, acted, triggers.at[safe])[kept],
            np.where(repeats, opened, triggers.at[safe])[kept],
        )
        open_at, key, fresh = np.where(repeats, open_at, safe + 1)[kept], key[kept], ~repeats[kept]
    return tuple(np.concatenate(column) for column in zip(*rows, strict=True))  # type: ignore[return-value]


def _taken(triggers: Events, key: Ints, until: Ints, opened: Ints, place: Ints) -> tuple[Ints, Ints]:
    """Return the latest start that has joined by an instant, and the place of the first that has not."""
    last = np.searchsorted(triggers.mixed, (key << SHIFT) + np.minimum(until, (1 << SHIFT) - 1), "right")
    joins = last > place
    return np.where(joins, triggers.at[np.maximum(last - 1, 0)], opened), np.maximum(place, last)
