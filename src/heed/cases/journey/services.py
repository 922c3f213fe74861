"""Bringing files in: read to the end first, then written in small batches, each under the head's lock."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connections

from heed.entry.canon import ProfileError
from heed.entry.keys import new_key
from heed.lib.errors import Answered, HeedError
from heed.lib.progress import Track, quiet
from heed.people.models import Grant, Worker
from heed.record.attachments import draft_file
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft, FileDraft
from heed.record.start import system
from heed.returns import events, read
from heed.returns.coverage import coverage
from heed.returns.journey import Event
from heed.returns.moments import handle
from heed.returns.rows import Reject
from heed.returns.survey import Survey, digests_of, refused, reject_of, survey

from . import rules
from .comparing import Origin, Telling, batch_of, telling, withdrawn
from .entries import ImportAgreed, ImportClosed, ImportOpened
from .files import pieces_of_findings, pieces_of_rejects
from .models import Agreement, Import
from .redating import Gone, earlier_of, gone_from
from .spans import set_digest

# At most so many events at once (issue 5, 1), and fewer where they would hold the head longer than this.
MOST, FEWEST, LONGEST = 500, 20, 0.4
# For so long the head stays free between two batches on SQLite: its waiting writers look every 0.1 s (sqlite3.c,
# sqliteDefaultBusyCallback). PostgreSQL wakes them in turn.
FREE = 0.11


@dataclass(slots=True)
class Tally:
    """What the batches have come to so far."""

    new: int = 0
    corrected: int = 0
    same: int = 0
    rejects: list[Reject] = field(default_factory=list)


def agree(*, by: By, agreement: str, first: str = "", last: str = "") -> str:
    """Record an agreement under which the agency's files may come in, once; return its key."""
    with writing() as head:
        _check_entitled(by)
        held = Agreement.objects.filter(agency=by.agency, agreement=agreement).first()
        if held is not None:
            return held.key
        facts = {name: day for name, day in (("from", first), ("to", last)) if day}
        draft = Draft(
            kind=ImportAgreed,
            subject=new_key(),
            facts=facts,
            words={"agreement": agreement},
            refs={"agency": [by.agency]},
            occurred_at=NOW,
        )
        return append(head, draft, by=by)[0].subject


def bring_in(
    *,
    by: By,
    standard: str,
    path: Path,
    today: str,
    year: int | None = None,
    agreement: str = "",
    again: bool = False,
    corrects: str = "",
    track: Track[Any] = quiet,
) -> Import:
    """Bring files in; return the import as it stands then.

    1. Files that were brought in whole before are answered, not read (unless `again`).
    2. Read them to the end; a refusal leaves the record as it was.
    3. Open the import, or go on with one that stopped; write batch by batch.
    4. Where they correct an earlier import: correct what it told and they do not.
    5. Close it with its counts, coverage, rejects and findings.
    """
    files = digests_of(path)
    _check_entitled(by)
    before: Import | None = _imports(by, standard, files).exclude(closed_n=None).order_by("-closed_n").first()
    if before is not None and not again:
        return before
    earlier = _earlier(by, standard, [name for name, _ in files], corrects)
    told_names: set[str] = set()
    note = (lambda event: told_names.add(handle(event, by.agency))) if earlier is not None else None
    found = survey(standard, path, today=today, year=year, note=note, track=track)
    rules.something_can_be_taken(found)
    agreed = agree(by=by, agreement=agreement) if agreement else ""
    key = _open(by, standard, files, agreed, found)
    gone = gone_from(earlier, told_names, is_corrected=bool(corrects)) if earlier is not None else Gone()
    origin = Origin(by.agency, standard, key, found.around, found.children, gone)
    told = (one for one in events(standard, read(standard, path, year=year)) if _is_taken(one))
    tally = _write(track(told, found.events, f"{standard}: writing"), origin, by)
    _withdraw(origin, by, tally)
    found.doubts += gone.questions
    _close(by, key, found, tally, coverage(standard, found.days, today=today, year=year))
    return Import.objects.get(key=key)


def _earlier(by: By, standard: str, names: Sequence[str], corrects: str) -> Import | None:
    """Return the import that these files correct, or may correct: the one named, else the newest of the same names."""
    if not corrects:
        return earlier_of(by.agency, standard, names)
    named = Import.objects.filter(key=corrects, agency=by.agency, standard=standard).exclude(closed_n=None).first()
    if named is None:
        raise Answered("There is no whole import of this agency and standard under that key.")
    return named


def _withdraw(origin: Origin, by: By, tally: Tally) -> None:
    """Correct what corrected files do not tell at all, in batches like all else."""
    left = list(origin.gone.left())
    for at in range(0, len(left), MOST):
        with writing() as head:
            drafts = withdrawn(left[at : at + MOST], origin)
            if drafts:
                append(head, *drafts, by=by)
    tally.corrected += len(left)


def _is_taken(one: object) -> bool:
    return isinstance(one, Event) and not refused(one)


def _check_entitled(by: By) -> None:
    held = Grant.objects.filter(key=by.actor, agency=by.agency, ended_n=None).exclude(confirmed_n=None)
    roles = frozenset(held.values_list("role", flat=True))
    rules.somebody_entitled_brings_the_files(is_record=by.actor == system().actor, roles=roles)


