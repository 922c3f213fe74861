"""Clauses as their packs state them: versions, dates in force, families of versions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from . import clock, states
from .states import State


@dataclass(frozen=True)
class Version:
    """One version of a clause with what its pack adds to it."""

    id: str
    version: str
    text: dict[str, Any]
    states: dict[str, State]
    orders: dict[str, list[str]]
    start: int
    stop: int | None
    recorded_late_after: str

    @property
    def roles(self) -> list[str]:
        """The roles of `match`."""
        return list(self.text["match"])

    @property
    def is_repeated(self) -> bool:
        return bool(self.text.get("repeat") == "true")

    @property
    def again(self) -> str:
        return str(self.text.get("again", "each"))

    @property
    def converts(self) -> bool:
        return bool(self.text.get("open_duties") == "convert")

    @property
    def trigger_kinds(self) -> list[str]:
        """The kinds whose entries can trigger this version."""
        when = self.text["when"]
        if "while" in when:
            return list(self.states[when["while"]].starts)
        return [when.get("entry") or when["count"]]


def read_version(clause: dict[str, Any], pack: dict[str, Any]) -> Version:
    """One clause of a pack."""
    force = clause["in_force"]
    return Version(
        id=clause["id"],
        version=clause.get("version") or pack["version"],
        text=clause,
        states={name: states.define(name, text) for name, text in (pack.get("states") or {}).items()},
        orders=pack.get("orders") or {},
        start=clock.day_start(date.fromisoformat(force["from"])),  # R26: from 00:00:00 of `from`
        stop=clock.day_start(date.fromisoformat(force["to"])) if force.get("to") else None,  # R26: not on `to`
        recorded_late_after=pack.get("recorded_late_after") or "2 wd",  # R33
    )


def read_families(packs: list[dict[str, Any]]) -> list[list[Version]]:
    """The clauses, versions of one id together (R26), each family from its earliest version on."""
    versions = [read_version(clause, pack) for pack in packs for clause in pack["clauses"]]
    ids = sorted({version.id for version in versions})
    families = {one: sorted((v for v in versions if v.id == one), key=lambda v: v.start) for one in ids}
    return list(families.values())


def in_force(family: list[Version], at: int) -> Version | None:
    """The version in force; where two are, the one that came later (R26)."""
    running = [v for v in family if v.start <= at and (v.stop is None or at < v.stop)]
    return running[-1] if running else None


def conversions(family: list[Version], version: Version) -> list[Version]:
    """The later versions that take over what is open under this one (M7)."""
    later = family[family.index(version) + 1 :]
    return [v for v in later if v.converts and v.text.get("supersedes") in (version.version, version.id)]
