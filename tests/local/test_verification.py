"""Verifying an account end to end: registered over HTTP, with the mail that would have gone out."""

import re
import stat
import urllib.error
from pathlib import Path

import pytest

from tests.local.mayfly import Mayfly, mayfly

SENDER = "no-reply@mayfly.example"
CREDENTIALS = {"email": "somebody@example.com", "password": "a phrase for the tests"}


def test_an_account_is_verified_with_the_mail_that_was_sent() -> None:
    with mayfly(SENDER_ADDRESS=SENDER) as service:
        told = service.ask("POST", "/api/users/register", CREDENTIALS)
        assert refused(service, "/api/users/login", CREDENTIALS) == 401
        (file,) = outbox(service).glob("*.txt")
        mail = file.read_text()
        found = re.search(r'"token": "([^"]+)"', mail)
        assert found

        proof = {"token": found[1], "password": CREDENTIALS["password"]}
        verified = service.ask("POST", "/api/users/verify", proof)

        assert told["message"].startswith("A mail")
        assert mail.startswith("To: somebody@example.com\nSubject: Verify your e-mail address\n\n")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert verified["user"]["isVerified"] is True
        assert service.ask("POST", "/api/users/login", CREDENTIALS)["user"] == verified["user"]
        said = service.said()
        for secret in (found[1], "somebody", CREDENTIALS["password"]):
            assert secret not in said
        service.end()
    assert not file.exists()


def test_sent_mail_is_kept_and_good_after_a_restart(tmp_path: Path) -> None:
    with mayfly(SENDER_ADDRESS=SENDER, DATA=str(tmp_path)) as first:
        first.ask("POST", "/api/users/register", CREDENTIALS)
        first.end()
    with mayfly(SENDER_ADDRESS=SENDER, DATA=str(tmp_path)) as second:
        (file,) = outbox(second).glob("*.txt")
        found = re.search(r'"token": "([^"]+)"', file.read_text())
        assert found
        proof = {"token": found[1], "password": CREDENTIALS["password"]}
        verified = second.ask("POST", "/api/users/verify", proof)
        second.end()

    assert file.parent == tmp_path / "sent"
    assert verified["user"]["isVerified"] is True


def test_a_forgotten_password_is_replaced_with_the_link_of_the_mail_that_was_sent() -> None:
    with mayfly(SENDER_ADDRESS=SENDER) as service:
        service.ask("POST", "/api/users/register", CREDENTIALS)
        service.ask("POST", "/api/users/password/forgot", {"email": CREDENTIALS["email"]})
        (mail,) = [
            text
            for file in outbox(service).glob("*.txt")
            if "Subject: Choose a new password" in (text := file.read_text())
        ]
        found = re.search(rf"{service.http}/#/reset/(\S+)", mail)
        assert found

        chosen = {"token": found[1], "password": "another phrase for the tests"}
        reset = service.ask("POST", "/api/users/password/reset", chosen)

        assert reset["user"]["isVerified"] is True
        assert refused(service, "/api/users/login", CREDENTIALS) == 401
        again = CREDENTIALS | {"password": chosen["password"]}
        assert service.ask("POST", "/api/users/login", again)["user"] == reset["user"]
        assert found[1] not in service.said()
        service.end()


def outbox(service: Mayfly) -> Path:
    found = re.search(r"sent mail +(\S+)", service.announced)
    assert found
    return Path(found[1])


def refused(service: Mayfly, path: str, body: object) -> int:
    with pytest.raises(urllib.error.HTTPError) as error:
        service.ask("POST", path, body)
    error.value.close()
    return error.value.code
