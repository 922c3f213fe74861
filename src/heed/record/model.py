"""What services hand to the ledger, and what projectors and selectors get from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from heed.entry.kinds import Kind
from heed.entry.spine import Spine
from heed.entry.when import Span, parse_claim, parse_instant


def places_of(n: int, end: int | None = None) -> tuple[int, int]:
    """Return where the parts of entry n, or of the entries from n up to but not including `end`, begin and end."""
    return n << PLACES, (n + 1 if end is None else end) << PLACES


def kind_key(kind: str) -> str:
    """Return what stands for a kind in the derived index: behind every key, so that all kinds stand together."""
    return f"kind {kind}"


@dataclass(frozen=True)
class By:
    """Who acts, for which agency and, in a synthetic record only, when (docs/adr/0005)."""

    actor: str
    agency: str
    at: datetime | None = None


# The parts of entry n stand in `record_part` at the 2^14 numbers from n·2^14 on: its facts at the first, its words at
# the last, its files between them, of which facts of 1 MiB cannot name more.
PLACES = 14
WORDS_PLACE = (1 << PLACES) - 1
# As a role in the derived index: the key stands for the entry's kind. No ref can have this name, for it has a dot.
KIND = "spine.kind"
# As `occurred_at` of a draft: it happens as it is recorded, so the claim is the ledger's own stamp.
NOW = "now"


@dataclass(frozen=True)
class FileDraft:
    """A file to attach: its salt and bytes; the digest goes into `facts.files`."""

    salt: bytes
    data: bytes
    digest: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry to append. `words` as bytes is an age file sealed to keys that we do not hold."""

    kind: Kind
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] | bytes = field(default_factory=dict)
    refs: Mapping[str, Iterable[str]] = field(default_factory=dict)
    occurred_at: str | None = None
    corrects: int | None = None
    files: tuple[FileDraft, ...] = ()
    request: str | None = None


class Entry(NamedTuple):
    """One entry as projectors and selectors read it: its spine, and its parts in the newest version of its kind.

    `facts` is None when erased; `words` is None when erased or sealed.
    """

    spine: Spine
    kind: str
    facts: Mapping[str, Any] | None
    words: Mapping[str, Any] | None
    is_sealed: bool = False

    @property
    def n(self) -> int:
        """The entry's number."""
        return self.spine.n

    @property
    def subject(self) -> str:
        """The key that the entry is about."""
        return self.spine.subject

    @property
    def recorded_at(self) -> datetime:
        """When the ledger stamped it."""
        return parse_instant(self.spine.recorded_at)

    @property
    def occurred_at(self) -> str | None:
        """The claimed time as text, None when not known or erased."""
        return (self.facts or {}).get("occurred_at")

    @property
    def span(self) -> Span | None:
        """The claimed time as a span."""
        claim = self.occurred_at
        return parse_claim(claim) if claim else None

    def keys(self, role: str) -> list[str]:
        """Return the keys that `role` holds; `subject` is a role too. Empty when the facts are erased."""
        if role == "subject":
            return [self.spine.subject]
        found: list[str] = (self.facts or {}).get("refs", {}).get(role, [])
        return found

    def key(self, role: str) -> str | None:
        """Return the first key that `role` holds."""
        return next(iter(self.keys(role)), None)

    def fact(self, name: str, default: Any = None) -> Any:
        """Return one member of the facts, `default` when it is absent or erased."""
        return (self.facts or {}).get(name, default)

    def word(self, name: str, default: Any = None) -> Any:
        """Return one member of the words, `default` when it is absent, erased or sealed."""
        return (self.words or {}).get(name, default)
