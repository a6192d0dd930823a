"""An account's mailboxes as callers of document 004 see them."""

from typing import Any

import pytest

from mayfly.mail.address import Address
from mayfly.mailboxes.schemas import qr_code
from tests.accounts.test_accounts_routes import MAILBOX, MAILBOXES, logged_in
from tests.functions.http import BASE, Api
from tests.memory import Memory
from tests.private_inboxes.test_private_inboxes_routes import RAW

CREATE = "/api/user/mailbox/create"
EXTEND = "/api/user/mailbox/{mailboxId}/extend"
Headers = dict[str, str]


@pytest.fixture
def ann(api: Api) -> Headers:
    return logged_in(api)


def made(api: Api, headers: Headers, **body: object) -> Any:
    return api.call("POST", CREATE, body=body, headers=headers).json


def test_a_mailbox_is_made_listed_shown_extended_and_deleted(
    api: Api, ann: Headers, memory: Memory
) -> None:
    reply = api.call("POST", CREATE, body={"alias": "MyEmail"}, headers=ann)
    box = reply.json["id"]

    assert (reply.status, reply.headers["Location"]) == (201, f"{BASE}/api/user/mailbox/{box}")
    assert reply.json == {
        "id": box,
        "emailAddress": "myemail@mayfly.example",
        "createdAt": "2026-01-01T12:00:00Z",
        "expiresAt": "2026-01-08T12:00:00Z",
        "messageCount": 0,
        "isActive": True,
        "lastMessageNumber": 0,
        "inboxFull": None,
    }
    assert api.call("GET", MAILBOXES, headers=ann).json == {
        "mailboxes": [reply.json],
        "count": 1,
        "limit": 5,
    }
    assert api.call("GET", MAILBOX, box, headers=ann).json == reply.json
    extended = api.call("POST", EXTEND, box, headers=ann)
    assert extended.json == reply.json | {"expiresAt": "2026-01-15T12:00:00Z"}
    gone = api.call("DELETE", MAILBOX, box, headers=ann)
    assert gone.json == {"message": "Mailbox deleted", "id": box, "deleted": True}
    assert api.call("GET", MAILBOX, box, headers=ann).status == 404
    assert api.call("GET", MAILBOXES, headers=ann).json["mailboxes"] == []
    (account,) = memory.rows.accounts.values()
    assert account.mailboxes == ()


def test_without_an_alias_a_name_is_made_up(api: Api, ann: Headers) -> None:
    names = {made(api, ann)["emailAddress"] for _ in range(3)}

    assert len(names) == 3
    assert all(name.endswith("@mayfly.example") for name in names)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"alias": "ab"}, 400),
        ({"alias": "a" * 65}, 400),
        ({"alias": "ann+shop"}, 400),
        ({"alias": "ann.."}, 400),
        ({"alias": "änne"}, 400),
        ({"alias": ""}, 400),
        ({"alias": 7}, 400),
        ({"alias": "postmaster"}, 400),
        ({"alias": "Abuse"}, 400),
        ({"alias": "ann", "domain": "elsewhere.example"}, 400),
        ({"alias": "ann", "owner": "somebody"}, 400),
        ({"alias": "taken"}, 409),
        ({"alias": "TAKEN"}, 409),
    ],
    ids=str,
)
def test_a_name_that_cannot_be_had_is_refused(
    api: Api, ann: Headers, body: dict[str, Any], status: int
) -> None:
    made(api, logged_in(api, "eve@example.com"), alias="taken")

    assert api.call("POST", CREATE, body=body, headers=ann).status == status

    assert api.call("GET", MAILBOXES, headers=ann).json["count"] == 0


def test_five_mailboxes_are_possible_and_expired_ones_make_room(
    api: Api, ann: Headers, memory: Memory
) -> None:
    boxes = [made(api, ann)["id"] for _ in range(5)]

    sixth = api.call("POST", CREATE, body={}, headers=ann)
    memory.clock.advance(days=6)
    headers = relogged(api)
    api.call("POST", EXTEND, boxes[0], headers=headers)
    memory.clock.advance(days=1)

    assert (sixth.status, sixth.code) == (409, "CONFLICT")
    assert "MAX_MAILBOXES_PER_USER" in sixth.json["error"]["message"]
    assert api.call("GET", MAILBOXES, headers=headers).json["count"] == 1
    assert all("id" in made(api, headers) for _ in range(4))
    assert api.call("POST", CREATE, body={}, headers=headers).status == 409


