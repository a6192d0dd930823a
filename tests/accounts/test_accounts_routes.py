"""Accounts as callers of document 004 see them."""

import re
from typing import Any

import pytest

from mayfly.inboxes.models import Access
from tests.functions.http import Api, Reply, bearer
from tests.memory import Memory
from tests.private_inboxes.test_private_inboxes_routes import RAW

REGISTER = "/api/users/register"
LOGIN = "/api/users/login"
LOGOUT = "/api/users/logout"
ME = "/api/users/me"
PROFILE = "/api/users/profile"
PASSWORD_PATH = "/api/users/change-password"
SESSION = "/api/session"
MAILBOXES = "/api/user/mailbox"
MAILBOX = "/api/user/mailbox/{mailboxId}"
MESSAGES = "/v1/inboxes/{inboxId}/messages"
EMAIL = "user@example.com"
PASSWORD = "a phrase for the tests"
FOREIGN = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


def registered(api: Api, email: str = EMAIL, password: str = PASSWORD) -> Reply:
    return api.call(
        "POST", REGISTER, body={"email": email, "password": password, "fullName": "Ann Other"}
    )


def login(api: Api, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> Reply:
    headers = more.pop("headers", None)
    body = {"email": email, "password": password, **more}
    return api.call("POST", LOGIN, body=body, headers=headers)


def cookies_of(reply: Reply) -> dict[str, str]:
    """The values that a browser keeps; "" for those that it forgets."""
    return {each.partition("=")[0]: re.split("[=;]", each)[1] for each in reply.cookies}


def logged_in(api: Api, email: str = EMAIL) -> dict[str, str]:
    """The headers of a browser that has just logged in to a new account."""
    registered(api, email)
    return {"Cookie": f"token={cookies_of(login(api, email))['token']}"}


def test_somebody_registers_logs_in_and_out(api: Api) -> None:
    assert registered(api).status == 201

    reply = login(api)

    assert (reply.status, reply.json["message"]) == (200, "Login successful")
    assert reply.json["user"] == {
        "id": reply.json["user"]["id"],
        "email": EMAIL,
        "fullName": "Ann Other",
        "isVerified": True,
        "createdAt": "2026-01-01T12:00:00Z",
    }
    assert reply.cookies == [
        f"token={reply.json['token']}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax; Secure",
        "sessionToken=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure",
    ]
    cookie = {"Cookie": f"token={reply.json['token']}"}
    for headers in (cookie, bearer(reply.json["token"])):
        assert api.call("GET", ME, headers=headers).json == reply.json["user"]
    ended = api.call("POST", LOGOUT, headers=cookie)
    assert (ended.status, cookies_of(ended)) == (200, {"token": "", "sessionToken": ""})
    for headers in (cookie, bearer(reply.json["token"])):
        assert api.call("GET", ME, headers=headers).status == 401


def test_over_plain_http_the_cookie_is_one_that_a_browser_sends_back(api: Api) -> None:
    registered(api)

    reply = login(api, headers={"X-Forwarded-Proto": "http", "Host": "localhost:5000"})

    assert not [each for each in reply.cookies if "Secure" in each]
    assert all("HttpOnly; SameSite=Lax" in each for each in reply.cookies)


def test_a_taken_address_is_answered_as_a_free_one_and_keeps_its_account(
    api: Api, memory: Memory
) -> None:
    first = registered(api)
    before = memory.accounts.find(next(iter(memory.rows.accounts.values())).email)

    again = registered(api, " USER@Example.com ", "another phrase altogether")

    assert (again.status, again.content, again.headers) == (
        first.status,
        first.content,
        first.headers,
    )
    assert list(memory.rows.accounts.values()) == [before]
    assert login(api).status == 200


def test_a_wrong_password_and_nobody_look_the_same(api: Api) -> None:
    registered(api)

    wrong = login(api, password="another phrase")
    nobody = login(api, email="nobody@example.com")

    assert wrong.status == 401
    assert (wrong.status, wrong.content, wrong.headers, wrong.cookies) == (
        nobody.status,
        nobody.content,
        nobody.headers,
        nobody.cookies,
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"email": "no address"}, "e-mail"),
        ({"email": 7}, "email"),
        ({"email": None}, "email"),
        ({"password": ""}, "password"),
        ({"password": ["x"]}, "password"),
        ({"password": "short"}, "8 to 128"),
        ({"password": "correct horse"}, "most common"),
        ({"fullName": 7}, "fullName"),
        ({"fullName": "x" * 201}, "fullName"),
        ({"fullName": "two\nlines"}, "fullName"),
        ({"fullName": "two\u2028lines"}, "fullName"),
        ({"fullName": "turned \u202eround"}, "fullName"),
        ({"fullName": "half of one: \ud800"}, "fullName"),
        ({"isAdmin": True}, "isAdmin"),
    ],
    ids=str,
)
def test_what_cannot_be_registered_is_named(api: Api, change: dict[str, Any], says: str) -> None:
    body = {"email": EMAIL, "password": PASSWORD, **change}

    reply = api.call("POST", REGISTER, body=body)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert says in reply.json["error"]["message"]


