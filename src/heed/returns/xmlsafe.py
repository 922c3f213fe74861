"""XML read as a stream and without trust: no entities, no document type, nothing fetched, no endless depth."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from heed.lib.errors import HeedError

from .opening import Source

# libxml2's own limits stay on (`huge_tree` off): 256 levels, 10 million characters a text.
SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; comments and instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def records(source: Source, *names: str) -> Iterator[etree._Element]:
    """Yield the elements of these names as each is complete, and free them afterwards.

    A document type declaration is refused before anything in it is used: it is how a few lines become gigabytes.
    """
    tags = [f"{{*}}{name}" for name in names]
    is_first = True
    with source.path.open("rb") as stream:
        try:
            for event, element in etree.iterparse(stream, events=("start", "end"), tag=tags, **SAFE):
                if is_first:
                    refuse_doctype(source, element)
                    is_first = False
                if event == "end":
                    yield element
                    free(element)
        except etree.XMLSyntaxError as error:
            raise HeedError(f"{source.name} is not XML that can be read: {error}.") from None


def refuse_doctype(source: Source, element: etree._Element) -> None:
    """Refuse a file that declares a document type."""
    if element.getroottree().docinfo.doctype:
        raise HeedError(f"{source.name} declares a document type; no return does, and it is not read.")


def free(element: etree._Element) -> None:
    """Forget an element that was read and everything before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def leaf_text(element: etree._Element) -> str:
    """Return an element's text."""
    return (element.text or "").strip()
