"""The names by which events are known again must never change: else every second import would be a heap of copies.

`golden/identities.json` was written once from the corpus by `write_golden` below. A difference here means that records
which already hold imported events would take a corrected file for new events; it is not to be regenerated away.
"""

import hashlib
import json
from pathlib import Path

import pytest

from heed.returns import events, read
from heed.returns.identity import content_digest, identity_digest
from heed.returns.journey import Event

FOLDER = Path(__file__).parent
GOLDEN = FOLDER / "golden" / "identities.json"
STANDARDS = ("ssda903", "cin", "annex-a", "ssd", "concerns")


def files_of(standard: str) -> list[Path]:
    return [path for path in sorted((FOLDER / "corpus" / standard).iterdir()) if not path.stem.startswith("wrong")]


def names_of(standard: str) -> dict[str, list[list[str]]]:
    """Return for each corpus file the kind, identity and content digest of every event it tells."""
    told: dict[str, list[list[str]]] = {}
    for path in files_of(standard):
        found = [event for event in events(standard, read(standard, path)) if isinstance(event, Event)]
        told[path.name] = [[event.KIND, identity_digest(event), content_digest(event)] for event in found]
    return told


def write_golden() -> None:
    GOLDEN.write_text(json.dumps({name: names_of(name) for name in STANDARDS}, indent=1) + "\n")


@pytest.mark.parametrize("standard", STANDARDS)
def test_events_keep_their_names(standard: str) -> None:
    assert names_of(standard) == json.loads(GOLDEN.read_text())[standard]


def test_a_name_can_be_computed_without_us() -> None:
    event = next(e for e in events("ssda903", read("ssda903", files_of("ssda903")[0])) if isinstance(e, Event))
    text = '["looked_after_episode","ssda903","episode","INVENTED1","2020-05-01"]'
    assert identity_digest(event) == hashlib.sha256(text.encode()).hexdigest()
