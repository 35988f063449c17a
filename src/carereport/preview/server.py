"""The page on this machine's own address: the report as it is, in a frame that is changed when it changes.

Only who knows the address's random token is answered, and only where the request names this very
address as its host, so that no page of another site can read the report through the browser.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from carereport.faults import Fault, UsageError

LOOPBACK = "127.0.0.1"
STILL_THERE = 15.0
"""Seconds after which a browser that waits is sent a sign of life."""
SHELL = Path(__file__).with_name("shell.html")
SHELL_POLICY = (
    "default-src 'none'; frame-src 'self'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = (
    "default-src 'none'; img-src data:; font-src data:; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class Screen:
    """What browsers are shown: the last good page, and above it what is wrong with the latest save."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._html = b""
        self._state: dict[str, object] = {"number": 0, "page": 0, "banner": "", "note": "The first page is being made."}

    def show(self, html: bytes, note: str) -> None:
        """Show a page, without a banner; browsers load it anew only where it differs from the one before."""
        with self._changed:
            page = int(str(self._state["page"])) + (html != self._html)
            self._html = html
            self._next(page=page, banner="", note=note)

    def warn(self, banner: str, note: str) -> None:
        """Keep the page, and put a text above it."""
        with self._changed:
            self._next(banner=banner, note=note)

    def _next(self, **changes: object) -> None:
        self._state = {**self._state, "number": int(str(self._state["number"])) + 1, **changes}
        self._changed.notify_all()

    @property
    def html(self) -> bytes:
        """The last good page; empty before the first."""
        with self._changed:
            return self._html

    def after(self, number: int, seconds: float) -> dict[str, object] | None:
        """Wait until the state's number is another than `number`; return it, or None after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._state["number"] != number, timeout=seconds)
            return dict(self._state) if self._state["number"] != number else None


class Server:
    """The server in a thread of its own; use it in a `with`.

    Raises:
        UsageError: the port is taken.
    """

    def __init__(self, screen: Screen, title: str, port: int = 0) -> None:
        token = secrets.token_urlsafe(24)
        shell = SHELL.read_text(encoding="utf-8").replace("TITLE", title).encode()
        handler = type("_Bound", (_Handler,), {"screen": screen, "token": token, "shell": shell})
        try:
            self._server = ThreadingHTTPServer((LOOPBACK, port), handler)
        except OSError:
            message = f"port {port} is taken by another program"
            raise UsageError(Fault("CL050", "error", message, "name another, or leave --port out")) from None
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"http://{LOOPBACK}:{self.port}/{token}/"

    def __enter__(self) -> Server:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    screen: Screen
    token: str
    shell: bytes
    timeout = 30
    server: ThreadingHTTPServer

    def do_GET(self) -> None:
        """Answer the frame's page, the report, or the events; nothing else is here."""
        port = self.server.server_address[1]
        if self.headers.get("Host") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
            self._answer(HTTPStatus.FORBIDDEN, b"this address is not served\n", "text/plain", REPORT_POLICY)
            return
        _, token, *rest = [*self.path.partition("?")[0].split("/"), ""]
        name = "/".join(rest).removesuffix("/") if rest else ""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            name = "unknown"
        html = self.screen.html
        if name == "":
            self._answer(HTTPStatus.OK, self.shell, "text/html; charset=utf-8", SHELL_POLICY)
        elif name == "report.html" and html:
            self._answer(HTTPStatus.OK, html, "text/html; charset=utf-8", REPORT_POLICY)
        elif name == "events":
            self._events()
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"there is nothing here\n", "text/plain", REPORT_POLICY)

    def _answer(self, status: HTTPStatus, body: bytes, kind: str, policy: str) -> None:
        self._head(status, kind, policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str, policy: str) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind), ("Cache-Control", "no-store"), ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ):  # fmt: skip
            self.send_header(name, value)

    def _events(self) -> None:
        """Send each state of the screen as it comes, until the browser is gone."""
        self._head(HTTPStatus.OK, "text/event-stream", REPORT_POLICY)
        self.end_headers()
        number = -1
        try:
            while True:
                state = self.screen.after(number, STILL_THERE)
                if state is not None:
                    number = int(str(state["number"]))
                text = f"data: {json.dumps(state)}\n\n" if state is not None else ": still there\n\n"
                self.wfile.write(text.encode())
                self.wfile.flush()
        except OSError:  # the browser closed the page
            return

    def version_string(self) -> str:
        """Name the program, and neither its version nor Python's."""
        return "carereport"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it has in the library
        """Keep no log of requests: the token stands in them."""
