"""The HTTP API as its callers see it: document 000, and every answer described."""

import hashlib
import io
import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from functions.http_api.handler import lambda_handler, logger, serve
from mayfly import limits
from mayfly.api import ROUTES
from mayfly.inboxes.models import Access
from mayfly.settings import Settings
from mayfly.subscriptions.models import Connection
from tests import samples
from tests.aws import AWS_SIDES
from tests.deployments import Deployment
from tests.functions.http import BASE, Api, MemoryAssembly, bearer, event, unpacked
from tests.memory import Memory

ADDRESS = "/api/emails/{email}"
LIST = "/api/emails/{email}/messages"
STATUS = "/api/emails/{email}/status"
MESSAGE = "/api/messages/{id}"
RAW_MAIL = "/api/messages/{id}/raw"
ATTACHMENT = "/api/messages/{id}/attachments/{attachmentId}"
RAW = (
    b"From: The Shop <secret-sender@shop.example>\r\nTo: you@elsewhere.example\r\n"
    b"Subject: secret subject\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html\r\n\r\n<p onclick=x>secret body</p>\r\n"
    b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment;"
    b' filename="notes \xc3\xa9.txt"\r\n\r\nNotes\r\n--b--\r\n'
)


def given_mails(api: Api, count: int = 1) -> tuple[str, str, list[str]]:
    """An address, its token, and the ids of its messages, newest first."""
    email, token = api.make()
    for number in range(count):
        api.flows.receive(RAW, email, name=f"mail-{number}")
    return email, token, [item["id"] for item in api.call("GET", LIST, email, limit=100).json]


def grow(memory: Memory, size: int) -> None:
    """Have all mails and attachments say that they are so large."""
    for inbox, messages in memory.rows.messages.items():
        memory.rows.messages[inbox] = {
            number: replace(each, summary=replace(each.summary, size_bytes=size))
            for number, each in messages.items()
        }
    for mail, content in memory.contents.contents.items():
        parts = tuple(replace(part, size=size) for part in content.mail.parts)
        memory.contents.contents[mail] = replace(
            content, size_bytes=size, mail=replace(content.mail, parts=parts)
        )


def test_an_address_is_made_shown_counted_and_deleted(api: Api) -> None:
    made = api.call("POST", "/api/emails", body={})
    email = made.json["email"]

    assert made.status == 201
    assert made.headers["Location"] == f"{BASE}/api/emails/{email}"
    assert made.json["expiresAt"] == "2026-01-02T12:00:00Z"
    assert api.call("GET", ADDRESS, email).json["email"] == email
    assert api.call("GET", STATUS, email).json == {
        "email": email,
        "active": True,
        "createdAt": "2026-01-01T12:00:00Z",
        "expiresAt": "2026-01-02T12:00:00Z",
        "messageCount": 0,
        "sequence": 0,
        "inboxFull": None,
    }
    gone = api.call("DELETE", ADDRESS, email, headers=bearer(made.json["access_token"]))
    assert gone.json == {"email": email, "deleted": True}
    for resource in (ADDRESS, STATUS, LIST):
        assert api.call("GET", resource, email).status == 404


def test_the_token_is_shown_once(api: Api) -> None:
    email, token = api.make()

    assert token not in api.call("GET", ADDRESS, email).content.decode()


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"domain": "elsewhere.example"}, 400, "elsewhere.example"),
        ({"domain": "no domain"}, 400, "domain"),
        ({"domain": 5}, 400, "domain must be a string"),
        ({"email": "me@mayfly.example"}, 400, "'email'"),
        ("{", 400, "not JSON"),
        ([], 400, "object"),
        ({"domain": "x" * limits.MAX_REQUEST_BYTES}, 413, "bytes"),
    ],
)
def test_what_cannot_be_made_says_why(api: Api, body: object, status: int, says: str) -> None:
    reply = api.call("POST", "/api/emails", body=body)

    assert reply.status == status
    assert reply.code == {400: "VALIDATION_ERROR", 413: "PAYLOAD_TOO_LARGE"}[status]
    assert says in reply.json["error"]["message"]
    assert reply.json["error"]["details"] == []


