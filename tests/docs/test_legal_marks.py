"""Papers about the law are marked as drafts, each statement that names a law says how sure we are, and none says more
than the standards table does."""

import re
from pathlib import Path

import pytest

from .pages import ROOT

PAPERS = sorted((ROOT / "docs" / "data-protection").glob("*.md"))
_LAW = re.compile(
    r"\b(article \d+|articles \d+|section \d+|regulation \d+|SI \d{4}/\d+|Schedule \d|Part (?:3|IVA) of|Act \d{4} )"
)
_MARK = re.compile(r"\*\*\[[SLM]\]\*\*")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.stem)
def test_a_paper_says_that_it_is_a_draft_and_what_the_marks_mean(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    assert text.split("\n")[2].startswith("> **Draft for your data protection officer.** Not legal advice")
    for mark in "SLM":
        assert f"**[{mark}]**" in text


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.stem)
def test_whatever_names_a_law_says_how_sure_we_are(paper: Path) -> None:
    """Of a table each row is a statement; elsewhere a paragraph is. Headings and links to our own sections are none."""
    body = paper.read_text(encoding="utf-8").split("\n\n", 2)[2]
    for paragraph in body.split("\n\n"):
        for statement in paragraph.split("\n") if paragraph.startswith("|") else [paragraph]:
            law = _LAW.search(
                re.sub(r"\*?from section \d of the \[[^]]*\]\([^)]*\)|\]\([^)]*\), section \d", "", statement)
            )
            assert law is None or _MARK.search(statement), f"{paper.name}: {statement}"


def test_the_english_rule_on_case_records_is_not_shown_as_confirmed(shared: Path) -> None:
    (row,) = [
        line for line in (shared / "domain" / "standards.md").read_text().splitlines() if line.startswith("| D28 ")
    ]
    assert "English reg 50 of SI 2010/959 [M]" in row
    schedule = (ROOT / "docs" / "data-protection" / "retention-schedule.md").read_text(encoding="utf-8")
    (ours,) = [line for line in schedule.splitlines() if "D28" in line]
    assert "regulation 50 **[M]**" in ours
    assert ours.rstrip(" |").endswith("**[M]** for England")
