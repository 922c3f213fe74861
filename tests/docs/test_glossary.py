"""The glossary has one word for each idea, and every word that the code's entries and clauses rest on."""

import re

import pytest

from .pages import ROOT

TEXT = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
WORDS = [word for line in re.findall(r"^\*\*([^*]+)\*\*.*?: ", TEXT, re.M) for word in line.split(", ")]
# What the project's plan and its papers use as terms.
NEEDED = [
    "entry",
    "spine",
    "body",
    "facts",
    "words",
    "part",
    "kind",
    "subject",
    "key",
    "ref",
    "record",
    "log",
    "checkpoint",
    "cosignature",
    "witness",
    "receipt",
    "opening",
    "erasure",
    "hold",
    "generation",
    "projector",
    "replay",
    "duty",
    "clause",
    "pack",
    "anchor",
    "due",
    "overdue",
    "waiver",
    "escalation",
    "concern",
    "referral",
    "conference",
    "agency",
    "append",
    "correction",
    "origin",
    "tick",
    "slice",
    "service",
    "selector",
    "act",
    "owner",
    "holder",
    "tier",
    "state",
    "child",
    "visit",
    "panel",
    "support",
]


def test_no_word_is_explained_twice() -> None:
    assert len(WORDS) == len(set(WORDS)), sorted(word for word in WORDS if WORDS.count(word) > 1)


@pytest.mark.parametrize("word", [*NEEDED, "read table", "working table", "section 47", "strategy discussion"])
def test_a_term_of_the_project_is_explained(word: str) -> None:
    assert word in WORDS


def test_every_section_of_words_is_a_list_of_words() -> None:
    for section in re.split(r"^## ", TEXT, flags=re.M)[1:]:
        title, _, rest = section.partition("\n")
        if title != "Periods":
            assert all(part.startswith("**") for part in rest.strip().split("\n\n")), title
