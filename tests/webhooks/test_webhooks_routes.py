"""Webhooks of accounts, inboxes, addresses and admins: the same operations for each."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from standardwebhooks import Webhook

from mayfly import limits
from mayfly.kit.tokens.models import key_hash
from mayfly.settings import Settings
from mayfly.webhooks.models import Delivery, Reason, Reply, State
from mayfly.webhooks.ports import ExpiryLook, Wake
from tests import samples
from tests.functions.http import Api, MemoryAssembly, bearer
from tests.functions.http import Reply as Answered
from tests.functions.owner import Owner
from tests.local.test_mayfly import ATTACHED, a_mail
from tests.memory import Memory
from tests.webhooks.given import an_event

URL = "https://hooks.example/mayfly"
ADMIN = "an-admin-key"
ROTATE = {"rotateSecret": True}


@dataclass
class Asker:
    """Whoever owns webhooks, and asks for them at their own paths."""

    api: Api
    path: str
    values: tuple[str, ...]
    headers: dict[str, str]

    def ask(self, method: str, path: str = "", *values: str, body: Any = None, **query: Any) -> Any:
        whole = (*self.values, *values)
        return self.api.call(
            method, self.path + path, *whole, body=body, headers=self.headers, **query
        )

    def made(self, **body: Any) -> dict[str, Any]:
        reply: Answered = self.ask("POST", body={"url": URL, **body})
        assert reply.status == 201, reply.content
        found: dict[str, Any] = reply.json
        return found


def _account(flows: MemoryAssembly, api: Api) -> Asker:
    return Asker(api, "/api/v1/webhooks", (), Owner(flows, api).headers)


def _inbox(flows: MemoryAssembly, api: Api) -> Asker:
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    path = "/v1/inboxes/{inboxId}/webhooks"
    return Asker(api, path, (made["inbox_id"],), bearer(made["access_token"]))


def _address(flows: MemoryAssembly, api: Api) -> Asker:
    made = api.call("POST", "/api/emails").json
    path = "/api/emails/{email}/webhooks"
    return Asker(api, path, (made["email"],), bearer(made["access_token"]))


def _admin(flows: MemoryAssembly, api: Api) -> Asker:
    flows.adapters.admin_keys.replace(key_hash(ADMIN), flows.now())
    return Asker(api, "/v1/admin/webhooks", (), {"X-Admin-Key": ADMIN})


FAMILIES: dict[str, Callable[[MemoryAssembly, Api], Asker]] = {
    "account": _account,
    "inbox": _inbox,
    "address": _address,
    "admin": _admin,
}


@pytest.fixture(params=FAMILIES)
def asker(request: pytest.FixtureRequest, flows: MemoryAssembly, api: Api) -> Asker:
    return FAMILIES[request.param](flows, api)


@pytest.fixture
def ann(flows: MemoryAssembly, api: Api) -> Asker:
    return _account(flows, api)


def test_a_webhook_is_made_shown_changed_and_removed(asker: Asker) -> None:
    made = asker.made(events=["message.received", "inbox.full"], description="ours")
    assert re.fullmatch(r"whsec_[0-9A-Za-z+/=]{44}", made["secret"])

    shown = asker.ask("GET", "/{webhookId}", made["id"])
    changed = asker.ask("PUT", "/{webhookId}", made["id"], body={"paused": True, "filter": {}})
    listed = asker.ask("GET").json
    removed = asker.ask("DELETE", "/{webhookId}", made["id"])

    assert shown.json["events"] == ["inbox.full", "message.received"]
    assert (shown.json["url"], shown.json["failingSince"]) == (URL, None)
    assert changed.json == {n: v for n, v in shown.json.items() if n != "failingSince"} | {
        "paused": True
    }
    assert listed["webhooks"] == [changed.json]
    assert removed.json == {"id": made["id"], "deleted": True}
    assert asker.ask("GET", "/{webhookId}", made["id"]).status == 404
    for reply in (shown, changed, removed):
        assert b"whsec" not in reply.content


def test_an_inbox_s_webhooks_end_with_it_however_often_they_are_changed(
    flows: MemoryAssembly, api: Api, memory: Memory
) -> None:
    asker = _inbox(flows, api)
    made = asker.made()
    (ends_at,) = [each.ends_at for each in memory.webhook_lists.kept.values()]

    asker.ask("PUT", "/{webhookId}", made["id"], body={"paused": True})
    asker.made()
    asker.ask("DELETE", "/{webhookId}", made["id"])

    assert ends_at is not None
    assert [each.ends_at for each in memory.webhook_lists.kept.values()] == [ends_at]


def test_what_its_owner_changes_while_a_webhook_is_disabled_stays(
    flows: MemoryAssembly, api: Api, memory: Memory
) -> None:
    ann = _account(flows, api)
    made = ann.made(events=["message.deleted"])
    (found,) = memory.webhook_lists.kept.values()
    ann.ask("PUT", "/{webhookId}", made["id"], body={"description": "ours"} | ROTATE)
    (changed,) = memory.webhook_lists.kept.values()

    off = flows.webhooks.service.disable(found.webhooks[0], Reason.GONE)

    assert off == memory.webhook_lists.kept[found.owner].webhooks[0]
    assert off == replace(
        changed.webhooks[0], disabled_at=off.disabled_at, disabled_because=off.disabled_because
    )


def test_the_location_of_a_new_webhook_leads_to_it(asker: Asker) -> None:
    reply = asker.ask("POST", body={"url": URL})

    path = reply.headers["Location"].partition("/live")[2]
    filled = asker.path
    for value in asker.values:
        filled = re.sub(r"\{\w+\}", value, filled, count=1)
    assert path == f"{filled}/{reply.json['id']}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "url"),
        ({"url": "http://hooks.example/"}, "https"),
        ({"url": "https://hooks.example:25/"}, "port"),
        ({"url": "https://h.example/" + "x" * 2000}, "1000"),
        ({"url": "https://h.example/" + "é" * 500}, "1000 characters, escaped"),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": ["mail.read"]}, "message.received"),
        ({"url": URL, "format": "xml"}, "standard"),
        ({"url": URL, "format": "postmark", "events": ["inbox.full"]}, "Postmark"),
        ({"url": URL, "description": "x" * 201}, "200"),
        ({"url": URL, "description": "a\nb"}, "one line"),
        ({"url": URL, "filter": {"colour": "red"}}, "colour"),
        ({"url": URL, "filter": {"since": "soon"}}, "since"),
        ({"url": URL, "secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_cannot_be_a_webhook_says_which_field(
    ann: Asker, body: dict[str, Any], words: str
) -> None:
    reply = ann.ask("POST", body=body)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert words in reply.json["error"]["message"]


@pytest.mark.parametrize("family", ["inbox", "address"])
def test_an_inbox_is_not_told_of_what_accounts_do(
    family: str, flows: MemoryAssembly, api: Api
) -> None:
    reply = FAMILIES[family](flows, api).ask("POST", body={"url": URL, "events": ["email.sent"]})

    assert reply.status == 400
    assert "email.sent" in reply.json["error"]["message"]


def test_there_are_only_so_many(asker: Asker) -> None:
    most = asker.ask("GET").json["limit"]
    for _ in range(most):
        asker.made()

    refused = asker.ask("POST", body={"url": URL})

    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert str(most) in refused.json["error"]["message"]


def test_nobody_else_s_webhook_is_found(flows: MemoryAssembly, api: Api) -> None:
    askers = [make(flows, api) for make in FAMILIES.values()]
    ids = [each.made()["id"] for each in askers]

    for asker, own in zip(askers, ids, strict=True):
        for other in ids:
            if other != own:
                for method, path in (
                    ("GET", "/{webhookId}"),
                    ("DELETE", "/{webhookId}"),
                    ("GET", "/{webhookId}/deliveries"),
                    ("POST", "/{webhookId}/test"),
                    ("PUT", "/{webhookId}"),
                ):
                    body = {"paused": True} if method == "PUT" else None
                    assert asker.ask(method, path, other, body=body).status == 404


def test_the_address_alone_does_not_open_its_webhooks(flows: MemoryAssembly, api: Api) -> None:
    address = _address(flows, api)
    other = api.call("POST", "/api/emails").json

    address.headers = bearer(other["access_token"])

    assert address.ask("GET").status == 401


def test_a_test_says_what_the_receiver_said_and_is_signed(asker: Asker, memory: Memory) -> None:
    made = asker.made(url="https://user:pass@hooks.example/mayfly")
    memory.receivers.replies = [Reply(404, 12, "not here")]

    refused = asker.ask("POST", "/{webhookId}/test", made["id"]).json
    taken = asker.ask("POST", "/{webhookId}/test", made["id"]).json

    assert refused == {
        "success": False,
        "status": 404,
        "milliseconds": 12,
        "answer": "not here",
        "trouble": None,
    }
    assert taken["success"] is True
    (url, headers, body) = memory.receivers.told[1]
    assert (url, headers["Authorization"]) == (URL, "Basic dXNlcjpwYXNz")
    webhook = Webhook(made["secret"])
    assert json.loads(body)["type"] == "message.received"
    verified(webhook, headers, body)
    assert asker.ask("GET", "/{webhookId}/deliveries", made["id"]).json["deliveries"] == []


def verified(webhook: Webhook, headers: Any, body: bytes) -> None:
    """The library refuses what is old, and the clock of these tests stands still."""
    signatures = headers["webhook-signature"].split(" ")
    when = samples.NOW.replace()
    assert webhook.sign(headers["webhook-id"], when, body.decode()) in signatures


def test_a_new_secret_and_the_one_before_sign_for_a_day(asker: Asker, memory: Memory) -> None:
    made = asker.made()
    rotated = asker.ask("PUT", "/{webhookId}", made["id"], body=ROTATE).json
    assert rotated["secret"] != made["secret"]

    asker.ask("POST", "/{webhookId}/test", made["id"])
    memory.clock.advance(hours=23)
    (_, headers, body) = memory.receivers.told[0]

    verified(Webhook(made["secret"]), headers, body)
    verified(Webhook(rotated["secret"]), headers, body)


def test_after_a_day_the_secret_before_signs_no_more(ann: Asker, memory: Memory) -> None:
    made = ann.made()
    ann.ask("PUT", "/{webhookId}", made["id"], body=ROTATE)
    memory.clock.advance(hours=25)
    ann.ask("POST", "/{webhookId}/test", made["id"])

    (_, headers, _) = memory.receivers.told[0]
    assert len(headers["webhook-signature"].split(" ")) == 1


def test_the_log_has_every_attempt_and_what_was_given_up_is_sent_again(
    ann: Asker, flows: MemoryAssembly, memory: Memory
) -> None:
    made = ann.made(events=["inbox.full", "message.deleted"])
    owner = next(iter(memory.webhook_lists.kept))
    flows.webhooks.teller.tell(an_event(1, owners=(owner,)))
    flows.webhooks.teller.tell(an_event(2, owners=(owner,)))
    memory.receivers.replies = [Reply(500, 7, "oh"), Reply(410, 3)]
    run(flows, memory)

    log = ann.ask("GET", "/{webhookId}/deliveries", made["id"]).json["deliveries"]
    assert [each["state"] for each in log] == ["given_up", "given_up"]
    (first,) = [each for each in log if len(each["attempts"]) == 2]
    assert [each["status"] for each in first["attempts"]] == [500, 410]
    assert first["attempts"][0]["answer"] == "oh"
    assert {each["reason"] for each in log} == {"gone"}

    replay = {"deliveryId": first["id"]}
    assert ann.ask("POST", "/{webhookId}/deliveries", made["id"], body=replay).status == 409
    enabled = ann.ask("PUT", "/{webhookId}", made["id"], body={"url": URL})
    assert enabled.json["disabledAt"] is None
    again = ann.ask("POST", "/{webhookId}/deliveries", made["id"], body=replay)
    assert (again.status, again.json) == (202, {"count": 1, "more": False})
    since = {"since": "2026-01-01T00:00:00Z", "failedOnly": True}
    assert ann.ask("POST", "/{webhookId}/deliveries", made["id"], body=since).json["count"] == 1
    run(flows, memory)

    log = ann.ask("GET", "/{webhookId}/deliveries", made["id"], state="delivered").json
    assert len(log["deliveries"]) == 2
    ids = {headers["webhook-id"] for _, headers, _ in memory.receivers.told}
    assert ids == {each["webhookId"] for each in log["deliveries"]}
    assert memory.webhook_deliveries.tally().difference == 0


def test_of_two_who_send_the_same_again_at_once_one_does(
    ann: Asker, flows: MemoryAssembly, memory: Memory
) -> None:
    made = ann.made(events=["message.deleted"])
    owner = next(iter(memory.webhook_lists.kept))
    flows.webhooks.teller.tell(an_event(1, owners=(owner,)))
    run(flows, memory)
    (delivery,), _ = memory.webhook_deliveries.page(made["id"], 1)
    restart = memory.webhook_deliveries.restart

    def overtaken(before: Delivery, after: Delivery) -> None:
        restart(before, after)
        restart(before, after)

    memory.webhook_deliveries.restart = overtaken  # type: ignore[method-assign]
    body = {"deliveryId": delivery.id}
    again = ann.ask("POST", "/{webhookId}/deliveries", made["id"], body=body)

    assert (again.status, again.json["count"]) == (202, 0)
    run(flows, memory)
    assert len(memory.receivers.told) == 2


@pytest.mark.parametrize("body", [{}, {"failedOnly": True}, {"since": "x"}, {"since": "2026"}])
def test_what_to_send_again_has_to_be_said(ann: Asker, body: dict[str, Any]) -> None:
    made = ann.made()

    assert ann.ask("POST", "/{webhookId}/deliveries", made["id"], body=body).status == 400


def test_the_log_is_read_page_by_page(ann: Asker, flows: MemoryAssembly, memory: Memory) -> None:
    made = ann.made(events=["message.deleted"])
    owner = next(iter(memory.webhook_lists.kept))
    for number in range(1, 8):
        flows.webhooks.teller.tell(an_event(number, owners=(owner,)))

    path, query = "/{webhookId}/deliveries", {"limit": 3}
    seen, cursor = [], None
    while cursor != "":
        page = ann.ask("GET", path, made["id"], **query, **({"cursor": cursor} if cursor else {}))
        seen += [each["id"] for each in page.json["deliveries"]]
        cursor = page.json["cursor"] or ""

    assert len(set(seen)) == len(seen) == 7
    assert seen == sorted(seen, reverse=True)
    for name, value in (("state", "lost"), ("cursor", "x/"), ("limit", "0"), ("limit", "51")):
        assert ann.ask("GET", path, made["id"], **{name: value}).status == 400


def test_an_owner_hears_that_its_webhook_was_disabled(
    flows: MemoryAssembly, api: Api, memory: Memory
) -> None:
    ann = _account(flows, api)
    flows.restart(Settings(sender_address="no-reply@mayfly.example"))
    gone = ann.made(events=["message.deleted"])
    other = ann.made(url="https://other.example/", events=["webhook.disabled"])
    owner = next(iter(memory.webhook_lists.kept))
    flows.webhooks.teller.tell(an_event(1, owners=(owner,)))
    memory.receivers.replies = [Reply(410, 3)]

    run(flows, memory)

    assert ann.ask("GET", "/{webhookId}", gone["id"]).json["disabledBecause"]
    (log,) = ann.ask("GET", "/{webhookId}/deliveries", other["id"]).json["deliveries"]
    assert (log["type"], log["state"]) == ("webhook.disabled", State.DELIVERED)
    (_, _, body) = memory.receivers.told[-1]
    assert json.loads(body)["data"]["id"] == gone["id"]
    (sent,) = [each for each in memory.postman.sent if "webhook" in each.subject]
    assert gone["id"] in sent.text and "hooks.example" in sent.text


def test_webhooks_of_an_account_end_with_it(
    flows: MemoryAssembly, api: Api, memory: Memory
) -> None:
    owner = Owner(flows, api)
    Asker(api, "/api/v1/webhooks", (), owner.headers).made()

    body = {"password": owner.who["password"]}
    assert api.call("DELETE", "/api/users/me", body=body, headers=owner.headers).status == 200

    assert memory.webhook_lists.kept == {}
    memory.clock.advance(minutes=5)
    assert any(isinstance(each, Wake) for each in memory.webhook_wakes.due())


def test_who_asks_for_the_end_of_an_inbox_has_it_looked_at(asker: Asker, memory: Memory) -> None:
    memory.webhook_wakes.given.clear()

    asker.made(events=["inbox.expired"])

    looks = [each for each in memory.webhook_wakes.scheduled.values()]
    inboxes = [str(each.id) for each in memory.rows.inboxes.values()]
    is_of_inbox = asker.path.startswith(("/v1/inboxes", "/api/emails"))
    assert looks == ([ExpiryLook(each) for each in inboxes] if is_of_inbox else [])


def test_where_they_are_off_none_is_made(flows: MemoryAssembly, api: Api) -> None:
    flows.restart(Settings(webhooks=False))

    refused = _account(flows, api).ask("POST", body={"url": URL})

    assert (refused.status, refused.code) == (403, "AUTHORIZATION_ERROR")


def test_a_key_of_the_account_needs_the_scope(flows: MemoryAssembly, api: Api) -> None:
    owner = Owner(flows, api)

    def key(*scopes: str) -> dict[str, str]:
        body = {"name": "tests", "scopes": list(scopes)}
        made = api.call("POST", "/api/v1/keys", body=body, headers=owner.headers)
        return {"X-API-Key": made.json["key"]}

    assert Asker(api, "/api/v1/webhooks", (), key("webhooks")).ask("GET").status == 200
    assert Asker(api, "/api/v1/webhooks", (), key("domains")).ask("GET").status == 403


def run(flows: MemoryAssembly, memory: Memory) -> None:
    """Work on what is due, now and for some minutes."""
    for _ in range(20):
        memory.clock.advance(seconds=30)
        for job in memory.webhook_wakes.due():
            if isinstance(job, Wake):
                flows.webhooks.worker.work(job, "1", lambda outcome: None)


def test_a_link_of_a_payload_opens_its_file_for_an_hour(
    flows: MemoryAssembly, api: Api, memory: Memory
) -> None:
    for make in (_address, _inbox):
        make(flows, api).made()
        inbox = list(memory.rows.inboxes.values())[-1]
        raw = a_mail("Hello")
        flows.receive(raw, str(inbox.address), name=str(inbox.id))
        message = next(iter(memory.rows.messages[inbox.id].values()))
        links = flows.webhooks.links
        part = flows.messages.loader.open(message).mail.parts[0]

        whole, attached = links.link(message.id), links.link(message.id, part.id)

        def opened(url: str) -> Answered:
            path = "/v1/webhooks/files/{ticket}"
            return api.call("GET", path, url.rpartition("/")[2])

        assert opened(attached).content == ATTACHED
        assert opened(whole).content == raw
        assert opened(whole[:-3] + "AAA").status == 404
        memory.clock.advance(seconds=limits.WEBHOOK_LINK_LIFETIME.total_seconds() + 1)
        assert opened(attached).status == 404
        fresh = links.link(message.id)
        memory.inboxes.close(inbox.id, memory.clock())
        assert opened(fresh).status == 404
