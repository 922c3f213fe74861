"""Reads the census's XML child by child, keeping every assessment, plan, enquiry and review under its referral."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from heed.lib.errors import HeedError
from heed.lib.progress import Track, quiet
from heed.returns.columns import BLANKS, Style, clean_text, read_value
from heed.returns.dates import Unreadable
from heed.returns.opening import Source, found_files, open_source
from heed.returns.rows import Doubt, Item, Reject, Row, Value
from heed.returns.xmlsafe import leaf_text, local, records

from . import schema
from .tables import GROUPS, LISTS, NESTED, ORDERED, column

STYLE = Style()
SEX = frozenset({"Sex", "GenderCurrent"})  # the same thing before and from 2025


@dataclass(slots=True)
class Reading:
    """One file being read: its year, what is doubtful so far, and the children already met."""

    source: Source
    year: int = 0
    wanted: int | None = None
    cells: dict[tuple[str, tuple[str, ...]], dict[str, str]] = field(default_factory=dict)
    doubts: dict[tuple[str, str, str, str], list[int]] = field(default_factory=dict)
    children: dict[str, tuple[int, int]] = field(default_factory=dict)

    def doubt(self, table: str, name: str, value: str, reason: str, line: int) -> None:
        """Note something doubtful; the same thing again is only counted."""
        lines = self.doubts.setdefault((table, name, value, reason), [line, 0])
        lines[1] += 1

    def doubted(self) -> Iterator[Doubt]:
        """Yield what was doubtful."""
        for (table, name, value, reason), (line, times) in self.doubts.items():
            yield Doubt(self.source.name, self.source.digest, "", line, table, name, value, reason, times)

    def paths(self, table: str, names: tuple[str, ...], at: str) -> dict[str, str]:
        """Return the path of each element of a group; one mapping serves all groups that stand at the same place."""
        key = (at, names)
        if key not in self.cells:
            self.cells[key] = {name: f"{at}/{name}" for name in names}
        return self.cells[key]


def read(path: Path, *, year: int | None = None, track: Track[etree._Element] = quiet) -> Iterator[Item]:
    """Yield the rows, rejects and doubts of the census files at a path, oldest first; with `year`, of that one only."""
    sources = [open_source(file, name=name) for file, name in found_files(path, (".xml",))]
    for source in sorted(sources, key=stated_year):
        yield from read_file(source, year, track=track)


def stated_year(source: Source) -> str:
    """Return the year that a file's header states, to put files in order; what is wrong with it is said later."""
    if source.kind != "xml":
        return ""
    for element in records(source, "CollectionDetails", "Child"):
        said = texts_of(element)
        return said.get("Year") or said.get("ReferenceDate", "")[:4]
    return ""


def read_file(source: Source, year: int | None, *, track: Track[etree._Element] = quiet) -> Iterator[Item]:
    """Yield one file's rows: children, referrals and what hangs below them; what is doubtful comes last."""
    if source.kind != "xml":
        raise HeedError(f"{source.name} is not XML; the census is handed in as XML.")
    reading, count = Reading(source, wanted=year), 0
    for element in track(records(source, "Header", "Child"), None, f"CIN {source.name}"):
        if local(element) == "Header":
            read_header(reading, element)
            continue
        if not reading.year:
            read_header(reading, etree.Element("Header"))
        count += 1
        yield from read_child(reading, element, count)
    if not count:
        raise HeedError(f"{source.name} holds no child of a children in need census.")
    yield from reading.doubted()


def read_header(reading: Reading, header: etree._Element) -> None:
    """Take the year from the header; refuse another collection, doubt a year that contradicts itself."""
    said = {local(leaf): leaf_text(leaf) for leaf in header.iter() if not len(leaf)}
    if said.get("Collection", "CIN") != "CIN":
        raise HeedError(f"{reading.source.name} is the collection {said['Collection']}, not the census (CIN).")
    year, day = said.get("Year", ""), said.get("ReferenceDate", "")
    stated = int(year) if year.isdecimal() else int(day[:4]) if day[:4].isdecimal() else max(schema.FILES)
    if reading.wanted is not None and reading.wanted != stated:
        raise HeedError(f"{reading.source.name} is the census of {stated}, not of {reading.wanted}.")
    reading.year = schema.nearest_year(stated)
    line = header.sourceline or 1
    if not year.isdecimal():
        reading.doubt("Header", "Year", year, f"no year is stated; read by the schema of {reading.year}", line)
    elif stated != reading.year:
        reading.doubt("Header", "Year", year, f"there is no schema for it; read by that of {reading.year}", line)
    if year.isdecimal() and day[:4].isdecimal() and year != day[:4]:
        reading.doubt("Header", "ReferenceDate", day, f"the year is stated as {year}", line)