def relogged(api: Api) -> Headers:
    from tests.accounts.test_accounts_routes import cookies_of, login

    return {"Cookie": f"token={cookies_of(login(api))['token']}"}


def test_an_expired_mailbox_still_shows_what_it_has_when_asked_for(
    api: Api, ann: Headers, memory: Memory
) -> None:
    box = made(api, ann, alias="ann")
    api.flows.receive(RAW, box["emailAddress"])
    memory.clock.advance(days=8)
    headers = relogged(api)

    assert api.call("GET", MAILBOXES, headers=headers).json["mailboxes"] == []
    listed = api.call("GET", MAILBOXES, headers=headers, expired="true").json

    assert (listed["count"], len(listed["mailboxes"])) == (0, 1)
    assert listed["mailboxes"][0]["isActive"] is False
    assert listed["mailboxes"][0]["messageCount"] == 1
    assert api.call("GET", MAILBOX, box["id"], headers=headers).json["isActive"] is False
    back = api.call("POST", EXTEND, box["id"], headers=headers).json
    assert (back["isActive"], back["expiresAt"]) == (True, "2026-01-16T12:00:00Z")
    assert api.call("GET", MAILBOXES, headers=headers, expired="perhaps").status == 400


def test_a_mailbox_lives_no_longer_than_its_mail(api: Api, ann: Headers) -> None:
    box = made(api, ann)["id"]

    replies = [api.call("POST", EXTEND, box, headers=ann) for _ in range(5)]

    assert [each.status for each in replies] == [200, 200, 200, 200, 409]
    assert replies[3].json["expiresAt"] == "2026-01-31T12:00:00Z"
    assert "30 days" in replies[4].json["error"]["message"]


def test_nobody_else_s_mailbox_is_there(api: Api, ann: Headers) -> None:
    theirs = made(api, logged_in(api, "eve@example.com"))["id"]

    for method, path in (("GET", MAILBOX), ("DELETE", MAILBOX), ("POST", EXTEND)):
        there = api.call(method, path, theirs, headers=ann)
        nowhere = api.call(method, path, "no-id", headers=ann)
        assert (there.status, there.content) == (nowhere.status, nowhere.content)
        assert there.status == 404
        assert api.call(method, path, theirs).status == 401


def test_mail_to_a_mailbox_is_counted(api: Api, ann: Headers) -> None:
    box = made(api, ann, alias="ann")
    for name in ("one", "two"):
        api.flows.receive(RAW, "ann@mayfly.example", name=name)

    shown = api.call("GET", MAILBOX, box["id"], headers=ann).json

    assert (shown["messageCount"], shown["lastMessageNumber"]) == (2, 2)


def test_a_page_of_another_site_makes_no_mailbox(api: Api, ann: Headers) -> None:
    foreign = ann | {"Origin": "https://evil.example"}

    assert api.call("POST", CREATE, body={}, headers=foreign).status == 403
    form = ann | {"Content-Type": "text/plain"}
    assert api.call("POST", CREATE, body={}, headers=form).status == 400

    assert api.call("GET", MAILBOXES, headers=ann).json["count"] == 0


def test_a_session_shows_and_deletes_its_mailbox_and_ends_with_it(api: Api) -> None:
    begun = api.call("POST", "/api/session").json
    box, cookie = begun["mailbox"]["id"], {"Cookie": f"sessionToken={begun['sessionToken']}"}

    shown = api.call("GET", MAILBOX, box, headers=cookie)
    gone = api.call("DELETE", MAILBOX, box, headers=cookie)

    assert (shown.status, shown.json["lastMessageNumber"]) == (200, 0)
    assert gone.json == {"message": "Mailbox deleted", "id": box, "deleted": True}
    assert [each.partition("=")[0] for each in gone.cookies] == ["sessionToken"]
    assert api.call("GET", MAILBOX, box, headers=cookie).status == 404
    assert api.call("GET", "/api/session", headers=cookie).status == 401


def test_an_address_is_a_picture_to_scan(api: Api, ann: Headers) -> None:
    box = made(api, ann, alias="myemail")["id"]

    reply = api.call("GET", f"{MAILBOX}/qr", box, headers=ann)

    assert reply.headers["Content-Type"] == "image/svg+xml"
    assert reply.content == qr_code(Address.parse("myemail@mayfly.example"))
    assert reply.content.startswith(b"<svg ") and b"script" not in reply.content


def test_everybody_may_know_the_domains(api: Api) -> None:
    reply = api.call("GET", "/api/domains")

    assert reply.json == {"domains": [{"name": "mayfly.example", "isDefault": True}]}