@pytest.mark.parametrize("field", ["email", "password", "migrateSession"])
def test_what_cannot_be_a_login_is_named(api: Api, field: str) -> None:
    body = {"email": EMAIL, "password": PASSWORD, field: 7}

    reply = api.call("POST", LOGIN, body=body)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert field in reply.json["error"]["message"]


def test_a_profile_is_changed(api: Api) -> None:
    headers = logged_in(api)

    changed = api.call("PUT", PROFILE, body={"fullName": " Änne "}, headers=headers)

    assert changed.json["user"]["fullName"] == "Änne"
    assert api.call("GET", ME, headers=headers).json["fullName"] == "Änne"
    assert api.call("PUT", PROFILE, body={}, headers=headers).status == 400


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u5c71\u7530\u3000\u592a\u90ce",
        "Ann \U0001f469\u200d\U0001f4bb",
    ],
)
def test_names_of_all_scripts_are_kept_as_they_are(api: Api, name: str) -> None:
    headers = logged_in(api)

    changed = api.call("PUT", PROFILE, body={"fullName": name}, headers=headers)

    assert changed.json["user"]["fullName"] == name


def test_who_has_no_credential_is_told_where_to_get_it(api: Api) -> None:
    account, session = api.call("GET", ME), api.call("GET", SESSION)

    assert "log in" in account.json["error"]["message"]
    assert "POST /api/session" in session.json["error"]["message"]


def test_a_new_password_ends_the_other_sessions(api: Api) -> None:
    here, there = logged_in(api), bearer(login(api).json["token"])
    wanted = {"currentPassword": PASSWORD, "newPassword": "a second phrase"}

    changed = api.call("POST", PASSWORD_PATH, body=wanted, headers=here)

    assert changed.status == 200
    assert api.call("GET", ME, headers=here).status == 200
    assert api.call("GET", ME, headers=there).status == 401
    assert login(api).status == 401
    assert login(api, password="a second phrase").status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"currentPassword": "wrong", "newPassword": "a second phrase"}, 401),
        ({"currentPassword": PASSWORD, "newPassword": "short"}, 400),
        ({"newPassword": "a second phrase"}, 400),
    ],
    ids=str,
)
def test_a_password_changes_by_its_rules_only(api: Api, body: dict[str, Any], status: int) -> None:
    headers = logged_in(api)

    assert api.call("POST", PASSWORD_PATH, body=body, headers=headers).status == status

    assert login(api).status == 200


