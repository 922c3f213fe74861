"""`heed serve`: check the record, gather the static files, then serve the pages with gunicorn."""

import argparse
import os
import sys
from pathlib import Path

from heed.lib.errors import HeedError

from .output import data_folder, say
from .record_place import open_record

# webstack.md section 6, measured on 24 Nov 2026: two processes of four threads, as fast as more and better at p99.
WORKERS, THREADS = 2, 4
# Seconds that an idle connection stays open: longer than a proxy keeps its own (nginx: 60), or a request meets a door
# that closes before it, which the proxy answers with an error. A waiting connection holds no thread.
KEPT = 75
# What django-htmx ships and no page asks for; without it a start takes a quarter of the time.
UNUSED = ["htmax*", "htmx-4*", "htmx-2.js", "ext"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument(
        "--bind", metavar="ADDRESS", default="127.0.0.1", help="address to listen on (default: this machine alone)"
    )
    parser.add_argument("--workers", type=int, default=WORKERS, help=f"processes (default: {WORKERS})")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; refuse, with the sentence of what is wrong, a record that may not be served.

    1. hashed names, and a folder for large uploads; 2. gather the static files, and the page that a proxy shows while
    Heed is closed; 3. the record's own checks; 4. the web's secret; 5. become gunicorn.
    """
    os.environ["HEED_HASHED_STATIC"] = "1"
    if data_folder(args).is_dir():
        (data_folder(args) / "uploads").mkdir(mode=0o700, exist_ok=True)
    folder = open_record(args)
    from heed.record.start import check_start

    gather_static(folder)
    check_start()
    if not (folder / "keys" / "web.secret").exists():
        raise HeedError(f"The key of sessions is missing: {folder / 'keys' / 'web.secret'}; `heed init` makes it.")
    if not 0 < args.port < 65_536:
        raise HeedError(f"{args.port} is not a port.")
    say(f"Heed is at http://{args.bind}:{args.port}/ (stop with Ctrl-C).")
    command = gunicorn_command(args.bind, args.port, args.workers)
    os.execv(command[0], command)
    return 0


def gather_static(folder: Path) -> None:
    """Copy the static files under hashed names into DATA/static, and write DATA/static/closed.html."""
    from django.core.management import call_command
    from django.template.loader import render_to_string

    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
    (folder / "static" / "closed.html").write_text(render_to_string("heed/not_served.html"), encoding="utf-8")


def gunicorn_command(bind: str, port: int, workers: int) -> list[str]:
    """Return the command line; gunicorn's own access log stays off, it holds addresses and queries."""
    host = f"[{bind}]" if ":" in bind else bind
    return [
        sys.executable,
        "-m",
        "gunicorn",
        f"--bind={host}:{port}",
        f"--workers={workers}",
        f"--threads={THREADS}",
        "--worker-class=gthread",
        f"--keep-alive={KEPT}",
        "--no-control-socket",
        "--max-requests=10000",
        "--max-requests-jitter=1000",
        "--log-level=warning",
        "heed.web.wsgi:application",
    ]
