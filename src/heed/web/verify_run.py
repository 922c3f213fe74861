"""Verify as a process of its own, started from the page: it takes minutes on a large record, and a page must not wait.

The run writes DATA/verify/progress.json as it goes and DATA/verify/result.json at the end; one runs at a time, by a
lock that the process holds. Run by the page as `python -m heed.web.verify_run`.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
EVERY = 0.5  # seconds between two notes of progress


@dataclass(frozen=True)
class Run:
    """The newest run: running, or ended with a verdict; `percent` is of the step it is at."""

    is_running: bool
    started_at: datetime | None = None
    ended_at: datetime | None = None
    step: str = ""
    percent: int = 0
    holds: bool = False
    sentences: tuple[str, ...] = ()


def folder_of(data: Path) -> Path:
    """Return where runs write."""
    return data / "verify"


def start(data: Path) -> bool:
    """Start a run; False when one is going on already."""
    folder = folder_of(data)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _is_locked(folder):
        return False
    (folder / "result.json").unlink(missing_ok=True)
    _write(folder / "progress.json", _note(datetime.now(UTC).isoformat()))  # ours until the process writes its own
    environment = {"DJANGO_SETTINGS_MODULE": "heed.web.settings"} | os.environ | {"HEED_DATA": str(data)}
    process = subprocess.Popen(
        [sys.executable, "-m", "heed.web.verify_run"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie
    return True


def newest(data: Path) -> Run | None:
    """Return the newest run, None before the first."""
    folder = folder_of(data)
    progress, result = _read(folder / "progress.json"), _read(folder / "result.json")
    if progress is None:
        return None
    began = datetime.fromisoformat(progress["started_at"])
    if result is not None:
        ended = datetime.fromisoformat(result["ended_at"])
        return Run(False, began, ended, holds=result["ok"], sentences=tuple(result["sentences"]))
    if not _is_alive(progress["pid"]):
        return Run(False, began, sentences=("The run ended without an answer; start it again.",))
    return Run(True, began, step=progress["step"], percent=progress.get("percent", 0))


def main() -> int:
    """Verify the record of this environment and write what was found."""
    import fcntl

    import django

    django.setup()
    from django.conf import settings

    folder = folder_of(Path(settings.DATA))
    with open(folder / "lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 1
        started = datetime.now(UTC).isoformat()
        _write(folder / "progress.json", _note(started))
        result = _verify(folder, started)
        _write(folder / "result.json", result | {"ended_at": datetime.now(UTC).isoformat()})
    return 0


def _verify(folder: Path, started: str) -> dict[str, Any]:
    from heed.lib.errors import HeedError
    from heed.record.verify import verify

    try:
        report = verify(track=Noted(folder / "progress.json", started))
    except HeedError as refusal:
        return {"ok": False, "sentences": [str(refusal)]}
    return {"ok": True, "sentences": report.sentences(), "report": asdict(report)}


class Noted:
    """A `track` that notes step and percentage in a file, at most twice a second."""

    def __init__(self, path: Path, started: str) -> None:
        self.path, self.started, self.last = path, started, 0.0

    def __call__(self, items: Iterable[T], total: int | None, what: str) -> Iterator[T]:
        for done, item in enumerate(items):
            if time.monotonic() - self.last > EVERY:
                self.last = time.monotonic()
                _write(self.path, _note(self.started, what, done * 100 // total if total else 0))
            yield item


def _note(started: str, step: str = "", percent: int = 0) -> dict[str, Any]:
    return {"pid": os.getpid(), "started_at": started, "step": step, "percent": min(percent, 100)}


def _is_locked(folder: Path) -> bool:
    import fcntl

    with open(folder / "lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z " not in stat.read_text()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return found


def _write(path: Path, document: dict[str, Any]) -> None:
    """Replace the file at once, so that no reader sees half of it."""
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(document))
    temporary.replace(path)


if __name__ == "__main__":
    sys.exit(main())
