"""What every test shares: the shared folder, and the switch for long runs."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import databases

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the long property and coverage runs")


# The ordinary run tries the same examples every time, so that it never fails by luck; the long one goes exploring.
settings.register_profile("ordinary", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("exploring", derandomize=False, deadline=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("exploring" if config.getoption("--long") else "ordinary")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give all tests on PostgreSQL to one worker (one cluster), and all over the demonstration to one (made once).

    By the tests' names: xdist 3.8 writes its `xdist_group` where pytest 9.2 no longer reads it, and groups nothing.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByGroup(config, log)


def group_of(nodeid: str) -> str:
    """Return the group that a test runs with: most are alone."""
    file = nodeid.partition("::")[0]
    if "/test_browser" in file and "/web/" not in file:
        return "demo"
    if "/web/test_browser" in file:
        return "site"
    return "postgres" if "postgresql" in nodeid else nodeid


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="a long run: ./heed test --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder shared/ beside the project; CI fails without it, elsewhere its tests skip."""
    folder = Path(os.environ.get("HEED_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"shared/ is missing at {folder}")
        pytest.skip("shared/ is not beside this checkout; set HEED_SHARED")
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = shutil.which("chromium")
    databases.demand(program is None, "Chromium")
    quiet = "--disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic"
    return {**browser_type_launch_args, "executable_path": program, "args": quiet.split()}
