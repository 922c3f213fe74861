"""A simple list of concerns, as agencies keep them before they have anything better: one CSV or sheet, one row each."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from heed.lib.progress import Track, quiet

from .columns import Column
from .identity import Numbering
from .journey import ChildDetails, Concern, Event
from .opening import found_files, open_source
from .rows import Doubt, Item, Reject, Row, Value
from .tables import Known, Table, Taken, refuse_rows
from .tabular import read_sheet, sheets_in

NAME = "concerns"
# The kinds of exploitation and harm that Heed names; the census's factor codes and common short forms mean the same.
CATEGORIES = {
    "sexual_exploitation": ("child sexual exploitation", "sexual exploitation", "cse", "11a"),
    "criminal_exploitation": ("child criminal exploitation", "criminal exploitation", "cce", "county lines", "24a"),
    "trafficking": ("trafficking", "human trafficking", "modern slavery", "12a"),
    "gangs": ("gangs", "gang", "serious youth violence", "13a"),
    "missing": ("missing", "going missing", "10a"),
    "online": ("online", "online exploitation", "online abuse"),
    "other": ("other", "20"),
}
# Column → how agencies head it, in plain letters.
HEADERS = {
    "child": "child|child id|child unique id|unique child id|person id|child ref|child reference|child identifier",
    "concern_id": "concern id|concern ref|concern reference|id|reference|ref|record id",
    "raised_on": "raised on|date raised|date reported|date of report|reported on|concern date|report date|date",
    "happened_on": "happened on|date of concern|date of incident|incident date|date happened|occurred on|event date",
    "agency": "agency|organisation|service|reporting agency|referring agency|source|reported by agency|referrer agency",
    "raised_by": "raised by|reported by|worker|practitioner|role|referrer|author",
    "category": "category|concern type|type of concern|type|concern|concern category|exploitation type|risk type",
    "words": "words|description|details|narrative|what happened|notes|summary|concern details|comments|free text",
    "place": "place|location|where|address of concern|venue",
    "forename": "forename|first name|given name|child forename|child first name",
    "surname": "surname|last name|family name|child surname|child last name",
    "name": "name|full name|child name|name of child",
    "born_on": "born on|date of birth|dob|child dob|birth date",
}
NOBODY = "the row has neither an id nor a name for the child"


def category(text: str) -> tuple[Value, str] | None:
    """Return the kind of harm a text names."""
    word = plain(text)
    return next(((name, "") for name, words in CATEGORIES.items() if word in words or word == plain(name)), None)


def plain(text: str) -> str:
    """Return a text in small letters and single spaces only."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())


CONCERNS = Table(
    NAME,
    (
        Column("child"),
        Column("concern_id"),
        Column("raised_on", "date", needed=True),
        Column("happened_on", "date"),
        Column("agency"),
        Column("raised_by"),
        Column("category", "code", synonyms=category),
        Column("words"),
        Column("place"),
        Column("forename"),
        Column("surname"),
        Column("name"),
        Column("born_on", "date"),
    ),
    ordered=(("happened_on", "raised_on"),),
)


def match_headers(header: list[str], table: Table) -> dict[str, int]:
    """Return where each column stands: first by its own name, then by the other ways to head it."""
    texts = [plain(name.replace("_", " ")) for name in header]
    places: dict[str, int] = {}
    for name in table.names:
        at = next((texts.index(word) for word in HEADERS[name].split("|") if word in texts), None)
        if at is not None and at not in places.values():
            places[name] = at
    return places


def read(path: Path, *, track: Track[Taken] = quiet) -> Iterator[Item]:
    """Yield the rows, rejects and doubts of the lists of concerns at a path."""
    sources = [open_source(file, name=name) for file, name in found_files(path, (".csv", ".txt", ".xlsx"))]
    for sheet in sheets_in(sources, [CONCERNS], match_headers):
        for taken in track(read_sheet(sheet, Known()), None, "concerns"):
            known = zip(*(taken.columns[name] for name in ("child", "forename", "surname", "name")), strict=True)
            if lost := [at for at, names in enumerate(known) if not any(names)]:
                refuse_rows(taken, lost, "child", NOBODY)
            yield from taken.items()


def events(items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the concerns, and who the children are where the list says so."""
    numbers, people = Numbering(), dict[str, ChildDetails]()
    for item in items:
        if isinstance(item, Row):
            numbers.begin(item.file_digest)
            gather(item, people)
            yield concern(item, numbers)
        else:
            yield item
    yield from people.values()


def concern(row: Row, numbers: Numbering) -> Event:
    """Return one concern; its own reference is its identity, else child, day and agency are."""
    child, own_id = child_of(row), said(row, "concern_id")
    natural = (child, said(row, "raised_on"), said(row, "agency"))
    return Concern(
        child=child,
        identity=numbers.number(NAME, "concern", *((own_id,) if own_id else natural)),
        lineage=(row.lineage,),
        raised_on=said(row, "raised_on"),
        happened_on=said(row, "happened_on"),
        agency=said(row, "agency"),
        raised_by=said(row, "raised_by"),
        category=said(row, "category"),
        words=said(row, "words"),
        place=said(row, "place"),
    )


def child_of(row: Row) -> str:
    """Return the child's id; where the list has none, the name and the birthday stand for it."""
    if own_id := said(row, "child"):
        return own_id
    name = said(row, "name") or " ".join(filter(None, (said(row, "forename"), said(row, "surname"))))
    return "/".join(filter(None, (plain(name) or name, said(row, "born_on"))))


def gather(row: Row, people: dict[str, ChildDetails]) -> None:
    """Remember who a child is, from the first row that says so; a name in one piece ends with the surname."""
    child, born = child_of(row), said(row, "born_on")
    first, _, last = (said(row, "name") or "").rpartition(" ")
    forename, surname = said(row, "forename") or first or None, said(row, "surname") or last or None
    if child not in people and (born or forename or surname):
        people[child] = ChildDetails(
            child=child,
            identity=(NAME, "child", child),
            lineage=(row.lineage,),
            born_on=born,
            forename=forename,
            surname=surname,
        )


def said(row: Row, name: str) -> str | None:
    """Return what a row says in one column."""
    value = row.values[name]
    return None if value is None else str(value)
