"""Which accounts may send mail: they ask, and an admin decides."""

from typing import Any

import pytest

from mayfly import limits
from mayfly.kit.tokens.models import key_hash
from mayfly.settings import Settings
from tests.functions.http import Reply
from tests.sending.test_sending_routes import EMAILS, Sending

ASK, STATS = "/api/v1/emails/approval", "/api/v1/emails/stats"
LIST, SENDING = "/v1/admin/accounts/sending", "/v1/admin/accounts/{accountId}/sending"
KEY = "the admin key of the tests, with its random bits"
ADMIN = {"X-Admin-Key": KEY}


@pytest.fixture
def asking() -> Sending:
    """An account with an active domain, where an admin has to approve that it sends."""
    sending = Sending(settings=Settings(sending=True))
    sending.memory.admin_keys.replace(key_hash(KEY), sending.memory.clock())
    return sending


def administer(asking: Sending, method: str, path: str, *values: str, **more: Any) -> Reply:
    return asking.api.call(method, path, *values, headers=ADMIN, **more)


def decide(asking: Sending, is_approved: bool) -> Reply:
    body = {"approved": is_approved}
    return administer(asking, "PUT", SENDING, asking.account, body=body)


def said(reply: Reply) -> str:
    return str(reply.json["error"]["message"])


def test_an_account_sends_once_an_admin_has_approved_it(asking: Sending) -> None:
    refused = asking.send()
    asked = asking.ask("POST", ASK, body={"purpose": "Orders of my shop"})
    waiting = asking.send()

    decided = decide(asking, True)

    assert (refused.status, refused.code) == (403, "AUTHORIZATION_ERROR")
    assert "(SENDING_NEEDS_APPROVAL): ask for it by POST /api/v1/emails/approval" in said(refused)
    assert (asked.status, asked.json) == (202, {"approval": "asked"})
    assert "nobody has answered yet" in said(waiting)
    assert decided.json == {
        "account_id": asking.account,
        "email": "ann@elsewhere.example",
        "state": "approved",
        "purpose": "Orders of my shop",
        "asked_at": "2026-01-01T12:00:00.000Z",
        "decided_at": "2026-01-01T12:00:00.000Z",
    }
    assert asking.send().status == 202


def test_the_account_sees_how_it_stands(asking: Sending) -> None:
    seen = []

    for step in (
        lambda: None,
        lambda: asking.ask("POST", ASK),
        lambda: decide(asking, False),
        lambda: decide(asking, True),
    ):
        step()
        seen.append(asking.ask("GET", STATS).json["limits"]["approval"])

    assert seen == ["not-asked", "asked", "refused", "approved"]


def test_who_was_refused_stays_so_and_is_told(asking: Sending) -> None:
    asking.ask("POST", ASK)
    decide(asking, False)

    again = asking.ask("POST", ASK)

    assert again.json == {"approval": "refused"}
    assert "it was refused" in said(asking.send())


def test_what_is_accepted_is_not_sent_once_the_account_may_not(asking: Sending) -> None:
    decide(asking, True)
    mail = asking.send().json["id"]
    decide(asking, False)

    asking.work()

    shown = asking.show(mail)
    assert (shown["status"], shown["reason"]) == ("failed", "approval")
    assert asking.memory.mailer.sent == []
    assert asking.ask("POST", f"{EMAILS}/{{emailId}}/resend", mail).status == 403


def test_who_may_not_send_uploads_nothing(asking: Sending) -> None:
    file = {"filename": "a.pdf", "size": 9}

    assert asking.ask("POST", f"{EMAILS}/attachments", body=file).status == 403
    decide(asking, True)
    assert asking.ask("POST", f"{EMAILS}/attachments", body=file).status == 201


def test_where_all_may_send_nobody_has_to_ask() -> None:
    sending = Sending(settings=Settings(sending=True, sending_needs_approval=False))

    asked = sending.ask("POST", ASK)

    assert asked.json == {"approval": "not-needed"}
    assert sending.memory.approvals.kept == {}
    assert sending.send().status == 202


def test_admins_see_who_asks(asking: Sending) -> None:
    asking.ask("POST", ASK, body={"purpose": "Orders"})
    headers, bob = asking.log_in("bob@elsewhere.example")
    asking.api.call("POST", ASK, headers=headers)
    decide(asking, True)

    everybody = administer(asking, "GET", LIST).json
    waiting = administer(asking, "GET", LIST, state="asked").json

    assert {each["account_id"] for each in everybody["accounts"]} == {asking.account, bob}
    assert [each["email"] for each in waiting["accounts"]] == ["bob@elsewhere.example"]
    assert waiting["cursor"] is None
    shown = administer(asking, "GET", SENDING, bob).json
    assert shown == waiting["accounts"][0]


def test_a_list_goes_on_behind_its_cursor(asking: Sending) -> None:
    asking.flows.restart(Settings(sending=True, registrations_per_day=0))
    for number in range(limits.APPROVALS_SHOWN + 3):
        headers, _ = asking.log_in(f"a{number}@elsewhere.example")
        asking.api.call("POST", ASK, headers=headers)

    first = administer(asking, "GET", LIST).json
    second = administer(asking, "GET", LIST, cursor=first["cursor"]).json

    assert (len(first["accounts"]), len(second["accounts"])) == (limits.APPROVALS_SHOWN, 3)
    assert second["cursor"] is None


def test_an_account_that_is_gone_asks_no_more(asking: Sending) -> None:
    asking.ask("POST", ASK)
    body = {"password": "a phrase for the tests"}
    asking.api.call("DELETE", "/api/users/me", body=body, headers=asking.headers)

    assert asking.memory.approvals.kept == {}
    assert administer(asking, "GET", SENDING, asking.account).status == 404
    assert decide(asking, True).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"purpose": 7},
        {"purpose": "x" * (limits.PURPOSE_CHARS + 1)},
        {"purpose": "\ud800"},
        {"x": 1},
    ],
    ids=["number", "long", "surrogate", "unknown"],
)
def test_what_cannot_be_asked_is_refused_and_keeps_nothing(asking: Sending, body: object) -> None:
    assert asking.ask("POST", ASK, body=body).status == 400
    assert asking.memory.approvals.kept == {}


@pytest.mark.parametrize("query", [{"state": "not-asked"}, {"cursor": "x"}], ids=str)
def test_what_cannot_be_listed_is_refused(asking: Sending, query: dict[str, str]) -> None:
    assert administer(asking, "GET", LIST, **query).status == 400
