"""Every link between our pages leads somewhere, and every file that a page names exists."""

import re
from pathlib import Path

import pytest

from .pages import ROOT, pages

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FILE = re.compile(r"`((?:src|tests|docs|bench|requirements)/[\w./-]+)`")
_HEADING = re.compile(r"^#+ +(.*)$", re.M)


def anchors(page: Path) -> set[str]:
    """Return a page's anchors as code hosts make them from headings."""
    titles = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("paper", pages(), ids=lambda paper: str(paper.relative_to(ROOT)))
def test_links_lead_somewhere(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    for link in _LINK.findall(text):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (paper.parent / path).resolve() if path else paper
        assert target.exists(), f"{paper.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{paper.name}: {link}"


@pytest.mark.parametrize("paper", pages(), ids=lambda paper: str(paper.relative_to(ROOT)))
def test_named_files_exist(paper: Path) -> None:
    for name in _FILE.findall(paper.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), f"{paper.name}: {name}"