def test_the_domain_can_be_chosen_among_ours(memory: Memory) -> None:
    api = Api(MemoryAssembly(memory, Settings(domains=("one.example", "two.example"))))

    email = api.call("POST", "/api/emails", body={"domain": "two.example"}).json["email"]

    assert email.endswith("@two.example")


def test_where_public_inboxes_are_off_creation_is_forbidden(memory: Memory) -> None:
    reply = Api(MemoryAssembly(memory, Settings(public_inboxes=False))).call("POST", "/api/emails")

    assert (reply.status, reply.code) == (403, "AUTHORIZATION_ERROR")
    assert "PUBLIC_INBOXES" in reply.json["error"]["message"]


def test_deleting_an_address_needs_its_token(api: Api) -> None:
    email, _ = api.make()
    _, other = api.make()

    for headers in ({}, bearer(other), {"Authorization": "Basic eDp5"}):
        reply = api.call("DELETE", ADDRESS, email, headers=headers)
        assert (reply.status, reply.code) == (401, "AUTHENTICATION_ERROR")
        assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert api.call("GET", ADDRESS, email).status == 200


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("never@mayfly.example", 404),
        ("never@unknown.example", 404),
        ("no-address", 400),
        ("a b@mayfly.example", 400),
        ("@", 400),
    ],
)
def test_an_address_is_unknown_or_none_at_all(api: Api, email: str, status: int) -> None:
    for resource in (ADDRESS, STATUS, LIST):
        assert api.call("GET", resource, email).status == status


def test_an_expired_address_is_not_found_and_its_messages_are(api: Api, memory: Memory) -> None:
    email, _, (message_id,) = given_mails(api)
    memory.clock.advance(hours=24)

    assert api.call("GET", ADDRESS, email).status == 404
    assert api.call("GET", LIST, email).status == 404
    assert api.call("GET", MESSAGE, message_id).status == 200
    memory.clock.advance(hours=48)
    assert api.call("GET", MESSAGE, message_id).status == 404


def test_a_list_is_an_array_newest_first(api: Api) -> None:
    email, _, ids = given_mails(api, 3)

    reply = api.call("GET", LIST, email)

    assert [item["seq"] for item in reply.json] == [3, 2, 1]
    assert [item["id"] for item in reply.json] == ids
    first = reply.json[0]
    assert first["from"] == "secret-sender@shop.example"
    assert first["subject"] == "secret subject"
    assert first["receivedAt"] == "2026-01-01T12:00:00Z"
    assert first["hasAttachments"] is True
    assert reply.headers["X-Last-Sequence"] == "3"
    assert "X-Next-Cursor" not in reply.headers
    assert len(api.flows.adapters.raw_mails.reads) == 3  # as they came in


def test_the_link_header_leads_through_all_pages(api: Api) -> None:
    email, _, ids = given_mails(api, 5)

    seen, reply = [], api.call("GET", LIST, email, limit=2)
    for _ in range(3):
        seen += [item["id"] for item in reply.json]
        if "Link" not in reply.headers:
            break
        assert f"cursor={reply.headers['X-Next-Cursor']}" in reply.headers["Link"]
        cursor = reply.headers["X-Next-Cursor"]
        reply = api.call("GET", LIST, email, limit=2, cursor=cursor)

    assert seen == ids
    assert "Link" not in reply.headers


def test_after_is_oldest_first_and_goes_on_from_the_header(api: Api) -> None:
    email, _, _ = given_mails(api, 3)

    first = api.call("GET", LIST, email, after=0, limit=2)
    second = api.call("GET", LIST, email, after=first.headers["X-Last-Sequence"])

    assert [item["seq"] for item in first.json + second.json] == [1, 2, 3]


