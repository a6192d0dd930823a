"""A shop where one signs up with a code that comes by mail: what the recipes try."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.local.mayfly import Mayfly

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="data:,"><main>{content}</main></html>"""
_SIGN_UP = """<form method="post" action="/sign-up"><label>E-mail <input name="email"></label>
<button>Sign up</button></form>"""
_CONFIRM = """<form method="post" action="/confirm"><label>Code <input name="code"></label>
<button>Confirm</button></form>"""
_MAIL = (
    "From: Shop <service@shop.example>\r\nSubject: Verify your address\r\n\r\n"
    "Your verification code is {code}.\r\n"
)


class Shop:
    """Who has signed up, and who has been welcomed."""

    def __init__(self, laptop: Mayfly) -> None:
        self._laptop = laptop
        self._addresses: dict[str, str] = {}
        self.welcomed: list[str] = []
        self.url = ""

    def answer(self, path: str, form: dict[str, list[str]]) -> str:
        """The page behind this path."""
        if path == "/sign-up":
            code = f"{secrets.randbelow(900_000) + 100_000}"
            (address,) = form["email"]
            self._addresses[code] = address
            self._laptop.send(address, _MAIL.format(code=code).encode())
            return _CONFIRM
        if path == "/confirm":
            self.welcomed.append(self._addresses[form["code"][0]])
            return "Welcome"
        return _SIGN_UP


@contextmanager
def opened(laptop: Mayfly) -> Iterator[Shop]:
    """A shop that sends its mails through this laptop."""
    shop = Shop(laptop)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(parse_qs(body.decode()))

        def _answer(self, form: dict[str, list[str]]) -> None:
            content = _PAGE.format(content=shop.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shop.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield shop
        finally:
            server.shutdown()
            thread.join()