def test_deleting_an_account_needs_its_password_and_wipes_its_mailboxes(
    api: Api, memory: Memory
) -> None:
    headers = logged_in(api)
    made = api.call("POST", f"{MAILBOXES}/create", body={}, headers=headers).json

    wrong = api.call("DELETE", ME, body={"password": "wrong"}, headers=headers)
    gone = api.call("DELETE", ME, body={"password": PASSWORD}, headers=headers)

    assert (wrong.status, gone.status) == (401, 200)
    assert cookies_of(gone) == {"token": "", "sessionToken": ""}
    assert api.call("GET", ME, headers=headers).status == 401
    assert login(api).status == 401
    assert memory.rows.accounts == {}
    (inbox,) = memory.rows.inboxes.values()
    assert str(inbox.id) == made["id"]
    assert inbox.deleted_at == memory.clock()


def test_a_session_begins_once_and_is_shown(api: Api) -> None:
    began = api.call("POST", SESSION)
    token = cookies_of(began)["sessionToken"]
    headers = {"Cookie": f"sessionToken={token}"}

    again = api.call("POST", SESSION, headers=headers)
    shown = api.call("GET", SESSION, headers=headers)

    assert (began.status, again.status, shown.status) == (201, 200, 200)
    assert began.cookies == [
        f"sessionToken={token}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax; Secure"
    ]
    assert again.json == began.json
    assert again.cookies == []
    assert began.json["sessionToken"] == token
    assert shown.json == {"mailbox": began.json["mailbox"]}
    assert began.json["mailbox"]["expiresAt"] == "2026-01-02T12:00:00Z"
    assert api.call("GET", SESSION, headers=bearer(token)).json == shown.json
    assert api.call("GET", SESSION).status == 401


def test_the_session_reads_its_mail_as_a_private_inbox(api: Api) -> None:
    began = api.call("POST", SESSION).json
    api.flows.receive(RAW, began["mailbox"]["emailAddress"])

    listed = api.call(
        "GET", MESSAGES, began["mailbox"]["id"], headers=bearer(began["sessionToken"])
    )

    assert [each["subject"] for each in listed.json["messages"]] == ["secret subject"]


def test_a_session_that_is_over_gives_way_to_a_new_one(api: Api, memory: Memory) -> None:
    began = api.call("POST", SESSION)
    headers = {"Cookie": f"sessionToken={cookies_of(began)['sessionToken']}"}
    memory.clock.advance(hours=24)

    assert api.call("GET", SESSION, headers=headers).status == 401
    again = api.call("POST", SESSION, headers=headers)

    assert again.status == 201
    assert again.json["mailbox"]["id"] != began.json["mailbox"]["id"]


def test_logging_out_ends_an_anonymous_session_too(api: Api) -> None:
    token = cookies_of(api.call("POST", SESSION))["sessionToken"]
    headers = {"Cookie": f"sessionToken={token}"}

    reply = api.call("POST", LOGOUT, headers=headers)

    assert cookies_of(reply) == {"token": "", "sessionToken": ""}
    assert api.call("GET", SESSION, headers=headers).status == 401


def test_logging_out_twice_is_no_error(api: Api) -> None:
    headers = logged_in(api)

    assert [api.call("POST", LOGOUT, headers=headers).status for _ in range(2)] == [200, 200]
    assert api.call("POST", LOGOUT).status == 200
    assert api.call("POST", LOGOUT, headers=bearer("x")).status == 401


def test_a_login_takes_over_the_session_s_mailbox(api: Api, memory: Memory) -> None:
    registered(api)
    began = api.call("POST", SESSION).json
    address, inbox_id = began["mailbox"]["emailAddress"], began["mailbox"]["id"]
    api.flows.receive(RAW, address)
    cookie = {"Cookie": f"sessionToken={began['sessionToken']}"}

    reply = login(api, migrateSession=True, headers=cookie)

    assert reply.json["message"] == (
        "Login successful. Your anonymous mailbox has been transferred to your account with"
        " extended expiry!"
    )
    assert reply.json["migratedMailbox"] == {
        "emailAddress": address,
        "expiresAt": "2026-01-08T12:00:00Z",
    }
    assert cookies_of(reply)["sessionToken"] == ""
    (mailbox,) = api.call("GET", MAILBOXES, headers=bearer(reply.json["token"])).json["mailboxes"]
    assert (mailbox["id"], mailbox["messageCount"]) == (inbox_id, 1)
    assert api.call("GET", SESSION, headers=cookie).status == 401
    dead = api.call("GET", MESSAGES, inbox_id, headers=bearer(began["sessionToken"]))
    assert dead.status == 404
    assert next(iter(memory.rows.inboxes.values())).access is Access.OWNER


