"""`make audit`, against a service of our own."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from infra.audit import locked, main

KNOWN = {"nh3": ["GHSA-b", "GHSA-a"]}


class Osv(BaseHTTPRequestHandler):
    """Answers as OSV does: one result for each query, in their order."""

    known: dict[str, list[str]]
    asked: list[Any]

    def do_POST(self) -> None:
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, document["queries"]))
        results = [
            {"vulns": [{"id": each} for each in self.known[name]]} if name in self.known else {}
            for name in (query["package"]["name"] for query in document["queries"])
        ]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[tuple[str, type[Osv]]]:
    handler = type("OneOsv", (Osv,), {"known": {}, "asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_locked_package_is_asked_about(osv: tuple[str, type[Osv]]) -> None:
    url, service = osv

    assert main(url) == 0

    ((path, queries),) = service.asked
    assert path == "/v1/querybatch"
    assert [(each["package"]["name"], each["version"]) for each in queries] == locked()
    assert {"boto3", "nh3", "atheris", "pytest"} <= {name for name, _ in locked()}


def test_a_known_vulnerability_fails_and_is_named(
    osv: tuple[str, type[Osv]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, service = osv
    service.known = KNOWN

    assert main(url) == 1

    assert ": GHSA-a, GHSA-b\n" in capsys.readouterr().out


def test_without_the_internet_it_says_so_and_fails_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert main(f"http://127.0.0.1:{port}") == 0

    assert capsys.readouterr().out.startswith("Not audited: ")
