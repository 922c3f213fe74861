"""What a text must be before it is proposed or adopted: readable, whole, lawful beside what is in force.

HeedError names each thing that is wrong: file, line, clause, problem, remedy. Nothing is written here, and the texts in
force stay in force.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from heed.entry.kinds import kinds
from heed.lib.errors import Answered, HeedError
from heed.policy.bank_holidays import CalendarText, is_calendar, parse_calendar
from heed.policy.calendars import calendar_of
from heed.policy.check import check_packs
from heed.policy.commencing import Version, begin
from heed.policy.examples import run_examples
from heed.policy.language import parse_pack
from heed.policy.strict import refusal
from heed.policy.succession import Change, changes, coming, rejects
from heed.policy.words import Pack

from .engine import InForce, followed, parsed
from .models import Duty


@dataclass(frozen=True)
class Candidate:
    """A text that may be adopted, beside what is in force."""

    what: str  # pack | calendar
    name: str
    version: str
    text: str
    follows: str  # digest of the text that it would replace; empty where there is none
    law: InForce  # as it would be
    changes: tuple[Change, ...] = ()
    days: tuple[tuple[date, bool], ...] = ()  # bank holidays that come (True) and go

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, as entries state it; empty for no text."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def candidate(text: str, *, law: InForce, file: str = "the pack", begins: str = "") -> Candidate:
    """Return a pack or a calendar as it would be adopted; what is new in a pack begins on `begins` where that is given.

    1. read it; 2. let it begin; 3. check it beside the other packs; 4. compare it with the text it follows; 5. run its
    examples.
    """
    if is_calendar(text):
        if begins:
            raise HeedError("A calendar begins with its adoption; leave the day out.")
        return _calendar(parse_calendar(text, file), law)
    pack = parse_pack(text, file=file, kinds=kinds)
    calendar_of(pack.calendar)
    running = running_packs(law)
    found = changes(running.get(pack.name), pack)
    if begins:
        text = begin(text, pack.clauses, coming(found), begins)
        pack = parse_pack(text, file=file, kinds=kinds)
        found = changes(running.get(pack.name), pack)
    check_packs([*({**running, pack.name: pack}.values())])
    _check_succession(found)
    _check_examples(pack)
    follows = digest_of(text_in_force(law, pack.name))
    _is_new(follows, text, f"The pack {pack.name} {pack.version}")
    return Candidate("pack", pack.name, pack.version, text, follows, followed(law, pack.name, text), tuple(found))


def _calendar(read: CalendarText, law: InForce) -> Candidate:
    follows = digest_of(law.calendar)
    _is_new(follows, read.text, f"The calendar {read.version}")
    before, after = law.days().bank_holidays, read.calendar.bank_holidays
    days = sorted([(day, True) for day in after - before] + [(day, False) for day in before - after])
    new = followed(law, "", read.text)
    return Candidate("calendar", read.calendar.name, read.version, read.text, follows, new, days=tuple(days))


def _is_new(follows: str, text: str, what: str) -> None:
    if follows == digest_of(text):
        raise Answered(f"{what} is adopted already, word for word.")


def running_packs(law: InForce) -> dict[str, Pack]:
    """Return the packs in force by name."""
    return {pack.name: pack for pack in map(parsed, law.texts)}


def text_in_force(law: InForce, pack: str) -> str:
    """Return the text of a pack in force; empty for none."""
    return next((text for text in law.texts if parsed(text).name == pack), "")


def _check_succession(found: list[Change]) -> None:
    refused = list(rejects(found, resting()))
    if refused:
        raise refusal(refused)


def resting() -> dict[Version, int]:
    """Return how many duties rest on each version of each clause, ended ones too."""
    rows = Duty.objects.values("clause", "version").annotate(count=Count("pk"))
    return {(row["clause"], row["version"]): row["count"] for row in rows}


def _check_examples(pack: Pack) -> None:
    wrong = run_examples([pack])
    if wrong:
        remedy = "Mend the clause or its example: they are the manual's own tests."
        raise refusal(
            [
                {
                    "file": pack.file,
                    "line": row["line"],
                    "clause": row["clause"],
                    "problem": f"Its example {row['example']!r} does not give what it says.",
                    "remedy": remedy,
                }
                for row in wrong
            ]
        )