def test_waiting_ends_with_an_empty_list(api: Api, memory: Memory) -> None:
    email, _ = api.make()

    reply = api.call("GET", LIST, email, after=0, wait=25)

    assert (reply.status, reply.json, reply.headers["X-Last-Sequence"]) == (200, [], "0")
    assert sum(memory.clock.pauses) == pytest.approx(25)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "x"},
        {"cursor": "x"},
        {"after": -1},
        {"after": 0, "wait": 26},
        {"wait": 5},
        {"after": 0, "cursor": "x"},
    ],
)
def test_a_parameter_that_cannot_be_is_a_400(api: Api, query: dict[str, Any]) -> None:
    email, _ = api.make()

    reply = api.call("GET", LIST, email, **query)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")


def test_a_message_is_read_and_stays_unread(api: Api) -> None:
    _, _, (message_id,) = given_mails(api)

    shown = api.call("GET", MESSAGE, message_id).json

    assert shown["html"] == "<p onclick=x>secret body</p>"
    assert shown["attachments"][0]["filename"] == "notes é.txt"
    assert shown["attachments"][0]["url"] == f"{BASE}/api/messages/{message_id}/attachments/1"
    assert shown["sha256"] == hashlib.sha256(RAW).hexdigest()
    assert api.call("GET", MESSAGE, message_id).json["isRead"] is False


def test_html_is_made_safe_when_asked_for(api: Api) -> None:
    _, _, (message_id,) = given_mails(api)

    shown = api.call("GET", MESSAGE, message_id, html="safe").json

    assert (shown["html"], shown["blockedImages"]) == ("<p>secret body</p>", 0)
    assert api.call("GET", MESSAGE, message_id, html="no").status == 400


def test_diagnostics_are_there_when_asked_for(api: Api) -> None:
    _, _, (message_id,) = given_mails(api)

    assert "diagnostics" not in api.call("GET", MESSAGE, message_id).json
    shown = api.call("GET", MESSAGE, message_id, diagnostics="true").json
    assert set(shown["diagnostics"]) == {"hops", "defects"}


def test_the_read_flag_is_set_and_cleared(api: Api) -> None:
    _, _, (message_id,) = given_mails(api)

    assert api.call("PATCH", MESSAGE, message_id, body={"isRead": True}).json["isRead"] is True
    assert api.call("GET", MESSAGE, message_id).json["isRead"] is True
    assert api.call("PATCH", MESSAGE, message_id, body={"isRead": False}).json["isRead"] is False
    for wrong in ({"isRead": "true"}, {}, {"isRead": True, "subject": "x"}, [True]):
        assert api.call("PATCH", MESSAGE, message_id, body=wrong).status == 400


def test_a_message_is_deleted_with_the_token_of_its_address(api: Api) -> None:
    email, token, (message_id,) = given_mails(api)

    assert api.call("DELETE", MESSAGE, message_id).status == 401
    assert api.call("DELETE", MESSAGE, message_id, headers=bearer("another")).status == 401
    gone = api.call("DELETE", MESSAGE, message_id, headers=bearer(token))

    assert gone.json == {"id": message_id, "deleted": True}
    assert api.call("GET", MESSAGE, message_id).status == 404
    assert api.call("GET", LIST, email).json == []


def test_a_deleted_address_takes_its_messages_with_it_at_once(api: Api) -> None:
    email, token, (message_id,) = given_mails(api)

    api.call("DELETE", ADDRESS, email, headers=bearer(token))

    for resource in (MESSAGE, RAW_MAIL):
        assert api.call("GET", resource, message_id).status == 404
    assert api.call("GET", ATTACHMENT, message_id, "1").status == 404


def test_the_raw_mail_is_byte_exact(api: Api) -> None:
    _, _, (message_id,) = given_mails(api)

    reply = api.call("GET", RAW_MAIL, message_id)

    assert reply.content == RAW
    assert reply.headers["Content-Type"] == "message/rfc822"
    assert reply.headers["Content-Disposition"].startswith(
        'attachment; filename="secret_subject.eml"'
    )
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_an_attachment_has_its_bytes_its_type_and_its_name(api: Api) -> None:
    _, _, (message_id,) = given_mails(api)

    reply = api.call("GET", ATTACHMENT, message_id, "1")

    assert reply.content == b"Notes"
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert "filename*=UTF-8''notes%20%C3%A9.txt" in reply.headers["Content-Disposition"]
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert api.call("GET", ATTACHMENT, message_id, "2").status == 404


