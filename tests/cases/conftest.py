from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import databases
import world as worlds


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def vendor(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql" and databases.programs() is None:
        pytest.skip("PostgreSQL's programs are not installed")
    return str(request.param)


@pytest.fixture
def world(vendor: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[worlds.World]:
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        yield from worlds.build(vendor, tmp_path)