def read_child(reading: Reading, child: etree._Element, count: int) -> Iterator[Item]:
    """Yield a child's own row and those of its referrals."""
    parts = {local(part): part for part in child if local(part) != "CINdetails"}
    at = f"Child[{count}]"
    names = GROUPS["ChildIdentifiers"]
    identifiers = parts.get("ChildIdentifiers")
    if identifiers is None or not (name := texts_of(identifiers).get("LAchildID")):
        yield refusal(reading, child, child, "Child", "LAchildID", "", "the child has no LAchildID")
        return
    if reason := seen_before(reading, child, name):
        yield refusal(reading, child, child, "Child", "LAchildID", name, reason)
        return
    strange_elements(reading, child)
    try:
        values = group_values(reading, identifiers, "ChildIdentifiers")
        values["Sex"] = values["Sex"] or values["GenderCurrent"]
        about = parts.get("ChildCharacteristics")
        values["Ethnicity"] = one_value(
            reading, texts_of(about), "Ethnicity", "ChildCharacteristics", child.sourceline or 0
        )
        values["Disability"] = list_values(reading, about, "Disabilities", "ChildCharacteristics")
    except Spoiled as why:
        yield refusal(reading, child, child, "Child", why.column, why.value, why.reason)
        return
    paths = reading.paths("Child", names, f"{at}/ChildIdentifiers") | {
        "Ethnicity": f"{at}/ChildCharacteristics/Ethnicity",
        "Disability": f"{at}/ChildCharacteristics/Disabilities",
    }
    yield row(reading, child, "Child", values, paths)
    details = [part for part in child if local(part) == "CINdetails"]
    for number, detail in enumerate(details, start=1):
        yield from read_details(reading, child, detail, name, f"{at}/CINdetails[{number}]", number)


def read_details(
    reading: Reading, child: etree._Element, detail: etree._Element, name: str, at: str, number: int
) -> Iterator[Item]:
    """Yield a referral and everything below it; where the referral is refused, what hangs on it goes with it."""
    try:
        values = group_values(reading, detail, "CINdetails")
    except Spoiled as why:
        yield refusal(reading, child, detail, "CINdetails", why.column, why.value, why.reason)
        return
    above: dict[str, Value] = {"LAchildID": name, "referral": number}
    yield row(reading, detail, "CINdetails", above | values, reading.paths("CINdetails", GROUPS["CINdetails"], at))
    day = values["CINreferralDate"]
    counts: dict[str, int] = {}
    for group in detail:
        table = local(group)
        if table not in NESTED:
            continue
        counts[table] = counts.get(table, 0) + 1
        try:
            nested = group_values(reading, group, table)
            if table == "Assessments":
                nested["AssessmentFactors"] = list_values(reading, group, "FactorsIdentifiedAtAssessment", table)
            if table == "ChildProtectionPlans":
                nested["CPPreviewDate"] = list_values(reading, group, "Reviews", table)
        except Spoiled as why:
            yield refusal(reading, child, group, table, why.column, why.value, why.reason)
            continue
        paths = reading.paths(table, tuple(nested), f"{at}/{table}[{counts[table]}]")
        yield row(reading, group, table, above | {"CINreferralDate": day} | nested, paths)


