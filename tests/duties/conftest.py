from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

import databases
import world as worlds
from heed.people.models import Account


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def vendor(request: pytest.FixtureRequest) -> str:
    databases.demand(request.param == "postgresql" and databases.programs() is None, "PostgreSQL")
    return str(request.param)


@pytest.fixture
def world(vendor: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[worlds.World]:
    """The cast on both databases, each with an account; second factors are tested with the web shell."""
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "second_factor" not in m]
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        for made in worlds.build(vendor, tmp_path):
            for who in worlds.PEOPLE:
                user = User.objects.create(username=who, email=f"{who}@example.org")
                Account.objects.create(user=user, worker=made.keys[who])
            yield made


def client(who: str) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    return browser
