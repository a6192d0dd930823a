"""Document 000 end to end, wherever it runs."""

import asyncio
import hashlib
from typing import Any

import pytest

from tests.cloud.letters import LARGE, SMALL, a_mail
from tests.cloud.target import Target, in_thread, until

pytestmark = pytest.mark.cloud


def raw_of(target: Target, message: str) -> bytes:
    return target.fetch(f"/api/messages/{message}/raw")


def attachment_of(target: Target, message: str) -> bytes:
    (attachment,) = target.get(f"/api/messages/{message}")["attachments"]
    return target.fetch(f"/api/messages/{message}/attachments/{attachment['id']}")


def test_the_service_says_that_it_is_well(target: Target) -> None:
    assert target.get("/health")["status"] == "OK"
    assert target.get("/ready")["checks"] == {"table": True, "token_keys": True}


def test_an_unknown_path_and_a_wrong_request_have_the_one_error_document(target: Target) -> None:
    answers = [target.ask("GET", "/nothing/here"), target.ask("POST", "/v1/inboxes", {"mode": "?"})]

    assert [each.status for each in answers] == [404, 400]
    for each in answers:
        assert list(each.json) == ["error"]
        assert list(each.json["error"]) == ["code", "message", "details"]


@pytest.mark.needs("mail")
def test_a_mail_is_listed_and_shown(target: Target) -> None:
    address = target.new_address()["email"]

    target.send(a_mail("Grüße"), address)

    (listed,) = target.messages(address)
    assert (listed["from"], listed["subject"], listed["seq"]) == ("sender@example.org", "Grüße", 1)
    shown = target.get(f"/api/messages/{listed['id']}")
    assert "the text" in shown["body"]
    assert [each["filename"] for each in shown["attachments"]] == ["a report.pdf"]
    assert target.get(f"/api/emails/{address}/status")


@pytest.mark.needs("mail")
def test_the_raw_mail_is_what_came_in_to_the_byte(target: Target) -> None:
    address, mail = target.new_address()["email"], a_mail("bytes")

    target.send(mail, address)

    (listed,) = target.messages(address)
    raw = raw_of(target, listed["id"])
    assert raw.endswith(mail)
    shown = target.get(f"/api/messages/{listed['id']}")
    assert hashlib.sha256(raw).hexdigest() == shown["sha256"]


@pytest.mark.needs("mail")
def test_a_small_attachment_comes_at_once_and_a_large_one_by_a_link(target: Target) -> None:
    address = target.new_address()["email"]

    for content in (SMALL, LARGE):
        target.send(a_mail(attached=content), address)

    listed = {each["attachments"][0]["size"]: each for each in target.messages(address, 2)}
    assert set(listed) == {len(SMALL), len(LARGE)}
    for content in (SMALL, LARGE):
        assert attachment_of(target, listed[len(content)]["id"]) == content
    large = listed[len(LARGE)]["id"]
    assert target.ask("GET", f"/api/messages/{large}/raw").status == 302
    assert len(raw_of(target, large)) > len(LARGE)


@pytest.mark.needs("mail")
def test_what_a_link_leads_to_is_a_download(target: Target) -> None:
    address = target.new_address()["email"]
    target.send(a_mail(attached=LARGE), address)
    (listed,) = target.messages(address)
    (attachment,) = target.get(f"/api/messages/{listed['id']}")["attachments"]

    path = f"/api/messages/{listed['id']}/attachments/{attachment['id']}"
    found = target.ask("GET", target.ask("GET", path).headers["Location"])

    headers = {name.lower(): value for name, value in found.headers.items()}
    assert headers["content-disposition"].startswith("attachment")
    assert "a%20report.pdf" in headers["content-disposition"]
    assert found.content == LARGE