class Spoiled(Exception):
    """A value for which its whole group must be refused."""

    def __init__(self, name: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = name, value, reason


def texts_of(group: etree._Element | None) -> dict[str, str]:
    """Return the clean texts of a group's own elements; of two with one name the first holds."""
    found: dict[str, str] = {}
    for one in group if group is not None else ():
        if not len(one) and (name := local(one)) not in found:
            text = clean_text(leaf_text(one))
            found[name] = "" if text in BLANKS else text
    return found


def one_value(reading: Reading, texts: dict[str, str], name: str, table: str, line: int) -> Value:
    """Return one clean value of a group."""
    if text := texts.get(name):
        return clean(reading, name, text, table, line)
    if column(name, reading.year).needed:
        raise Spoiled(name, "", "this may not be blank")
    if name in schema.demanded(reading.year) and not (name in SEX and SEX & texts.keys()):
        reading.doubt(table, name, "", f"the schema of {reading.year} demands a value here; it is not known", line)
    return None


def clean(reading: Reading, name: str, text: str, table: str, line: int) -> Value:
    """Return the clean value of a text, noting what is doubtful about it."""
    try:
        value, doubt = read_value(column(name, reading.year), text, STYLE)
    except Unreadable as why:
        raise Spoiled(name, text, str(why)) from None
    if doubt:
        years = schema.known_from(name, text)
        if years and "codes" in doubt:
            doubt = f"the schema of {reading.year} has no such code; those of {years[0]} to {years[-1]} have"
        reading.doubt(table, name, text, doubt, line)
    return value


def group_values(reading: Reading, group: etree._Element, table: str) -> dict[str, Value]:
    """Return the clean values of a group's own elements."""
    texts, line = texts_of(group), group.sourceline or 0
    values = {name: one_value(reading, texts, name, table, line) for name in GROUPS[table]}
    for ordered, start, end in ORDERED:
        if ordered == table and values[start] and values[end] and str(values[end]) < str(values[start]):
            reading.doubt(table, end, str(values[end]), f"this is before {start}", line)
    return values


def list_values(reading: Reading, group: etree._Element | None, holder: str, table: str) -> tuple[str, ...]:
    """Return the clean members of a list element; several holders are read as one list."""
    found = [one for one in group if local(one) == holder] if group is not None else []
    members = [leaf for one in found for leaf in one if local(leaf) == LISTS[holder]]
    texts = [(leaf, clean_text(leaf_text(leaf))) for leaf in members]
    values = [clean(reading, LISTS[holder], text, table, leaf.sourceline or 0) for leaf, text in texts if text]
    return tuple(str(value) for value in values)


def seen_before(reading: Reading, child: etree._Element, name: str) -> str:
    """Say whether the child stands there a second time word for word; doubt one that only shares its id."""
    line, whole = child.sourceline or 0, hash(etree.tostring(child, method="c14n", with_tail=False))
    first, before = reading.children.setdefault(name, (line, whole))
    if (first, before) == (line, whole):
        return ""
    if before == whole:
        return f"the child repeats line {first} word for word"
    reading.doubt("Child", "LAchildID", name, f"line {first} has the same LAchildID", line)
    return ""


def strange_elements(reading: Reading, child: etree._Element) -> None:
    """Doubt elements that the year's schema does not know; say which years do."""
    for element in child.iter():
        name = local(element)
        if name and name not in schema.elements(reading.year):
            years = schema.known_from(name)
            reason = f"the schema of {reading.year} has no such element"
            reason += f"; those of {years[0]} to {years[-1]} have, and it was read" if years else "; it was not read"
            reading.doubt("Child", name, "", reason, element.sourceline or 0)


def row(reading: Reading, element: etree._Element, table: str, values: dict[str, Value], paths: dict[str, str]) -> Row:
    """Return a row that was taken."""
    return Row(reading.source.name, reading.source.digest, "", element.sourceline or 0, table, values, paths)


def refusal(
    reading: Reading, child: etree._Element, spoiled: etree._Element, table: str, name: str, value: str, reason: str
) -> Reject:
    """Return the reject for a group, with a copy of the child that holds nothing below its referrals but that group."""
    kept = copy.deepcopy(child)
    twin = next(two for one, two in zip(child.iter(), kept.iter(), strict=True) if one is spoiled)
    line = {twin, *twin.iterancestors()}
    for detail in [part for part in kept if local(part) == "CINdetails" and twin is not kept]:
        if detail not in line:
            kept.remove(detail)
            continue
        for group in [one for one in detail if local(one) in NESTED and twin is not detail and one not in line]:
            detail.remove(group)
    kept.tail = None
    text = etree.tostring(kept, encoding="unicode")
    where = (reading.source.name, reading.source.digest, "", spoiled.sourceline or 0, table)
    return Reject(*where, name, value, reason, {"xml": text, "year": str(reading.year)})
