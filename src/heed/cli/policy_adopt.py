"""`heed policy adopt`: what a pack or a calendar would change on this record, and, with --by and --reason, propose it.

A second person of another agency approves it on its page, signed in with her second factor: who runs the machine alone
changes no law (docs/adr/adopting-packs.md).
"""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from heed.lib.errors import HeedError
from heed.lib.files import write_atomic
from heed.lib.progress import bar

from .output import answer
from .record_place import open_record

if TYPE_CHECKING:
    from heed.duties.procedures import Preview
    from heed.record.model import By

WORDS = {
    "opens": "open",
    "overdue": "overdue at once",
    "unknown": "undecided for a missing fact",
    "goes": "go",
    "turns": "turn",
    "moves": "move",
}


def adopt(args: argparse.Namespace) -> None:
    """Show what a text would change; propose it where somebody is named who may."""
    if len(args.names) != 1:
        raise HeedError("Name one pack or file: heed policy adopt FILE.")
    if bool(args.by) != bool(args.reason):
        raise HeedError("To propose it say who and why: --by ADDRESS --reason WHY. Without both it is only shown.")
    open_record(args)
    from heed.duties import adopting, procedures, ready
    from heed.duties.engine import adopted
    from heed.duties.lawful import candidate
    from heed.policy.files import pack_text

    text, file = pack_text(args.names[0])
    now, begins = datetime.now(UTC), args.begins or ""
    if args.by:
        by = _worker(args.by)
        entry = adopting.propose(by=by, text=text, reason=args.reason, begins=begins, file=file, now=now, track=bar)
        shown = procedures.preview(candidate(entry.fact("text"), law=adopted(entry.n)), entry.fact("effect"))
        _answer(args, shown, entry.n, entry.fact("reached"))
        return
    found = candidate(text, law=adopted(adopting.ALL), file=file, begins=begins)
    made = ready.prepare(found.law, now, track=bar)
    _answer(args, procedures.preview(found, made.effects.rows()), None, made.below - 1)


def _worker(named: str) -> "By":
    """Return who proposes, named by her address or her key."""
    from heed.people.models import Account, Worker
    from heed.record.model import By

    key = Account.objects.filter(user__email__iexact=named).values_list("worker", flat=True).first() or named
    worker = Worker.objects.filter(key=key, left_n=None).first()
    if worker is None:
        raise HeedError(f"Nobody who works here has the address or key {named!r}.")
    return By(worker.key, worker.agency)


def _answer(args: argparse.Namespace, shown: "Preview", n: int | None, reached: int) -> None:
    clauses = [
        {
            "clause": line.change.clause.id,
            "version": line.change.clause.version,
            "becomes": line.change.what,
            "in_force": line.change.clause.in_force_text[0],
            "confirmed": line.change.clause.confirmed,
            "duties": {name: line.effect.get(name, "0") for name in WORDS},
        }
        for line in shown.lines
    ]
    days = [
        {"day": day.isoformat(), "becomes": "bank holiday" if comes else "working day"} for day, comes in shown.days
    ]
    document = {
        "ok": True,
        "what": shown.found.what,
        "name": shown.found.name,
        "version": shown.found.version,
        "digest": shown.found.digest,
        "proposed": n,
        "reached": reached,
        "duties": {name: shown.total[name] for name in WORDS},
        "clauses": clauses,
        "others": shown.others,
        "days": days,
    }
    answer(args, document, "\n".join(_lines(document)))


def _lines(document: dict[str, Any]) -> list[str]:
    said = f"{document['what']} {document['name']} {document['version']}"
    lines = [
        f"Of the duties on this record (to entry {document['reached']}): {_counts(document['duties'])}.",
        *(
            f"{row['clause']} ({row['version']}): {row['becomes']}, in force from {row['in_force']}, "
            f"limit {row['confirmed']}; {_counts(row['duties'])}"
            for row in document["clauses"]
        ),
        *(f"{row['clause']}, of another text: {_counts(row)}" for row in document["others"]),
        *(f"{row['day']} becomes a {row['becomes']}." for row in document["days"]),
    ]
    if document["proposed"] is None:
        return [f"The {said} would be adopted.", *lines, "Nothing is proposed yet: add --by ADDRESS --reason WHY."]
    done = f"The {said} is proposed, entry {document['proposed']}."
    return [done, *lines, "Somebody of another agency approves it on its page, under Procedures."]


def _counts(row: dict[str, str]) -> str:
    """Return counts in words; `c` is 1 to 5."""
    return (
        ", ".join(f"{row[name]} {word}" for name, word in WORDS.items() if row.get(name, "0") != "0") or "none differs"
    )


def calendar(args: argparse.Namespace) -> None:
    """Write the calendar in force as a file that can be changed and adopted."""
    open_record(args)
    from heed.duties.adopting import ALL
    from heed.duties.engine import adopted
    from heed.policy.bank_holidays import text_of

    law = adopted(ALL)
    text = law.calendar or text_of(law.days(), version="as-carried", source="the pinned holidays package")
    if args.out:
        write_atomic(args.out, text.encode())
        return
    answer(args, {"calendar": text}, text.rstrip("\n"))