def test_what_is_too_large_for_an_answer_is_linked(api: Api, memory: Memory) -> None:
    api.flows.keep_contents()
    _, _, (message_id,) = given_mails(api)
    grow(memory, limits.MAX_ANSWER_BYTES + 1)

    for method, reply in (
        (method, api.call(method, *path))
        for method in ("GET", "HEAD")
        for path in ((RAW_MAIL, message_id), (ATTACHMENT, message_id, "1"))
    ):
        assert reply.status == 302
        assert reply.headers["Location"].startswith("https://bucket.example/")
        assert reply.content == b""
        assert reply.headers["Location"].endswith(f"&for={method}")


def test_the_link_comes_as_json_to_who_would_send_a_token_along(api: Api, memory: Memory) -> None:
    api.flows.keep_contents()
    _, _, (message_id,) = given_mails(api)
    paths = (RAW_MAIL, message_id), (ATTACHMENT, message_id, "1")

    small = [api.call("GET", *path, link="1") for path in paths]
    as_bytes = [api.call("GET", *path, headers={"Accept": "application/json"}) for path in paths]
    grow(memory, limits.MAX_ANSWER_BYTES + 1)
    asked = [api.call("GET", *path, link="1") for path in paths]
    only_json = [
        api.call("GET", *path, headers={"Accept": "application/json, text/json;q=0.5"})
        for path in paths
    ]

    for reply in (*small, *asked, *only_json):
        assert (reply.status, set(reply.json)) == (200, {"url"})
        assert reply.json["url"].startswith("https://bucket.example/")
        assert "Location" not in reply.headers
    assert [each.headers["Content-Type"] for each in as_bytes] != ["application/json"] * 2


@pytest.mark.parametrize(
    "accept",
    [
        *("*/*", "application/json, text/plain, */*", "application/octet-stream"),
        *("application/json;q=0", "application/*, application/json", ""),
    ],
)
def test_who_takes_other_things_than_json_is_redirected(
    api: Api, memory: Memory, accept: str
) -> None:
    api.flows.keep_contents()
    _, _, (message_id,) = given_mails(api)
    grow(memory, limits.MAX_ANSWER_BYTES + 1)

    reply = api.call("GET", RAW_MAIL, message_id, headers={"Accept": accept}, link="0")

    assert (reply.status, reply.content) == (302, b"")
    assert api.call("GET", RAW_MAIL, message_id, link="yes").status == 400


def test_a_message_too_long_for_an_answer_is_cut(api: Api, memory: Memory) -> None:
    api.flows.keep_contents()
    _, _, (message_id,) = given_mails(api)
    for mail, content in memory.contents.contents.items():
        long = replace(content.mail, text="\x01" * 1_000_000, html="x" * 1_000_000)
        memory.contents.contents[mail] = replace(content, mail=long)

    shown = api.call("GET", MESSAGE, message_id).json

    assert shown["truncated"] == ["body", "html"]


@pytest.mark.parametrize(("share", "said"), [(0, 0), (1, 2)])
def test_what_went_well_is_logged_of_so_many_requests(
    deployment: Deployment,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    share: float,
    said: int,
) -> None:
    with monkeypatch.context() as sampled:
        sampled.setattr(logger, "sampling_rate", share)
        sampled.setattr(logger, "initial_log_level", logging.WARNING)
        for _ in range(2):
            lambda_handler(event("GET", "/health/ping"), deployment.context)
    logger.refresh_sample_rate_calculation()

    assert log.getvalue().count("Request answered") == said


