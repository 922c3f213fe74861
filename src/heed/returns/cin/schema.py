"""The census's schemas by year: which elements and codes each knows, and whether a file is valid."""

import functools
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).resolve().parent.parent / "schemas" / "cin"
# Year of the census → the schema file that serves it (2018 to 2020 equal 2017, 2024 equals 2023).
FILES = dict.fromkeys(range(2017, 2021), 2017) | {
    2021: 2021,
    2022: 2022,
    2023: 2023,
    2024: 2023,
    2025: 2025,
    2026: 2026,
}
XS = "{http://www.w3.org/2001/XMLSchema}"


def nearest_year(year: int) -> int:
    """Return the year itself if there is a schema for it, else the nearest year that has one."""
    return min(FILES, key=lambda known: (abs(known - year), known))


@functools.cache
def parsed(year: int) -> etree._ElementTree:
    """Return the schema document of a year."""
    return etree.parse(FOLDER / f"CIN_schema_{FILES[year]}.xsd")


@functools.cache
def validator(year: int) -> etree.XMLSchema:
    """Return the schema of a year, ready to validate."""
    return etree.XMLSchema(parsed(year))


@functools.cache
def elements(year: int) -> frozenset[str]:
    """Return the names of all elements of a year's schema."""
    return frozenset(element.get("name", "") for element in parsed(year).iter(f"{XS}element"))


@functools.cache
def demanded(year: int) -> frozenset[str]:
    """Return the names of the elements that a year's schema demands wherever their group stands."""
    every = [one for one in parsed(year).iter(f"{XS}element") if one.get("name")]
    return frozenset(one.get("name", "") for one in every if one.get("minOccurs", "1") != "0")


@functools.cache
def codes(year: int, name: str) -> frozenset[str]:
    """Return the codes that a year allows in an element; none where it takes free text."""
    tree = parsed(year)
    element = next((one for one in tree.iter(f"{XS}element") if one.get("name") == name), None)
    if element is None:
        return frozenset()
    kind = next((one for one in tree.iter(f"{XS}simpleType") if one.get("name") == element.get("type")), element)
    return frozenset(one.get("value", "") for one in kind.iter(f"{XS}enumeration"))


def known_from(name: str, code: str | None = None) -> list[int]:
    """Return the years whose schema knows an element, or a code in it."""
    return [year for year in FILES if (code in codes(year, name) if code is not None else name in elements(year))]


def faults(path: Path, year: int) -> Iterator[tuple[int, str]]:
    """Yield line and message of everything in a file that its year's schema does not allow."""
    tree = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    schema = validator(year)
    if not schema.validate(tree):
        for fault in schema.error_log:
            yield fault.line, fault.message
