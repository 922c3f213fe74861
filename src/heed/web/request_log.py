"""One JSON line for each request: the path's template and the status; never an address, a name or a query."""

import json
import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_log = logging.getLogger("heed.web.requests")


class RequestLog:
    """Log method, path template, status and milliseconds; the outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        facts = {
            "method": request.method,
            "path": f"/{match.route}" if match else "(no page)",
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1_000),
        }
        if not (match is None and request.path.startswith("/static/")):
            _log.info("request", extra={"facts": facts})
        return response


class JsonLines(logging.Formatter):
    """Write a record as one JSON line. Of an exception: its type and our own lines, never its text or values."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname, "from": record.name}
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["where"] = _places(record)
        return json.dumps(line)


def _places(record: logging.LogRecord) -> str:
    """Return file and line of the traceback's last steps."""
    steps, trace = [], record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(steps[-6:])
