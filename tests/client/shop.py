"""A shop where people sign up: it sends a code, and welcomes who knows it."""

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

CODE = "482913"
MAIL = (
    "From: Shop <service@shop.example>\r\nSubject: Please verify your address\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    f"--b\r\nContent-Type: text/plain\r\n\r\nYour verification code is {CODE}.\r\n"
    "--b\r\nContent-Type: text/plain\r\n"
    'Content-Disposition: attachment; filename="terms.txt"\r\n\r\nBe kind.\r\n--b--\r\n'
)
_FORM = (
    "<!doctype html><title>Shop</title><form method=post action={where}>"
    "<label>{label} <input name=value></label><button>{button}</button></form>"
)


def sign_up(address: str, smtp_port: int) -> None:
    """What the shop does when somebody signs up."""
    with smtplib.SMTP("127.0.0.1", smtp_port, timeout=60) as connection:
        connection.sendmail("service@shop.example", [address], MAIL)


class _Pages(BaseHTTPRequestHandler):
    server: "_Shop"

    def do_GET(self) -> None:
        self._say(_FORM.format(where="/sign-up", label="Email", button="Sign up"))

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        value = sent.get("value", [""])[0]
        if self.path == "/sign-up":
            sign_up(value, self.server.smtp_port)
            self._say(_FORM.format(where="/confirm", label="Code", button="Confirm"))
        else:
            self._say("Welcome" if value == CODE else "That is not the code")

    def _say(self, text: str) -> None:
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _Shop(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, smtp_port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.smtp_port = smtp_port


@contextmanager
def shop(smtp_port: int) -> Iterator[str]:
    """Its URL, until the block ends."""
    with _Shop(smtp_port) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
