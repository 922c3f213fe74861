from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import databases
import world as worlds

from . import cast


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def vendor(request: pytest.FixtureRequest) -> str:
    databases.demand(request.param == "postgresql" and databases.programs() is None, "PostgreSQL")
    return str(request.param)


@pytest.fixture
def world(vendor: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[worlds.World]:
    """The cast with more reporters and readers, on both databases."""
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        for made in worlds.build(vendor, tmp_path):
            cast.seat_more(made)
            yield made


@pytest.fixture
def site(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[worlds.World]:
    """The cast on SQLite with an account each; second factors are tested with the web shell."""
    from django.contrib.auth.models import User

    from heed.people.models import Account

    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "second_factor" not in m]
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        for made in worlds.build("sqlite", tmp_path):
            cast.seat_more(made)
            for who in made.agency_of:
                user = User.objects.create(username=who, email=f"{who}@example.org")
                Account.objects.create(user=user, worker=made.keys[who])
            yield made
