"""The witness over HTTP: POST …/add-checkpoint, as C2SP tlog-witness v1.0.0 has it (standard library only)."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from heed.lib.errors import HeedError

from .witness import MAX_REQUEST, Reply
from .witness_store import WitnessStore

# A witness that does not answer in this time is unreachable; the log goes on and its integrity page says so.
TIMEOUT_SECONDS = 10


def make_server(store: WitnessStore, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that answers for this witness; the caller runs and closes it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = TIMEOUT_SECONDS

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not self.path.endswith("/add-checkpoint"):
                self._send(Reply(404, "There is only add-checkpoint here.\n"))
            elif not length.isdigit() or int(length) > MAX_REQUEST:
                self.close_connection = True
                self._send(Reply(413, "The request is too long, or its length is missing.\n"))
            else:
                self._send(store.answer(self.rfile.read(int(length)), time=int(time.time())))

        def do_GET(self) -> None:
            self._send(Reply(404, "There is only POST add-checkpoint here.\n"))

        def _send(self, reply: Reply) -> None:
            body = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return ThreadingHTTPServer((host, port), Handler)


def ask(url: str, body: str) -> Reply:
    """Send a request to a witness; HeedError when it cannot be reached."""
    request = Request(url.rstrip("/") + "/add-checkpoint", data=body.encode(), method="POST")
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return Reply(response.status, response.read(MAX_REQUEST).decode())
    except HTTPError as error:
        return Reply(error.code, error.read(MAX_REQUEST).decode("utf-8", "replace"))
    except (URLError, OSError, UnicodeDecodeError) as error:
        raise HeedError(f"The witness at {url} does not answer: {getattr(error, 'reason', error)}.") from None
