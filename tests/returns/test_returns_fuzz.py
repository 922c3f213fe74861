"""Whatever is done to a file, a reader answers with rows, rejects and doubts, or with one sentence why not."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from heed.lib.errors import HeedError
from heed.returns import STANDARDS, events, read
from heed.returns.journey import Event
from heed.returns.rejects import write_rejects
from heed.returns.rows import Doubt, Reject, Row

CORPUS = Path(__file__).parent / "corpus"
FILES = [
    (folder.name, path) for folder in sorted(CORPUS.iterdir()) if folder.is_dir() for path in sorted(folder.iterdir())
]
SEEDS = [seed for seed in FILES if not seed[1].stem.startswith("wrong")]
WRONG = [seed for seed in FILES if seed[1].stem.startswith("wrong")]
# What turns a good file into a bad one: marks of each format, odd characters, odd numbers.
PIECES = [
    b"", b",", b"\n", b"\r", b'"', b"\0", b"\xff", b"\xfe\xff", b"\xc3", b"<", b">", b"&", b"&x;", b"]]>", b"<!--",
    b"'", b"=1+1", b"29/02/2019", b"99/99/9999", b"0", b"-1", b"1e999", b"nan", b"NULL", b"#REF!", b"43831", b"9" * 20,
    "٣".encode(), "\u202e".encode(), "é".encode("cp1252"), b"A" * 300, b"<Child>", b"</CINdetails>", b't="s"',
    b"<v>-7</v>", b'r="ZZZ9"', b"2020-01-01T99:99", b"<!DOCTYPE a>", b"{", b"[", b"\\u0000", b"PK\x03\x04",
]  # fmt: skip
Edit = tuple[float, int, bytes]
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=4)),
    min_size=1,
    max_size=5,
)


def changed(data: bytes, changes: list[Edit]) -> bytes:
    """Return the bytes with some replaced: at a place, so many taken out, these put in."""
    for place, taken, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + taken :]
    return data


def changed_workbook(data: bytes, changes: list[Edit], which: int) -> bytes:
    """Return a workbook of which one part is changed inside, so that the package itself stays whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = [name for name in old.namelist() if name.startswith("xl/")]
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, changed(body, changes) if name == names[which % len(names)] else body)
    return out.getvalue()


def survive(standard: str, path: Path) -> None:
    """Read a file to the end and check what must hold of any answer."""
    try:
        items = list(read(standard, path))
    except HeedError as refusal:
        assert str(refusal)
        return
    assert all(isinstance(item, Row | Reject | Doubt) for item in items)
    told = [event for event in events(standard, items) if isinstance(event, Event)]
    identities = [(event.KIND, event.identity) for event in told]
    assert len(identities) == len(set(identities))
    refused = [item for item in items if isinstance(item, Reject)]
    for file in write_rejects(refused, path.parent / "rejects"):
        try:
            list(read(standard, file))
        except HeedError as refusal:
            assert str(refusal)
        file.unlink()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.sampled_from(SEEDS), changes=edits, which=st.integers(0, 30), inside=st.booleans())
def test_a_changed_file_is_read_or_refused(
    tmp_path: Path, seed: tuple[str, Path], changes: list[Edit], which: int, inside: bool
) -> None:
    standard, path = seed
    data = path.read_bytes()
    book = inside and path.suffix == ".xlsx"
    (tmp_path / path.name).write_bytes(changed_workbook(data, changes, which) if book else changed(data, changes))
    survive(standard, tmp_path / path.name)
    (tmp_path / path.name).unlink()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), standard=st.sampled_from(list(STANDARDS)))
@example(data=b"\xff\xfe<", standard="cin")
@example(data=b"CHILD,DOB\n", standard="ssda903")
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, standard: str) -> None:
    for ending in (".csv", ".xlsx", ".xml"):
        path = tmp_path / f"file{ending}"
        path.write_bytes(data)
        survive(standard, path)
        path.unlink()


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed[1].name)
def test_many_thousand_changes(tmp_path: Path, seed: tuple[str, Path]) -> None:
    standard, path = seed
    chance, data = random.Random(20260331), path.read_bytes()
    for number in range(1500):
        changes = [
            (chance.random(), chance.choice([0, 0, 1, 2, 9, 40]), chance.choice(PIECES))
            for _ in range(chance.randint(1, 4))
        ]
        book = path.suffix == ".xlsx" and number % 4
        wrong = changed_workbook(data, changes, number) if book else changed(data, changes)
        (tmp_path / path.name).write_bytes(wrong)
        survive(standard, tmp_path / path.name)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed[0]}-{seed[1].name}")
def test_the_corpus_is_read_without_a_reject(seed: tuple[str, Path]) -> None:
    standard, path = seed
    items = list(read(standard, path))
    assert any(isinstance(item, Row) for item in items)
    assert [item for item in items if isinstance(item, Reject)] == []


@pytest.mark.parametrize("seed", WRONG, ids=lambda seed: f"{seed[0]}-{seed[1].name}")
def test_what_once_made_a_reader_fail_is_refused(seed: tuple[str, Path]) -> None:
    with pytest.raises(HeedError):
        list(read(*seed))
