"""`commences`: from which day a partnership holds itself to a clause, where that is later than the clause's own date.

A clause states since when its source says so; its examples are judged by that. A pack that is adopted may say beside
it, version by version, from which day on it is to be kept here, so that no act of years ago is found late by a rule
that nobody here had adopted (docs/adr/adopting-packs.md).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import yaml

from heed.lib.errors import HeedError

from .members import Members
from .strict import Node, Refused
from .times import day_of, day_span
from .words import Clause

Version = tuple[str, str]  # a clause's id and its version


def commenced(clauses: Sequence[Clause], pack: Members) -> tuple[Clause, ...]:
    """Return a pack's clauses, each in force no earlier than its row of `commences` says."""
    found = {(clause.id, clause.version): clause for clause in clauses}
    seen: set[Version] = set()
    for node in pack.list_of("commences"):
        row = Members(node, ("clause", "version", "from"), "a row of commences")
        name = (row.text("clause"), row.text("version"))
        if name not in found:
            problem = f"The pack holds no version {name[1]!r} of a clause {name[0]!r}."
            raise Refused(node.line, problem, "Name a clause and version of this pack.")
        if name in seen:
            raise Refused(node.line, f"{name[0]} version {name[1]} commences twice.", "Keep one row.")
        seen.add(name)
        found[name] = _put_off(found[name], row.text("from"), node)
    return tuple(found.get((clause.id, clause.version), clause) for clause in clauses)


def _put_off(clause: Clause, day: str, node: Node) -> Clause:
    try:
        begins = day_span(day_of(day)).e
    except ValueError as error:
        raise Refused(node.line, f"{error}.", "Write a day as YYYY-MM-DD.") from error
    own = clause.in_force_from
    if own is not None and begins <= own:
        raise Refused(
            node.line, f"{clause.id} is in force from {clause.in_force_text[0]} itself.", "Leave the row out."
        )
    text = (day, clause.in_force_text[1])
    return replace(clause, in_force_from=begins, in_force_text=text, commenced=True, own_from=own)


def own_dates(clause: Clause) -> Clause:
    """Return a clause in force as it says itself, by which its examples are judged."""
    return replace(clause, in_force_from=clause.own_from) if clause.commenced else clause


def begin(text: str, clauses: Sequence[Clause], versions: Collection[Version], day: str) -> str:
    """Return a pack's text with rows of `commences`, so that these versions begin on `day` or on their own later date.

    Nothing else of the text is touched: it stays what its authors wrote.
    """
    try:
        begins = day_span(day_of(day)).e
    except ValueError as error:
        raise HeedError(f"The day from which it is to be kept cannot be read: {error}.") from error
    rows = [
        f"- {{clause: {_quoted(clause.id)}, version: {_quoted(clause.version)}, from: {day}}}"
        for clause in clauses
        if (clause.id, clause.version) in versions and (clause.in_force_from is None or clause.in_force_from < begins)
    ]
    return _with_rows(text, rows) if rows else text


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _with_rows(text: str, rows: list[str]) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise HeedError("Write the pack as a block of NAME: VALUE lines; this one stands in braces.")
    held = next((value for name, value in root.value if name.value == "commences"), None)
    if held is None:
        return text.rstrip("\n") + "\n" + "\n".join(["commences:", *rows]) + "\n"
    if not isinstance(held, yaml.SequenceNode) or held.flow_style or not held.value:
        raise HeedError("Write `commences` as a block of lines that begin with a hyphen.")
    at, indent = held.value[-1].end_mark.index, " " * held.start_mark.column
    if not held.value[-1].flow_style:
        raise HeedError("Write each row of `commences` in braces: {clause: …, version: …, from: …}.")
    return text[:at] + "".join(f"\n{indent}{row}" for row in rows) + text[at:]