def test_a_mail_is_answered_alike_whether_its_content_was_kept_or_is_read_anew() -> None:
    told = []
    for read_anew_bytes in (0, limits.READ_ANEW_BYTES):
        flows = MemoryAssembly(Memory())
        flows.keep_contents(read_anew_bytes)
        api = Api(flows)
        email, _, (message_id,) = given_mails(api)
        asks = [
            (LIST, email),
            (MESSAGE, message_id),
            (RAW_MAIL, message_id),
            (ATTACHMENT, message_id, "1"),
            (ATTACHMENT, message_id, "2"),
        ]
        answers = [api.call("GET", path, *values) for path, *values in asks]
        answers.append(api.call("GET", MESSAGE, message_id, html="safe"))
        told.append([each.content for each in answers])

    assert told[0] == told[1]


def test_a_mail_whose_raw_bytes_are_gone_is_not_found(api: Api, memory: Memory) -> None:
    _, _, (message_id,) = given_mails(api)
    memory.raw_mails.objects.clear()

    for path, *more in ((MESSAGE,), (RAW_MAIL,), (ATTACHMENT, "1")):
        reply = api.call("GET", path, message_id, *more)
        assert (reply.status, reply.code) == (404, "NOT_FOUND")


@pytest.mark.parametrize("message_id", ["x", "64d5a8b3f7a1e2c3f8e7d4a2", "A" * 40, "é", ".."])
def test_what_is_no_message_is_not_found(api: Api, message_id: str) -> None:
    for resource in (MESSAGE, RAW_MAIL):
        reply = api.call("GET", resource, message_id)
        assert (reply.status, reply.code) == (404, "NOT_FOUND")
    assert api.call("PATCH", MESSAGE, message_id, body={"isRead": True}).status == 404
    assert api.call("DELETE", MESSAGE, message_id, headers=bearer("x")).status == 404


def test_private_inboxes_are_not_read_here(api: Api, memory: Memory) -> None:
    memory.inboxes.create(samples.inbox("p@mayfly.example", access=Access.TOKEN), memory.clock())
    api.flows.receive(RAW, "p@mayfly.example")
    ((message,),) = (each.values() for each in memory.rows.messages.values())

    assert api.call("GET", ADDRESS, "p@mayfly.example").status == 404
    assert api.call("GET", LIST, "p@mayfly.example").status == 404
    assert api.call("GET", MESSAGE, str(message.id)).status == 404
    assert api.call("GET", RAW_MAIL, str(message.id)).status == 404
    assert api.call("GET", ATTACHMENT, str(message.id), "1").status == 404


def test_health_counts_connections(api: Api, memory: Memory) -> None:
    memory.watching.connect(Connection("a", samples.NOW.replace(year=2030)))

    reply = api.call("GET", "/health")

    assert (reply.status, reply.json["status"]) == (200, "OK")
    assert reply.json["websocketConnections"] == 1