def _works_for(by: By) -> str | None:
    """Return the agency of the worker who acts, None where the record itself acts."""
    return Worker.objects.filter(key=by.actor).values_list("agency", flat=True).first()


def _imports(by: By, standard: str, files: Sequence[tuple[str, str]]) -> Any:
    digest = set_digest(digest for _, digest in files)
    return Import.objects.filter(agency=by.agency, standard=standard, digest=digest)


def _open(by: By, standard: str, files: Sequence[tuple[str, str]], agreed: str, found: Survey) -> str:
    with writing() as head:
        _check_entitled(by)
        stopped = _imports(by, standard, files).filter(closed_n=None).first()
        if stopped is not None:
            return str(stopped.key)
        draft = Draft(
            kind=ImportOpened,
            subject=new_key(),
            facts={"standard": standard, "digests": [digest for _, digest in files], "rows": found.events},
            words={"names": [name[:1_000] for name, _ in files]},
            refs={"agency": [by.agency], "agreement": [agreed] if agreed else []},
            occurred_at=NOW,
        )
        return append(head, draft, by=by)[0].subject


def _write(told: Iterator[Any], origin: Origin, by: By) -> Tally:
    """Write the events in batches; a batch that held the head too long is followed by smaller ones."""
    tally, size, free_since = Tally(), MOST, 0.0
    while batch := [telling(one, origin) for one in islice(told, size)]:
        if connections["default"].vendor == "sqlite":
            time.sleep(max(0.0, free_since + FREE - time.monotonic()))
        began = time.monotonic()
        _write_batch(batch, origin, by, tally)
        free_since = time.monotonic()
        held = free_since - began
        size = max(FEWEST, size // 2) if held > LONGEST else min(MOST, size * 2) if held < LONGEST / 2 else size
    return tally


def _write_batch(batch: list[Telling], origin: Origin, by: By, tally: Tally) -> None:
    """Append what a batch adds; where the record refuses a value, find the events that hold it, and list them."""
    try:
        _append(batch, origin, by, tally)
    except ProfileError:
        good = _sifted(batch, origin, tally)
        if len(good) == len(batch):
            raise
        _append(good, origin, by, tally)


def _append(batch: list[Telling], origin: Origin, by: By, tally: Tally) -> None:
    with writing() as head:
        made = batch_of(batch, origin, head.size)
        if made.drafts:
            append(head, *made.drafts, by=by)
    tally.new, tally.corrected, tally.same = (
        tally.new + made.new,
        tally.corrected + made.corrected,
        tally.same + made.same,
    )


def _sifted(batch: Iterable[Telling], origin: Origin, tally: Tally) -> list[Telling]:
    """Return the events whose entries the record takes; the others are listed with the record's own sentence."""
    good = []
    for one in batch:
        try:
            for draft in batch_of([one], origin, 0).drafts:
                _check(draft)
        except ProfileError as refusal:
            tally.rejects.append(reject_of(one.event, str(refusal)))
        else:
            good.append(one)
    return good


def _check(draft: Draft) -> None:
    facts = {**draft.facts, "request": "0" * 32, "refs": {role: list(keys) for role, keys in draft.refs.items()}}
    if draft.occurred_at is not None:
        facts["occurred_at"] = draft.occurred_at
    words = draft.words if not isinstance(draft.words, bytes) else {}
    draft.kind.check(facts, dict(words), n=0)


def _close(by: By, key: str, found: Survey, tally: Tally, covers: list[dict[str, str]]) -> None:
    rejects = [*found.rejects, *tally.rejects]
    lists = {"rejects_files": pieces_of_rejects(rejects), "findings_files": pieces_of_findings(found, rejects)}
    attached: dict[str, list[FileDraft]] = {
        name: [draft_file(piece) for piece in pieces] for name, pieces in lists.items()
    }
    facts: dict[str, Any] = {
        "children": len(found.children),
        "events": found.events - len(tally.rejects),
        "new": tally.new,
        "corrected": tally.corrected,
        "same": tally.same,
        "rejects": len(rejects),
        "doubts": len(found.doubts) - len(found.conflicts),
        "conflicts": len(found.conflicts),
        "told": [{"kind": kind, "count": count} for kind, count in sorted(found.told.items())],
        "coverage": covers,
        **{name: [file.digest for file in files] for name, files in attached.items() if files},
    }
    files = tuple(file for listed in attached.values() for file in listed)
    draft = Draft(
        kind=ImportClosed, subject=key, facts=facts, refs={"agency": [by.agency]}, occurred_at=NOW, files=files
    )
    with writing() as head:
        if Import.objects.filter(key=key, closed_n=None).exists():
            append(head, draft, by=by)


def agency_of(*, by: By, named: str = "") -> By:
    """Return who brings files in for which agency: the one named, the actor's own, else the only council there is."""
    from heed.people.models import Agency

    if named or _works_for(by):
        return By(by.actor, named or str(_works_for(by)), by.at)
    councils = list(Agency.objects.filter(type="council").values_list("key", flat=True)[:2])
    if len(councils) > 1:
        raise HeedError("There are several councils here; say whose files they are with --agency KEY.")
    return By(by.actor, councils[0], by.at) if councils else by


__all__ = ["Answered", "agency_of", "agree", "bring_in"]
