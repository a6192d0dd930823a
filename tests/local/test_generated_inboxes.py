"""Generated inboxes end to end: made by an admin, opened with a password, exported."""

import re
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infra.local.engine.kms import Kms
from mayfly.batches.kms import KmsPasswordKeys
from mayfly.errors import PasswordKeyUnavailable
from tests.local.mayfly import Mayfly, mayfly
from tests.local.test_mayfly import a_mail

KEY = "an-admin-key-of-the-tests"
BATCH = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly(ADMIN_KEY=KEY) as running:
        yield running


def test_generated_inboxes_are_opened_by_password_and_exported(service: Mayfly) -> None:
    wish = {"count": 3, "token_ttl_seconds": 86400}
    made = service.administer("POST", "/v1/admin/generate", wish, KEY)["inboxes"]
    first = made[0]
    credentials = {"email": first["email_address"], "password": first["password"]}

    service.send(first["email_address"], a_mail("Welcome"))
    token = service.ask("POST", "/v1/inboxes:login", credentials)["access_token"]
    path = f"/v1/inboxes/{first['inbox_id']}/messages?since_uid=0&wait=20"
    listed = service.ask("GET", path, token=token)

    assert [each["subject"] for each in listed["messages"]] == ["Welcome"]
    lines = service.fetch("/v1/admin/export", KEY).decode().splitlines()
    assert lines == [f"{each['email_address']}:{each['password']}" for each in made]
    with pytest.raises(urllib.error.HTTPError) as refused:
        service.ask("POST", "/v1/inboxes:login", credentials | {"password": "x" * 24})
    refused.value.close()
    assert refused.value.code == 401
    for text in (first["password"], token, KEY, first["email_address"]):
        assert text not in service.said()


def test_passwords_can_be_exported_and_used_after_a_restart(tmp_path: Path) -> None:
    with mayfly(DATA=str(tmp_path)) as first:
        key = re.search(r"admin key +(\S+)", first.announced)
        assert key is not None
        made = first.administer("POST", "/v1/admin/generate", {"count": 2})
        exported = first.fetch("/v1/admin/export?format=csv", key[1])
        first.end()
    with mayfly(DATA=str(tmp_path)) as second:
        again = second.fetch("/v1/admin/export?format=csv", key[1])
        inbox = made["inboxes"][0]
        credentials = {"email": inbox["email_address"], "password": inbox["password"]}
        opened = second.ask("POST", "/v1/inboxes:login", credentials)
        second.end()

    assert again == exported
    assert opened["inbox_id"] == inbox["inbox_id"]


def test_a_key_opens_what_the_same_key_sealed_before_and_no_other() -> None:
    def keys(kept: str) -> KmsPasswordKeys:
        kms = Kms()
        kms.make_key("alias/passwords", kept)
        return KmsPasswordKeys(lambda: kms, "alias/passwords")

    secret = keys("one").make(BATCH)

    assert keys("one").open(BATCH, secret.sealed) == secret.plain
    with pytest.raises(PasswordKeyUnavailable) as refused:
        keys("two").open(BATCH, secret.sealed)
    assert isinstance(refused.value.__cause__, ClientError)
