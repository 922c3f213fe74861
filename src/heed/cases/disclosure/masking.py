"""What is withheld from a disclosure until a person has judged it: others' names, words and details (pure)."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

WITHHELD = "[withheld: {why}]"
# Kinds whose words are about somebody else, whoever asks: an allegation, and how to reach whoever reported.
OTHERS = {
    "suspect.described.1": "about a person of whom something is alleged",
    "door.contact_left.1": "about whoever reported",
    "restriction.proposed.1": "who may see the record, and why",
}
# Members of any kind that name other people by their nature.
NAMING = {"who_else": "about other people", "who": "about other people", "to": "about another recipient"}
# Sources that are private persons: that they reported, and how they know it, is theirs.
PRIVATE = frozenset({"relative", "child", "member_of_the_public", "anonymous"})
SHORTEST, LONGEST = 3, 4  # letters of a name's part that is masked alone; parts of a whole name


@dataclass(frozen=True)
class Names:
    """Whom not to name: whole names of anybody else, and parts of the names of those in the same matter."""

    whole: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


def names_of(*, own: Iterable[str], near: Iterable[str], others: Iterable[str]) -> Names:
    """Return the names to mask: all of `near` and `others`, but no part of somebody's own name."""
    mine = {part for name in own for part in _parts(name)}
    whole = frozenset(" ".join(_parts(name)) for name in (*near, *others) if len(_parts(name)) > 1)
    parts = frozenset(part for name in near for part in _parts(name) if len(part) >= SHORTEST and part not in mine)
    return Names(whole - {" ".join(_parts(name)) for name in own}, parts)


def mask_names(text: str, names: Names) -> str:
    """Return a text with every name of another child replaced."""
    marks = list(re.finditer(r"\w+", text))
    words = [_plain(mark.group()) for mark in marks]
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        length = _named(words, at, names)
        if length:
            spans.append((marks[at].start(), marks[at + length - 1].end()))
        at += length or 1
    for start, end in reversed(spans):
        text = f"{text[:start]}[another child]{text[end:]}"
    return text


def _named(words: list[str], at: int, names: Names) -> int:
    """Return how many words from `at` on are a name, 0 for none; the longest first."""
    for length in range(LONGEST, 1, -1):
        if " ".join(words[at : at + length]) in names.whole and at + length <= len(words):
            return length
    return 1 if words[at] in names.parts else 0


def _parts(name: str) -> list[str]:
    return [_plain(part) for part in re.findall(r"\w+", name)]


def _plain(word: str) -> str:
    text = unicodedata.normalize("NFKD", word).casefold()
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def why_withheld(kind: str, member: str, facts: dict[str, Any], *, wrote: bool, is_worker: bool) -> str:
    """Return why a member of an entry's words is withheld until it is judged, empty where it is not.

    `wrote`: the person who asks wrote the entry. `is_worker`: who asks is a worker, to whom what is written about
    children is not theirs.
    """
    if is_worker:
        return "" if kind.startswith("worker.") else "about other people"
    if wrote:
        return ""
    if facts.get("police_origin"):
        return "police information: ask the force"
    if kind in OTHERS:
        return OTHERS[kind]
    if kind == "concern.voice_kept.1" and len(facts.get("refs", {}).get("child", [])) > 1:
        return "the words of more than one child"
    return NAMING.get(member, "")


def mask_member(value: Any, change: Callable[[str], str]) -> Any:
    """Return a member with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [mask_member(item, change) for item in value]
    return value


def shown_facts(facts: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """Return the facts that are shown: no keys of others, no request, and of a private source only that it is one."""
    shown = {name: value for name, value in facts.items() if name not in hidden}
    if shown.get("source") in PRIVATE:
        shown["source"] = "a private person"
    return shown