@pytest.mark.needs("mail")
def test_safe_html_holds_nothing_that_runs(target: Target) -> None:
    address = target.new_address()["email"]
    html = '<p onclick="x()">Hello <script>y()</script><img src="https://example.org/t.gif"></p>'

    target.send(a_mail(html=html), address)

    (listed,) = target.messages(address)
    shown = target.get(f"/api/messages/{listed['id']}?html=safe")
    assert "Hello" in shown["html"]
    assert "onclick" not in shown["html"] and "script" not in shown["html"]
    assert shown["blockedImages"] == 1


@pytest.mark.needs("mail")
def test_a_long_poll_answers_when_mail_comes(target: Target) -> None:
    address = target.new_address()["email"]

    async def poll() -> list[dict[str, Any]]:
        path = f"/api/emails/{address}/messages?after=0&wait=20"
        waiting = asyncio.create_task(in_thread(target.get, path))
        await in_thread(target.send, a_mail(), address)
        listed: list[dict[str, Any]] = await waiting
        return listed

    assert [each["seq"] for each in asyncio.run(poll())] == [1]


@pytest.mark.needs("mail")
def test_a_socket_hears_of_new_mail_and_of_what_it_missed(target: Target) -> None:
    address = target.new_address()["email"]

    async def watch() -> list[Any]:
        async with target.socket() as first:
            heard = [await first.say(type="subscribe", email=address)]
            await in_thread(target.send, a_mail("one"), address)
            heard.append(await first.next())
        await in_thread(target.send, a_mail("two"), address)
        await in_thread(target.messages, address, 2)
        async with target.socket() as second:
            heard.append(await second.say(type="subscribe", email=address, after=0))
            # Which comes first is open: the answer, or what was missed.
            heard += [await second.next(), await second.next()]
            heard.append(await second.say(type="ping", id=7))
        return heard

    subscribed, pushed, *again, pong = asyncio.run(watch())

    assert (subscribed["type"], subscribed["seq"]) == ("subscribed", 0)
    assert (pushed["type"], pushed["data"]["subject"]) == ("new-message", "one")
    assert sorted(each["type"] for each in again) == ["new-message", "new-message", "subscribed"]
    missed = [each["data"]["seq"] for each in again if each["type"] == "new-message"]
    assert missed == [1, 2]
    assert pong == {"type": "pong", "id": 7}


@pytest.mark.needs("mail")
def test_recipients_of_one_mail_learn_nothing_of_each_other(target: Target) -> None:
    first, second = (target.new_address()["email"] for _ in range(2))

    target.send(a_mail("to both"), first, second)

    for own, other in ((first, second), (second, first)):
        (listed,) = target.messages(own)
        assert listed["subject"] == "to both"
        shown = target.ask("GET", f"/api/messages/{listed['id']}?diagnostics=true").content
        assert other.encode() not in shown
        assert other.encode() not in raw_of(target, listed["id"])


@pytest.mark.needs("mail")
def test_a_deleted_address_is_gone_at_once_with_its_mail(target: Target) -> None:
    made = target.new_address()
    target.send(a_mail(), made["email"])
    (listed,) = target.messages(made["email"])

    denied = target.ask("DELETE", f"/api/emails/{made['email']}", token="wrong")
    deleted = target.ask("DELETE", f"/api/emails/{made['email']}", token=made["access_token"])

    assert denied.status in (401, 403, 404)
    assert deleted.status == 200
    for path in (f"/api/emails/{made['email']}", f"/api/messages/{listed['id']}"):
        assert target.ask("GET", path).status == 404


@pytest.mark.needs("mail", "any recipient")
def test_mail_for_nobody_is_dropped_and_counted(target: Target) -> None:
    def dropped() -> int:
        lines = target.ask("GET", "/metrics").content.decode().splitlines()
        reasons = [line for line in lines if line.startswith("mayfly_deliveries_dropped_total{")]
        return sum(int(line.rpartition(" ")[2]) for line in reasons)

    before = dropped()
    target.send(a_mail(), f"nobody@{target.domain}")

    assert until(lambda: dropped() == before + 1)
