"""The real excerpt and the whole real release, read once."""

from pathlib import Path

import pytest

from heed.scrutiny.published.importing import Imported, read_folder
from heed.scrutiny.published.index import Statistics, statistics_of
from heed.scrutiny.published.view import Surroundings, surroundings

EXCERPT = Path(__file__).parent / "excerpt"


@pytest.fixture(scope="session")
def release_folder(shared: Path) -> Path:
    return shared / "data" / "dfe-children-in-need-2013-2024"


@pytest.fixture(scope="session")
def release(release_folder: Path) -> Imported:
    """The whole release of the year ending March 2024, as downloaded."""
    return read_folder(release_folder)


@pytest.fixture(scope="session")
def whole(release: Imported) -> Statistics:
    return statistics_of(release)


@pytest.fixture(scope="session")
def excerpt() -> Statistics:
    """England, one region and its fifteen councils, of the same release."""
    return statistics_of(read_folder(EXCERPT))


@pytest.fixture(scope="session")
def around(excerpt: Statistics) -> Surroundings:
    return surroundings(excerpt)
