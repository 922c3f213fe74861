"""Every fenced example of every page is run in a fresh folder, and what the page says is printed must be printed."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import databases

from .pages import ROOT, RUN, SHOWN, Step, blocks, matches, new_mark, pages, script, steps

WITH_EXAMPLES = [page for page in pages() if any(block.language in RUN for block in blocks(page))]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with `heed` and `python` of this checkout, to stand first on the PATH."""
    folder = tmp_path_factory.mktemp("bin")
    forking, listening = ROOT / "tests" / "docs" / "forking.py", folder / "socket"
    for program, words in (("heed", f"-S -E {forking} {listening}"), ("python", "")):
        path = folder / program
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        path.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen([sys.executable, str(forking), "serve", str(listening)], env=environment)
    while not listening.exists():
        assert server.poll() is None, "the server of the examples ended"
        time.sleep(0.05)
    yield folder
    server.terminate()
    server.wait()


def run(
    found: list[Step], folder: Path, programs: Path, further: dict[str, str] | None = None
) -> list[tuple[list[str], int]]:
    """Run the steps in one shell; return what each printed and its exit status. Port 8700 becomes a free one."""
    mark = new_mark()
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HEED_", "DJANGO_", "PG"))}
    environment = {
        **clean,
        **(further or {}),
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    text = script(found, mark).replace("8700", free_port())
    done = subprocess.run(
        ["bash", "-s"], input=text, capture_output=True, text=True, cwd=folder, env=environment, timeout=300
    )
    parts = re.split(rf"\n{mark} (\d+)\n", done.stdout)
    printed = [part.splitlines() for part in parts[0:-1:2]]
    return list(zip(printed, map(int, parts[1::2]), strict=True))


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def needs_postgresql(paper: Path) -> bool:
    return "<!-- needs: postgresql -->" in paper.read_text(encoding="utf-8")


@pytest.mark.parametrize("paper", [paper for paper in WITH_EXAMPLES if not needs_postgresql(paper)], ids=name)
def test_the_examples_of_a_page_do_what_it_says(paper: Path, tmp_path: Path, programs: Path) -> None:
    check(paper, run(steps(paper), tmp_path, programs))


@pytest.mark.postgres
@pytest.mark.parametrize("paper", [paper for paper in WITH_EXAMPLES if needs_postgresql(paper)], ids=name)
def test_the_examples_do_what_they_say_on_postgresql(paper: Path, tmp_path: Path, programs: Path) -> None:
    """The page's `sql` runs as the superuser of a cluster that the tests start themselves."""
    databases.demand(databases.programs() is None, "PostgreSQL")
    for statement in [block.text for block in blocks(paper) if block.language == "sql"]:
        for line in statement.splitlines():
            databases.admin(line)
    check(paper, run(steps(paper), tmp_path, programs, {"PGHOST": str(databases.cluster())}))


def check(paper: Path, results: list[tuple[list[str], int]]) -> None:
    """Compare what a page's commands printed, and how they ended, with what it says."""
    found = steps(paper)
    for at, (step, (printed, status)) in enumerate(zip(found, results, strict=False)):
        where = f"{name(paper)}:{step.line}: {step.command}"
        if step.expected is not None:
            assert matches(step.expected, printed), f"{where}\nprinted\n" + "\n".join(printed)
        asked = at + 1 < len(found) and found[at + 1].command == "echo $?"
        assert status == 0 or asked, f"{where}\nended with {status}\n" + "\n".join(printed)
    assert len(results) == len(found), f"{name(paper)}: the shell ended after {len(results)} of {len(found)} commands"


@pytest.mark.parametrize("paper", pages(), ids=name)
def test_every_fence_says_what_it_is(paper: Path) -> None:
    for block in blocks(paper):
        assert block.language in RUN | SHOWN, f"{name(paper)}:{block.line}: a fence of {block.language!r}"
        assert block.language != "sql" or needs_postgresql(paper), f"{name(paper)}:{block.line}: sql that nothing runs"


def test_the_wildcard_stands_for_anything_and_for_nothing_else() -> None:
    assert matches(["Entry … is held."], ["Entry 3 is held."])
    assert not matches(["Entry … is held."], ["Entry 3 is free."])
    assert matches(["a", "…", "d"], ["a", "b", "c", "d"])
    assert not matches(["a"], ["a", "b"])
    assert not matches(["Nothing is wrong."], [])


def test_an_example_that_prints_otherwise_or_fails_is_noticed(tmp_path: Path, programs: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n$ false\n$ echo $?\n1\n```\n")
    results = run(steps(page), tmp_path, programs)
    assert [status for _, status in results] == [0, 1, 0]
    assert not matches(["two"], results[0][0])
    assert matches(["1"], results[2][0])
