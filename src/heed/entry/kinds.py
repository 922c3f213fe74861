"""The register of entry kinds: each declared once, as data, in its slice's `entries.py` (docs/adr/0002)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from heed.lib.errors import HeedError

from .canon import MEMBER, ProfileError
from .fields import Field, Members
from .parts import FORMAT_MEMBERS, check_facts, is_erasable
from .spine import check_kind

Body = dict[str, Any]
_NONE: Body = {}
Upcast = Callable[[Body | None, Body | None], tuple[Body | None, Body | None]]


@dataclass(frozen=True, kw_only=True)
class Ref:
    """A role that other subjects play in a kind: how few and how many keys it holds."""

    about: str = ""
    least: int = 0
    most: int = 1


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of entry. A shipped kind is never edited: version 2 and an up-caster.

    `upcast` turns the parts of this version into those of the next, part by part; a part that is None (erased or
    sealed) stays None. `provisional` marks a kind that no slice writes yet; `subject` says what its subject is.
    """

    name: str
    about: str
    subject: str
    facts: Mapping[str, Field] = field(default_factory=dict)
    words: Mapping[str, Field] = field(default_factory=dict)
    refs: Mapping[str, Ref] = field(default_factory=dict)
    may_seal: bool = False
    may_have_files: bool = False
    provisional: bool = False
    upcast: Upcast | None = None

    @property
    def family(self) -> str:
        """The name without its version."""
        return self.name.rsplit(".", 1)[0]

    @property
    def version(self) -> int:
        """The version, from 1."""
        return int(self.name.rsplit(".", 1)[1])

    @property
    def erasable(self) -> bool:
        """Whether its parts may ever be erased (byte-level rule 5)."""
        return is_erasable(self.name)

    @cached_property
    def _members(self) -> tuple[Members, Members]:
        return Members(self.facts, "facts"), Members(self.words, "words")

    def check(self, facts: Body, words: Body | None, *, n: int) -> None:
        """Refuse a new entry's parts unless they fit this kind; `words` None means sealed."""
        check_facts(facts, n=n)
        self._members[0].check(facts, FORMAT_MEMBERS)
        self._check_refs(facts.get("refs", _NONE))
        if "files" in facts and not self.may_have_files:
            raise ProfileError(f"{self.name} carries no files.")
        if words is None:
            if not self.may_seal:
                raise ProfileError(f"The words of {self.name} are never sealed.")
        else:
            self._members[1].check(words)

    def _check_refs(self, refs: Body) -> None:
        held = 0
        for role, ref in self.refs.items():
            count = 0
            if role in refs:
                count, held = len(refs[role]), held + 1
            if not ref.least <= count <= ref.most:
                raise ProfileError(
                    f"facts.refs.{role} holds {count} keys; {self.name} takes {ref.least} to {ref.most}."
                )
        if held != len(refs):
            raise ProfileError(f"facts.refs.{min(refs.keys() - self.refs.keys())} is not a role of {self.name}.")


class Registry(Mapping[str, Kind]):
    """Kinds by wire name. The process has one, `kinds`; tests make their own."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def register(self, kind: Kind) -> Kind:
        """Add a kind and return it; refuse a second one of its name, or a member that the format owns."""
        check_kind(kind.name)
        if self._kinds.get(kind.name, kind) is not kind:
            raise HeedError(f"Two kinds are called {kind.name}; a shipped kind is never edited.")
        for name in [*kind.facts, *kind.words, *kind.refs]:
            if not MEMBER.match(name):
                raise HeedError(f"{kind.name}: {name!r} cannot be a member's name.")
        taken = FORMAT_MEMBERS & kind.facts.keys()
        if taken:
            raise HeedError(f"{kind.name}: facts.{min(taken)} belongs to the format.")
        self._kinds[kind.name] = kind
        return kind

    def check_versions(self) -> None:
        """Refuse a family with a gap, or whose older version has no up-caster."""
        for kind in self._kinds.values():
            if kind.version > 1:
                older = self._kinds.get(f"{kind.family}.{kind.version - 1}")
                if older is None or older.upcast is None:
                    raise HeedError(f"{kind.name} needs an older version with an up-caster.")

    def newest(self, name: str, facts: Body | None, words: Body | None) -> tuple[str, Body | None, Body | None]:
        """Return name and parts of an entry in the newest version of its kind; an absent part stays absent."""
        kind = self._kinds.get(name)
        while kind is not None and kind.upcast is not None:
            raised = kind.upcast(facts, words)
            facts = raised[0] if facts is not None else None
            words = raised[1] if words is not None else None
            kind = self[f"{kind.family}.{kind.version + 1}"]
        return (kind.name if kind else name), facts, words

    def __getitem__(self, name: str) -> Kind:
        try:
            return self._kinds[name]
        except KeyError:
            raise KeyError(f"There is no entry kind {name!r}.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._kinds))

    def __len__(self) -> int:
        return len(self._kinds)


kinds = Registry()
register = kinds.register
