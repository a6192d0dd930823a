"""Mailosaur's operations as its clients call them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mayfly import limits
from mayfly.mailosaur.routes import facade
from mayfly.messages.models import Verdicts
from tests.mailosaur.scenes import DOMAIN, MAILBOX, SETTINGS, Scene, a_mail, api_key, basic


@pytest.fixture
def scene() -> Scene:
    return Scene.make()


def only(scene: Scene, **criteria: str) -> dict[str, Any]:
    """The summary of the one message that the criteria mean."""
    (item,) = scene.ask(
        "POST", "/messages/search", body=criteria or {"subject": "Hello"}, server="qateam01"
    ).json["items"]
    found: dict[str, Any] = item
    return found


def test_servers_are_the_mailboxes_of_an_account(scene: Scene) -> None:
    scene.receive(a_mail())

    listed = scene.ask("GET", "/servers").json

    server = {"id": "qateam01", "name": MAILBOX, "users": [], "messages": 1}
    assert listed == {"items": [server]}
    assert scene.ask("GET", "/servers/{serverId}", "qateam01").json == server
    assert scene.ask("GET", "/servers/{serverId}", "qateam02").status == 404


def test_a_server_is_made_by_the_name_of_its_address_and_deleted(scene: Scene) -> None:
    made = scene.ask("POST", "/servers", body={"name": f"QATEAM02@{DOMAIN}"})

    assert made.status == 200
    assert made.json["id"] == "qateam02"
    assert made.json["name"] == f"qateam02@{DOMAIN}"
    friendly = scene.ask("POST", "/servers", body={"name": "long-name.of-a-server"}).json
    assert len(friendly["id"]) == 8
    assert len(scene.ask("GET", "/servers").json["items"]) == 3
    for expected in (204, 404):
        deleted = scene.ask("DELETE", "/servers/{serverId}", "qateam02")
        assert deleted.status == expected
    assert scene.ask("GET", "/servers/{serverId}", friendly["id"]).json == friendly


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (None, "Servers need a name"),
        ("  ", "Servers need a name"),
        ("My test", "alias must have"),
        ("x@nowhere.example", "nowhere.example"),
        ("fine@-", "domain"),
    ],
)
def test_a_name_that_cannot_be_an_address_is_an_error_of_the_field(
    scene: Scene, name: str | None, says: str
) -> None:
    refused = scene.ask("POST", "/servers", body={"name": name})

    assert refused.status == 400
    (error,) = refused.json["errors"]
    assert error["field"] == "name"
    assert says in error["detail"][0]["description"]
    assert refused.content.startswith(b'{"type":')


def test_a_message_has_all_that_the_clients_read(scene: Scene) -> None:
    scene.receive(a_mail(Cc="Ben <ben@elsewhere.example>"))
    id = only(scene)["id"]

    message = scene.ask("GET", "/messages/{id}", id).json

    assert (message["id"], message["type"], message["server"]) == (id, "Email", "qateam01")
    assert message["from"] == [{"name": "Shop", "email": "shop@shop.example", "phone": None}]
    assert message["to"] == [{"name": "Anna", "email": MAILBOX, "phone": None}]
    assert message["cc"] == [{"name": "Ben", "email": "ben@elsewhere.example", "phone": None}]
    assert message["bcc"] == []
    assert (message["received"], message["subject"]) == ("2026-01-01T12:00:01.000Z", "Hello")
    html = message["html"]
    assert html["body"].startswith("<p>Your verification code")
    assert html["links"] == [
        {"href": "https://shop.example/?a=1&b=2", "text": "shop"},
        {"href": "https://shop.example/", "text": None},
    ]
    assert html["codes"] == [{"value": "123456"}, {"value": "G3H1Y2"}]
    assert html["images"] == [
        {"src": "cid:cat", "alt": "A & cat"},
        {"src": "https://shop.example/pixel.gif", "alt": None},
    ]
    text = message["text"]
    assert text["body"].startswith("Hello text")
    assert text["links"] == [
        {"href": "https://shop.example/confirm", "text": "https://shop.example/confirm"}
    ]
    assert text["codes"] == [{"value": "654321"}, {"value": "5H0Y2"}]
    cat, notes = message["attachments"]
    assert (cat["fileName"], cat["contentType"], cat["contentId"]) == (
        "cat.png",
        "image/png",
        "cat",
    )
    assert (notes["fileName"], notes["length"], notes["contentId"]) == ("notes.txt", 10, None)
    assert notes["url"] == f"https://api.example/live/mailosaur/api/files/attachments/{notes['id']}"
    metadata = message["metadata"]
    assert {"field": "Subject", "value": "Hello"} in metadata["headers"]
    assert metadata["ehlo"] == "mail.shop.example"
    assert metadata["mailFrom"] == "bounce@shop.example"
    assert [each["email"] for each in metadata["rcptTo"]] == [MAILBOX]


def test_files_are_the_bytes(scene: Scene) -> None:
    raw = a_mail()
    scene.receive(raw)
    id = only(scene)["id"]
    notes = scene.ask("GET", "/messages/{id}", id).json["attachments"][1]["id"]

    assert scene.ask("GET", "/files/email/{id}", id).content == raw
    attachment = scene.ask("GET", "/files/attachments/{id}", notes)
    assert attachment.content == b"some notes"
    assert attachment.headers["Content-Type"].startswith("text/plain")
    for missing in (f"{id}.9", f"{id}.", id, "x", notes[1:]):
        assert scene.ask("GET", "/files/attachments/{id}", missing).status == 404


def test_a_large_file_is_a_redirect_whatever_the_client_accepts(scene: Scene) -> None:
    scene.receive(a_mail() + b"x" * limits.MAX_ANSWER_BYTES)
    id = only(scene)["id"]
    headers = basic(scene.key) | {"Accept": "application/json"}

    answered = scene.api.call("GET", "/mailosaur/api/files/email/{id}", id, headers=headers)

    assert answered.status == 302
    assert answered.headers["Location"]


def test_bodies_that_are_too_much_for_an_answer_are_cut(scene: Scene) -> None:
    heavy = "\x01" * 1_000_000  # six characters each in JSON
    scene.receive(f"Subject: Heavy\r\n\r\n{heavy}\r\n".encode())
    id = only(scene, subject="Heavy")["id"]

    answered = scene.ask("GET", "/messages/{id}", id)

    assert len(answered.content) < limits.MAX_ANSWER_BYTES
    assert answered.json["text"]["body"] == heavy[:150_000]


def test_summaries_are_newest_first_and_in_pages(scene: Scene) -> None:
    for number in range(5):
        scene.receive(a_mail(f"Number {number}"))

    def page(**query: Any) -> list[str]:
        reply = scene.ask("GET", "/messages", server="qateam01", **query)
        return [each["subject"][-1] for each in reply.json["items"]]

    assert page() == ["4", "3", "2", "1", "0"]
    assert page(page=0, itemsPerPage=2) == ["4", "3"]
    assert page(page=1, itemsPerPage=2) == ["2", "1"]
    assert page(page=2, itemsPerPage=2) == ["0"]
    assert page(page=3, itemsPerPage=2) == []
    assert page(page="", itemsPerPage="", whatever="x") == page()
    assert page(dir="Sent") == []
    assert page(receivedAfter="2026-01-01T12:00:03Z") == ["4", "3", "2"]
    assert page(receivedAfter="2026-01-01T13:00:03 01:00") == ["4", "3", "2"]
    item = scene.ask("GET", "/messages", server="qateam01").json["items"][0]
    assert item["to"] == [{"name": "Anna", "email": MAILBOX, "phone": None}]
    assert item["summary"].startswith("Number 4 text")
    assert item["attachments"] == 2


def test_a_list_reads_so_many_mails_and_names_the_inbox_for_the_rest(scene: Scene) -> None:
    for number in range(limits.MAX_PAGE_CONTENTS + 2):
        scene.receive(a_mail(f"Number {number}", to=f"qateam01+{number}@{DOMAIN}"))

    items = scene.ask("GET", "/messages", server="qateam01", itemsPerPage=1000).json["items"]

    assert [each["to"][0]["email"] for each in items] == [
        *(f"qateam01+{number}@{DOMAIN}" for number in range(limits.MAX_PAGE_CONTENTS + 1, 1, -1)),
        *(MAILBOX, MAILBOX),
    ]
    assert items[-1]["subject"] == "Number 0"


def test_a_time_leaves_out_what_is_older_however_much_it_is(scene: Scene) -> None:
    for number in range(limits.MAX_PAGE_MESSAGES):
        scene.receive(a_mail(f"Old {number}"))
    scene.memory.clock.advance(hours=3)
    asked = scene.memory.clock().isoformat()
    scene.receive(a_mail("New"))
    scene.receive(a_mail("New"))

    assert (
        scene.ask(
            "POST",
            "/messages/search",
            body={"subject": "New"},
            server="qateam01",
            receivedAfter=asked,
        ).json["items"][0]["subject"]
        == "New"
    )
    assert scene.found(subject="Old 0") == ["Old 0"]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({"sentTo": f"qateam01+ONE@{DOMAIN}"}, ["One"]),
        ({"sentTo": f"qateam01+on@{DOMAIN}"}, []),
        ({"sentTo": MAILBOX}, ["Blind"]),
        ({"sentFrom": "b@shop.example"}, ["Two"]),
        ({"sentFrom": "shop.example"}, []),
        ({"subject": "ON"}, ["One"]),
        ({"body": "two HTML"}, ["Two"]),
        ({"body": "one text"}, ["One"]),
        ({"subject": "One", "body": "two html"}, []),
        ({"subject": "One", "body": "two html", "match": "ALL"}, []),
        ({"subject": "One", "body": "two html", "match": "ANY"}, ["Two", "One"]),
        ({"subject": "One", "sentFrom": "b@shop.example", "match": "any"}, ["Two", "One"]),
        ({"subject": "Search … 👨🏿‍🚒"}, []),
        ({"subject": "One", "unknown": {"a": 1}, "match": None}, ["One"]),
    ],
)
def test_criteria(scene: Scene, criteria: dict[str, str], found: list[str]) -> None:
    one, two = (f"qateam01+{each}@{DOMAIN}" for each in ("one", "two"))
    scene.receive(a_mail("One", to=one, sender="A <a@shop.example>"), one)
    scene.receive(a_mail("Two", to=two, sender="B <b@shop.example>"), two)
    scene.receive(a_mail("Blind", to="team@elsewhere.example"), MAILBOX)

    assert scene.found(**criteria) == found


def test_a_blind_copy_names_the_inbox(scene: Scene) -> None:
    scene.receive(a_mail(to="team@elsewhere.example"))

    message = scene.ask("GET", "/messages/{id}", only(scene)["id"]).json

    assert [each["email"] for each in message["bcc"]] == [MAILBOX]


def test_what_is_awaited_is_told_how_often_to_ask(scene: Scene) -> None:
    reply = scene.ask("POST", "/messages/search", body={"subject": "x"}, server="qateam01")

    assert reply.json == {"items": []}
    assert reply.headers["x-ms-delay"] == "250,500,1000,1000,2000,3000"
    limited = replace(SETTINGS, rate_limit_fetch=600)
    reply = Scene.make(limited).ask("GET", "/messages", server="qateam01")
    assert reply.headers["x-ms-delay"] == "250,500,1000"


@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        ({}, {"subject": "x"}, "server"),
        ({"server": "qateam01"}, {}, "criteria"),
        ({"server": "qateam01"}, {"subject": " ", "match": "ALL"}, "criteria"),
        ({"server": "qateam01"}, {"subject": 1}, "subject"),
        ({"server": "qateam01"}, {"subject": "x", "match": "SOME"}, "match"),
        ({"server": "qateam01", "page": "-1"}, {"subject": "x"}, "page"),
        ({"server": "qateam01", "itemsPerPage": "1001"}, {"subject": "x"}, "itemsPerPage"),
        ({"server": "qateam01", "receivedAfter": "now"}, {"subject": "x"}, "receivedAfter"),
    ],
)
def test_what_cannot_be_is_said_by_field(
    scene: Scene, query: dict[str, str], body: object, field: str
) -> None:
    refused = scene.ask("POST", "/messages/search", body=body, **query)

    assert refused.status == 400
    assert [each["field"] for each in refused.json["errors"]] == [field]
    assert refused.json["errors"][0]["detail"][0]["description"]


def test_a_body_that_is_no_object_or_too_large_is_refused(scene: Scene) -> None:
    for body, status in (("[]", 400), ("{", 400), (json.dumps({"a": "x" * 70_000}), 413)):
        refused = scene.ask("POST", "/messages/search", body=body, server="qateam01")
        assert refused.status == status
        assert "errors" in refused.json or refused.json["type"] == "PAYLOAD_TOO_LARGE"


def test_messages_are_deleted_one_and_all(scene: Scene) -> None:
    for number in range(3):
        scene.receive(a_mail(f"Number {number}"))
    id = only(scene, subject="Number 1")["id"]

    for expected in (204, 404):
        assert scene.ask("DELETE", "/messages/{id}", id).status == expected
    assert scene.ask("GET", "/messages/{id}", id).status == 404
    assert scene.found(subject="Number") == ["Number 2", "Number 0"]
    for _ in range(2):
        deleted = scene.ask("DELETE", "/messages", server="qateam01")
        assert (deleted.status, deleted.content) == (204, b"")
    assert scene.found(subject="Number") == []


def test_spam_is_shown(scene: Scene) -> None:
    scene.api.flows.receive(a_mail("Spam"), MAILBOX, verdicts=Verdicts(spam="FAIL"))

    assert scene.found(subject="Spam") == ["Spam"]


def test_a_private_inbox_is_opened_by_its_token(scene: Scene) -> None:
    made = scene.api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    token, address = made["access_token"], made["email_address"]
    scene.receive(a_mail(to=address), address)

    (server,) = scene.ask("GET", "/servers", key=token).json["items"]

    assert (server["name"], server["messages"], len(server["id"])) == (address, 1, 8)
    assert scene.found(key=token, server=server["id"], sentTo=address) == ["Hello"]
    assert scene.ask("POST", "/servers", key=token, body={"name": "another"}).status == 403
    assert scene.ask("DELETE", "/messages", key=token, server=server["id"]).status == 204
    assert scene.ask("DELETE", "/servers/{serverId}", server["id"], key=token).status == 204
    assert scene.ask("GET", "/servers", key=token).status == 401


def test_a_public_address_is_read_by_itself_and_deleted_with_its_token(scene: Scene) -> None:
    address, token = scene.api.make()
    scene.receive(a_mail(to=address), address)
    reads, writes = address, f"{address}:{token}"
    (server,) = scene.ask("GET", "/servers", key=reads).json["items"]
    assert scene.found(key=reads, server=server["id"], sentTo=address) == ["Hello"]
    query = {"server": server["id"]}
    id = scene.ask("GET", "/messages", key=reads, **query).json["items"][0]["id"]
    assert scene.ask("GET", "/messages/{id}", id, key=reads).status == 200

    for key, status in ((reads, 401), (f"{address}:x", 401), (writes, 204)):
        assert scene.ask("DELETE", "/messages/{id}", id, key=key).status == status
    for key, status in ((reads, 401), (writes, 204)):
        assert scene.ask("DELETE", "/messages", key=key, **query).status == status
    for key, status in ((reads, 401), (writes, 204), (writes, 401)):
        deleted = scene.ask("DELETE", "/servers/{serverId}", server["id"], key=key)
        assert deleted.status == status


def test_the_session_of_an_account_is_a_key(scene: Scene) -> None:
    assert scene.ask("GET", "/servers", key=scene.session).json["items"]


def test_a_key_of_another_scope_is_not_permitted(scene: Scene) -> None:
    key = api_key(scene.api, scene.session, "emails:read", "emails:send", "domains")

    refused = scene.ask("GET", "/servers", key=key)

    assert refused.status == 403
    assert refused.json["type"] == "AUTHORIZATION_ERROR"


@pytest.mark.parametrize(
    "route",
    [each for each in facade.routes if "not_offered" in each.operation],
    ids=lambda each: f"{each.method} {each.path}",
)
def test_what_there_is_nothing_for_is_not_offered(scene: Scene, route: Any) -> None:
    values = ["x"] * route.path.count("{")

    refused = scene.api.call(route.method, route.path, *values, headers=basic(scene.key))

    assert refused.status == 501
    assert refused.json["type"] == "NOT_OFFERED"


def test_methods_that_are_not_there_are_refused_in_the_same_shape(scene: Scene) -> None:
    refused = scene.ask("PATCH", "/messages", server="qateam01")

    assert refused.status == 405
    assert refused.headers["Allow"] == "GET, DELETE, POST, HEAD, OPTIONS"
    assert refused.json["type"] == "METHOD_NOT_ALLOWED"


def test_an_external_inbox_is_fetched_first(scene: Scene) -> None:
    mails = {"uidl-1": a_mail("One", to="user@example.com"), "uidl-2": a_mail("Two")}
    scene.memory.pop3_servers.given("pop.example.com", "user@example.com", mails=mails)
    wish = {"mode": "external", "email_address": "user@example.com", "pop3_password": "secret"}
    made = scene.api.call("POST", "/v1/inboxes", body={**wish, "pop3_host": "pop.example.com"}).json
    token = made["access_token"]

    (server,) = scene.ask("GET", "/servers", key=token).json["items"]

    assert server["name"] == "user@example.com"
    found = scene.found(key=token, server=server["id"], sentTo="user@example.com")
    assert sorted(found) == ["One", "Two"]  # Two names others, so it is a blind copy
