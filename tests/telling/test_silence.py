"""No letter of the whole demonstration names anybody or says anything: every name, word, code and key is looked for."""

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import databases
from heed.cases.concern.entries import DECISIONS, HARMS, SOURCES, THREATS
from heed.cli.demo import _make_accounts
from heed.people.models import Agency, Child, Team, Worker
from heed.people.post.folder import folder
from heed.people.post.models import Letter
from heed.people.post.sending import FOLDER
from heed.record import reading
from heed.record.place import Place
from heed.simulate.borough import NOTES, make_borough

UNTIL = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
# Words that the letters themselves are made of, and that a name or a code may be too.
COMMON = {"other", "child"}


# 75: as many days as `heed demo` lives through.
@pytest.fixture(params=[25, pytest.param(75, marks=pytest.mark.long)])
def letters(request: Any, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[list[Any]]:
    with django_db_blocker.unblock():
        settings.DATA, settings.EMAIL_BACKEND = tmp_path, FOLDER
        databases.fresh("sqlite", tmp_path)
        make_borough(place=Place(tmp_path), seed=1, until=UNTIL, days=request.param, seated=_make_accounts)
        files = sorted(folder().glob("*.eml"))
        yield [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        databases.connections["default"].close()


def text_of(message: Any) -> str:
    """Return everything a reader or a mail server sees, but the address it goes to."""
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items() if name != "To"), *parts])


def values(found: Any) -> Iterator[str]:
    """Yield every text inside facts or words."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from values(value)
    elif isinstance(found, list):
        for value in found:
            yield from values(value)


def secrets() -> set[str]:
    """Return what no letter may hold: names, words, codes, keys."""
    found: set[str] = set(NOTES) | set(HARMS) | set(THREATS) | set(SOURCES) | set(DECISIONS)
    for table in (Agency, Team, Worker, Child):
        for name in table.objects.values_list("name", flat=True):
            found |= {name, *name.split()}
    for entry in reading.entries(0, reading.size()):
        found |= set(values(entry.words))
        if not entry.kind.startswith("notice."):
            found |= {entry.subject, *values((entry.facts or {}).get("refs", {}))}
    return {secret for secret in found if secret not in COMMON and len(secret) > 2}


def test_no_letter_of_the_demonstration_says_anything(letters: list[Any]) -> None:
    assert len(letters) == Letter.objects.filter(state="sent").count() > 25
    secret = sorted(secrets())
    assert len(secret) > 200, "the borough has said a lot"
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in secret))
    for message in letters:
        text = text_of(message)
        assert pattern.search(text) is None, pattern.search(text)
        assert not re.search(r"\bK\d\b", text), "a clause says what a letter may not"
        assert re.findall(r"https?://[^\s<\"]+", text) and "999" in text
    kinds = {line for message in letters for line in re.findall(r"is new|is due soon|climbed", text_of(message))}
    assert kinds >= {"is new", "climbed"}, "all that a borough tells was looked at"


@pytest.mark.parametrize("letters", [6], indirect=True)
def test_the_search_would_find_a_name_a_word_and_a_key(letters: list[Any]) -> None:
    secret = secrets()
    child = Child.objects.first()
    assert child is not None
    assert {child.name, child.key, "Mia", "sexual_exploitation", "We have decided and act on it."} <= secret
