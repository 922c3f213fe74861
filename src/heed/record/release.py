"""Releases: what reads this record now, and what it shows differently from the release before."""

import hashlib
from importlib.metadata import PackageNotFoundError, version

from heed.entry.kinds import kinds

from . import project, reading
from .entries import ReleaseMade
from .ledger import append, writing
from .model import By, Draft


def digest() -> str:
    """Return SHA-256 over every projector's name and version and every kind's name."""
    lines = [f"{p.name} {p.version} {','.join(sorted(p.kinds))}" for p in project.projectors()]
    return hashlib.sha256("\n".join([*lines, *kinds]).encode()).hexdigest()


def product_version() -> str:
    """Return the installed version of Heed."""
    try:
        return version("heed-safeguarding")
    except PackageNotFoundError:
        return "0"


def last_digest(using: str = "default") -> str | None:
    """Return the digest of the release that the record was last rebuilt by, None for none."""
    made = reading.of_kinds(["release.made.1"], using)
    return made[-1].fact("digest") if made else None


def record_release(*, by: By, difference: str = "", changed: list[str] | None = None) -> None:
    """Write that this release reads the record from now on."""
    facts = {"version": product_version(), "digest": digest(), "changed": changed or []}
    words = {"difference": difference[:200_000]} if difference else {}
    with writing() as head:
        append(head, Draft(kind=ReleaseMade, subject=by.actor, facts=facts, words=words), by=by)