@pytest.mark.parametrize("session", ["none", "bad", "expired", "migrated", "full"])
def test_a_login_goes_on_without_a_mailbox_to_take_over(
    api: Api, memory: Memory, session: str
) -> None:
    headers = logged_in(api)
    began = api.call("POST", SESSION).json
    cookie = {"Cookie": f"sessionToken={began['sessionToken']}"}
    if session == "none":
        cookie = {}
    if session == "bad":
        cookie = {"Cookie": "sessionToken=a.b.c"}
    if session == "expired":
        memory.clock.advance(hours=24)
    if session == "migrated":
        login(api, migrateSession=True, headers=cookie)
    if session == "full":
        for _ in range(5):
            api.call("POST", f"{MAILBOXES}/create", body={}, headers=headers)

    reply = login(api, migrateSession=True, headers=cookie)

    assert reply.status == 200
    assert "migratedMailbox" not in reply.json
    assert ("sessionToken" in cookies_of(reply)) is (session in ("none", "bad"))
    says = "5 active mailboxes" if session == "full" else "no anonymous mailbox"
    assert says in reply.json["message"]
    assert cookies_of(reply)["token"] == reply.json["token"]


def test_without_being_asked_a_login_leaves_the_session_alone(api: Api) -> None:
    registered(api)
    began = api.call("POST", SESSION).json
    cookie = {"Cookie": f"sessionToken={began['sessionToken']}"}

    login(api, headers=cookie)

    assert api.call("GET", SESSION, headers=cookie).status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (REGISTER, {"email": EMAIL, "password": PASSWORD}),
        (LOGIN, {"email": EMAIL, "password": PASSWORD}),
        (LOGOUT, None),
        (SESSION, None),
    ],
)
def test_another_site_s_page_neither_logs_in_nor_out(
    api: Api, memory: Memory, path: str, body: object
) -> None:
    registered(api)
    before = repr(memory.rows)

    reply = api.call("POST", path, body=body, headers=FOREIGN)

    assert (reply.status, reply.code) == (403, "AUTHORIZATION_ERROR")
    assert reply.cookies == []
    assert repr(memory.rows) == before


def test_nothing_secret_is_kept_or_shown(api: Api, memory: Memory) -> None:
    headers = logged_in(api)
    token = headers["Cookie"].partition("=")[2]

    (account,) = memory.rows.accounts.values()

    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash
    assert token not in f"{account.sessions}"
    for secret in (EMAIL, "user", "Ann", "argon2", *account.sessions):
        assert secret not in repr(account)
    assert "argon2" not in api.call("GET", ME, headers=headers).content.decode()


def test_a_logout_ends_every_session_that_the_request_shows(api: Api) -> None:
    registered(api)
    tokens = ["of-another-host", *(login(api).json["token"] for _ in range(3))]
    sessions = [api.call("POST", SESSION).json["sessionToken"] for _ in range(2)]
    cookies = [f"token={each}" for each in tokens] + [f"sessionToken={each}" for each in sessions]

    assert api.call("POST", LOGOUT, headers={"Cookie": "; ".join(cookies)}).status == 200

    for each in tokens:
        assert api.call("GET", ME, headers=bearer(each)).status == 401
    for each in sessions:
        reply = api.call("POST", "/api/users/socket-token", headers=bearer(each))
        assert reply.status == 401
