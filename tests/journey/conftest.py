"""The cast on a real record, on both databases, and what tests of imports share."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.conftest import vendor, world
from heed.cases.journey import services
from heed.cases.journey.models import Import
from world import World

__all__ = ["vendor", "world"]

CORPUS = Path(__file__).parent.parent / "returns" / "corpus"
TODAY = date(2026, 3, 2).isoformat()
Bring = Callable[..., Import]


@pytest.fixture
def bring(world: World) -> Bring:
    """Bring files in for the council, by its service manager."""

    def call(standard: str, path: Path, **more: Any) -> Import:
        return services.bring_in(by=world.by("sid"), standard=standard, path=path, today=TODAY, **more)

    return call