def test_health_without_the_table_is_degraded_and_no_failure(
    api: Api, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory.watching, "connections", lambda now: 1 // 0)

    reply = api.call("GET", "/health")

    assert (reply.status, reply.json["status"]) == (503, "DEGRADED")
    assert reply.json["dbConnected"] is False


def test_metrics_are_prometheus_text(api: Api) -> None:
    given_mails(api, 2)
    api.flows.receive(RAW, "nobody@mayfly.example", name="mail-9")

    text = api.call("GET", "/metrics").content.decode()

    assert "mayfly_deliveries_accepted_total 3\n" in text
    assert "mayfly_deliveries_stored_total 2\n" in text
    assert 'mayfly_deliveries_dropped_total{reason="unknown_recipient"} 1\n' in text


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_an_unknown_method_is_refused_with_those_that_are_allowed(api: Api, path: str) -> None:
    values = ["x"] * path.count("{")

    reply = api.call("TRACE", path, *values)

    assert (reply.status, reply.code) == (405, "METHOD_NOT_ALLOWED")
    allowed = {route.method for route in ROUTES if route.path == path}
    assert allowed < set(reply.headers["Allow"].split(", "))


def test_an_unknown_path_is_not_found(api: Api) -> None:
    reply = api.call("GET", "/nothing")

    assert (reply.status, reply.code) == (404, "NOT_FOUND")


def test_a_browser_may_ask_first(api: Api) -> None:
    reply = api.call("OPTIONS", ADDRESS, "x")

    assert (reply.status, reply.content) == (204, b"")
    assert "DELETE" in reply.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in reply.headers["Access-Control-Allow-Headers"]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_errors_can_be_read_by_browsers_of_the_one_allowed_origin(memory: Memory) -> None:
    api = Api(MemoryAssembly(memory, Settings(cors_origin=("https://mail.example",))))

    headers = api.call("GET", ADDRESS, "x").headers

    assert headers["Access-Control-Allow-Origin"] == "https://mail.example"


def test_head_is_get_without_a_body(api: Api) -> None:
    reply = unpacked(serve(event("HEAD", "/docs"), api.flows))

    assert (reply.status, reply.content) == (200, b"")


class BrokenFlows(MemoryAssembly):
    """Flows that fail with something that was sent to them."""

    def __getattribute__(self, name: str) -> Any:
        if name == "inboxes":
            raise KeyError("secret-address@mayfly.example")
        return super().__getattribute__(name)


def test_a_failure_is_one_document_and_tells_nothing(memory: Memory, capsys: Any) -> None:
    reply = Api(BrokenFlows(memory)).call("GET", ADDRESS, "secret-address@mayfly.example")

    assert (reply.status, reply.code) == (500, "INTERNAL_ERROR")
    assert "secret" not in reply.content.decode()
    assert '"RequestFailed":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_the_log_has_no_address_subject_body_or_token(
    api: Api, memory: Memory, log: io.StringIO
) -> None:
    email, token, (message_id,) = given_mails(api)
    api.call("GET", MESSAGE, message_id)
    api.call("GET", ADDRESS, "secret-name@mayfly.example")
    api.call("DELETE", ADDRESS, email, headers=bearer(token + "x"))
    Api(BrokenFlows(memory)).call("GET", ADDRESS, "secret-name@mayfly.example")

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["correlation_id"] for line in lines} == {"11111111-2222-3333-4444-555555555555"}
    assert any(line.get("error") == "KeyError" and line["where"] for line in lines)
    for told in (email, email.partition("@")[0], token, message_id, "secret"):
        assert told not in log.getvalue()


@pytest.mark.parametrize("deployment", AWS_SIDES, indirect=True)
def test_a_mail_is_read_on_the_real_adapters(deployment: Deployment) -> None:
    flows = deployment.assembly
    made = unpacked(lambda_handler(event("POST", "/api/emails"), deployment.context)).json
    deployment.put_raw("raw/mail-1", RAW)
    now = flows.now()
    flows.receiving.receiver.receive(samples.notice("mail-1", made["email"], received_at=now))
    api = Api(flows)

    (item,) = api.call("GET", LIST, made["email"], after=0, wait=5).json
    message = api.call("GET", MESSAGE, item["id"]).json
    raw = api.call("GET", RAW_MAIL, item["id"])

    assert message["sha256"] == hashlib.sha256(raw.content).hexdigest()
    assert api.call("GET", ATTACHMENT, item["id"], "1").content == b"Notes"
    assert api.call("GET", "/health").json["status"] == "OK"
    assert "accepted_total 1" in api.call("GET", "/metrics").content.decode()
    gone = api.call("DELETE", ADDRESS, made["email"], headers=bearer(made["access_token"]))
    assert gone.status == 200
    assert api.call("GET", MESSAGE, item["id"]).status == 404


def test_a_list_costs_two_calls_and_a_message_at_most_three(deployment: Deployment) -> None:
    flows = deployment.assembly
    made = unpacked(lambda_handler(event("POST", "/api/emails"), deployment.context)).json
    for number in range(3):
        deployment.put_raw(f"raw/mail-{number}", RAW)
        notice = samples.notice(f"mail-{number}", made["email"], received_at=flows.now())
        flows.receiving.receiver.receive(notice)
    calls = deployment.calls
    api = Api(flows)
    calls.clear()

    listed = api.call("GET", LIST, made["email"]).json
    for_the_list = len(calls)
    api.call("GET", MESSAGE, listed[0]["id"])

    assert len(listed) == 3
    assert for_the_list == 2
    assert len(calls) - for_the_list <= 3
