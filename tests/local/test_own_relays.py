"""A relay of an account's domain, end to end as document 002 prints its calls."""

import urllib.error
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import authority
from tests.local.mayfly import LIFE_SECONDS, Mayfly, mayfly
from tests.mail_relay import PASSWORD, USER, relay

WHO = {"email": "ann@elsewhere.example", "password": "a phrase for the tests"}
V1 = "/api/v1"


class Ann:
    """Logged in, and with a domain."""

    def __init__(self, service: Mayfly) -> None:
        self.service = service
        service.ask("POST", "/api/users/register", WHO)
        self.log_in(service)
        self.domain = self.ask("POST", f"{V1}/domains", {"name": "yourdomain.example"})["id"]

    def log_in(self, service: Mayfly) -> None:
        self.service = service
        self.token = service.ask("POST", "/api/users/login", WHO)["token"]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self.service.ask(method, path, body, self.token)


def test_a_relay_with_tls_and_a_password_is_kept_and_tried_also_after_a_restart(
    tmp_path: Path,
) -> None:
    (tmp_path / "ca.pem").write_text(authority().pem)
    settings = {"SSL_CERT_FILE": str(tmp_path / "ca.pem"), "DATA": str(tmp_path / "data")}
    with relay(authority().server(tmp_path, "localhost")) as (port, taken):
        wanted = {
            "host": "localhost",
            "port": port,
            "secure": False,
            "username": USER,
            "password": PASSWORD,
        }
        with mayfly(LIFE_SECONDS, **settings) as service:
            ann = Ann(service)
            tried = ann.ask("POST", f"{V1}/smtp/test", wanted)
            wrong = ann.ask("POST", f"{V1}/smtp/test", {**wanted, "password": "wrong"})
            kept = ann.ask("PUT", f"{V1}/smtp/domains/{ann.domain}/config", wanted)
            key = ann.ask("POST", f"{V1}/smtp/domains/{ann.domain}/dkim", {})["keys"][0]
            assert service.end() == 0
        with mayfly(LIFE_SECONDS, **settings) as service:
            ann.log_in(service)
            shown = ann.ask("GET", f"{V1}/smtp/domains/{ann.domain}/config")
            again = ann.ask("POST", f"{V1}/smtp/test", {"domainId": ann.domain})
            same = ann.ask("POST", f"{V1}/smtp/domains/{ann.domain}/dkim", {})["keys"][0]

    assert (tried["success"], tried["tls"], tried["authentication"]) == (True, "TLSv1.3", "PLAIN")
    assert (wrong["success"], wrong["stage"], wrong["code"]) == (False, "auth", 535)
    assert shown == kept and "password" not in kept and kept["hasPassword"] is True
    assert again["success"] is True
    assert key["record"] == same["record"] and key["use"] == "next"
    assert taken.logins == ["PLAIN"] * 3


def test_a_certificate_of_nobody_known_is_refused(tmp_path: Path) -> None:
    with (
        relay(authority().server(tmp_path, "localhost")) as (port, taken),
        mayfly(RELAY_TO_PRIVATE_ADDRESSES="on") as service,
    ):
        wanted = {"host": "localhost", "port": port, "username": USER, "password": PASSWORD}
        tried = Ann(service).ask("POST", f"{V1}/smtp/test", wanted)

    assert (tried["success"], tried["stage"]) == (False, "certificate")
    assert taken.logins == []


def test_a_deployment_s_rule_can_be_tried_on_the_laptop() -> None:
    with mayfly(RELAY_TO_PRIVATE_ADDRESSES="off") as service:
        ann = Ann(service)
        tried = ann.ask("POST", f"{V1}/smtp/test", {"host": "127.0.0.1", "port": 2525})
        with pytest.raises(urllib.error.HTTPError) as refused:
            ann.ask("POST", f"{V1}/smtp/test", {"host": "127.0.0.1", "port": 10025})

    with refused.value as answer:
        assert answer.code == 400
    assert (tried["success"], tried["stage"]) == (False, "address")
