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
from .tables import Known, Table, Taken
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
    "child": ("child", "child id", "child unique id", "person id", "child ref", "child reference"),
    "concern_id": ("concern id", "concern ref", "concern reference", "id", "reference", "ref"),
    "raised_on": ("raised on", "date raised", "date reported", "date of report", "reported on", "date"),
    "happened_on": ("happened on", "date of concern", "date of incident", "incident date", "date happened"),
    "agency": ("agency", "organisation", "service", "reporting agency", "source"),
    "raised_by": ("raised by", "reported by", "worker", "practitioner", "role"),
    "category": ("category", "concern type", "type of concern", "type", "concern"),
    "words": ("words", "description", "details", "narrative", "what happened", "notes", "summary"),
    "place": ("place", "location", "where", "address of concern"),
    "forename": ("forename", "first name", "given name"),
    "surname": ("surname", "last name", "family name"),
    "born_on": ("born on", "date of birth", "dob"),
}


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
        Column("child", needed=True),
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
        Column("born_on", "date"),
    ),
    ordered=(("happened_on", "raised_on"),),
)


def match_headers(header: list[str], table: Table) -> dict[str, int]:
    """Return where each column stands: first by its own name, then by the other ways to head it."""
    texts = [plain(name.replace("_", " ")) for name in header]
    places: dict[str, int] = {}
    for name in table.names:
        at = next((texts.index(word) for word in HEADERS[name] if word in texts), None)
        if at is not None and at not in places.values():
            places[name] = at
    return places


def read(path: Path, *, track: Track[Taken] = quiet) -> Iterator[Item]:
    """Yield the rows, rejects and doubts of the lists of concerns at a path."""
    sources = [open_source(file, name=name) for file, name in found_files(path, (".csv", ".txt", ".xlsx"))]
    for sheet in sheets_in(sources, [CONCERNS], match_headers):
        for taken in track(read_sheet(sheet, Known()), None, "concerns"):
            yield from taken.items()


def events(items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the concerns, and who the children are where the list says so."""
    numbers, people = Numbering(), dict[str, ChildDetails]()
    for item in items:
        if isinstance(item, Row):
            gather(item, people)
            yield concern(item, numbers)
        else:
            yield item
    yield from people.values()


def concern(row: Row, numbers: Numbering) -> Event:
    """Return one concern; its own reference is its identity, else child, day and agency are."""
    child, own_id = str(row.values["child"]), said(row, "concern_id")
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


def gather(row: Row, people: dict[str, ChildDetails]) -> None:
    """Remember who a child is, from the first row that says so."""
    child, forename, surname, born = (said(row, name) for name in ("child", "forename", "surname", "born_on"))
    if child and child not in people and (born or forename or surname):
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
