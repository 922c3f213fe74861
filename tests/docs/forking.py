"""A server that has Heed's libraries imported and forks for each `heed` command of an example: a start costs a second
of imports, and the pages hold over a hundred commands. Each command runs in a process of its own, with the caller's own
files, folder and environment; Django and everything of Heed's that reads settings is imported by the fork alone.

`python forking.py serve SOCKET` serves until its parent ends; `python -S forking.py SOCKET WORD…` runs one command.
"""

import json
import os
import select
import signal
import socket
import sys
from typing import Any

# What takes long to import and looks at no setting.
HEAVY = (
    *("numpy", "yaml", "requests", "cryptography.hazmat.primitives.asymmetric.ed25519", "pyrage", "holidays"),
    *("django.core.management", "django.db.models", "django.forms", "django.template", "django.urls", "django.test"),
    *("heed.policy", "heed.log.receipt", "heed.log.witness_http", "heed.cli.main"),
)


def serve(path: str) -> None:
    """Import, listen, and fork for each caller; end when whoever started us ends."""
    for name in HEAVY:
        __import__(name)
    parent = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(16)
        listening.settimeout(1)
        while os.getppid() == parent:
            try:
                caller, _ = listening.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listening.close()
                caller.setblocking(True)
                attend(caller)
                os._exit(0)
            caller.close()


def attend(caller: socket.socket) -> None:
    """Run one command in a process of its own; tell the caller its exit code, or end it when the caller goes."""
    data, files, _, _ = socket.recv_fds(caller, 1 << 20, 3)
    work: dict[str, Any] = json.loads(data)
    pid = os.fork()
    if pid == 0:
        become(work, files)
    ended = os.pidfd_open(pid)
    ready, _, _ = select.select([ended, caller], [], [])
    if ended not in ready:
        os.kill(pid, signal.SIGTERM)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if ended in ready:
        caller.sendall(str(code).encode())


def become(work: dict[str, Any], files: list[int]) -> None:
    """Become the command: its files, folder, environment and words; never return."""
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.chdir(work["folder"])
    os.environ.clear()
    os.environ.update(work["environment"])
    sys.argv = ["heed", *work["words"]]
    code = 1
    try:
        from heed.cli.main import main

        code = main(work["words"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        if sys.exc_info()[0]:
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        os._exit(code)


def call(path: str, words: list[str]) -> int:
    """Have the server run a command with our own files, folder and environment; return its exit code."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        work = {"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}
        socket.send_fds(server, [json.dumps(work).encode()], [0, 1, 2])
        return int(server.recv(16) or b"1")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(call(sys.argv[1], sys.argv[2:]))
