"""`POST /mcp`: what is answered in which way, and what each tool gives to whom."""

import json
from typing import Any

import jsonschema
import pytest

from functions.http_api.handler import serve
from mayfly.mcp.protocol import described_tools
from mayfly.mcp.tools import TOOLS
from mayfly.proof_of_work.models import HEADER
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, bearer, event, unpacked
from tests.mcp.asking import BEFORE, NOW, ask, use
from tests.memory import Memory
from tests.pop3.test_external_routes import ADDRESS, HOST, a_mail
from tests.pop3.test_external_routes import made as external
from tests.proof_of_work.test_proof_of_work_routes import challenge, sent, solved

CODE = b"From: Ann <ann@shop.example>\r\nSubject: Hi\r\n\r\nYour verification code is 482913.\r\n"
LINK = (
    b"Subject: Confirm your address\r\nContent-Type: text/html\r\n\r\n"
    b'<a href="https://shop.example/confirm?token=d41d8cd98f00b204e980">confirm your email</a>'
)
ERAS = pytest.mark.parametrize("version", [BEFORE, NOW])
PASSWORD = "a phrase for the tests"


@pytest.fixture
def api() -> Api:
    return Api(MemoryAssembly(Memory()))


def made(api: Api, *mails: bytes) -> str:
    """The token of a new inbox with these mails."""
    inbox = use(api, "create_inbox")
    for number, mail in enumerate(mails):
        api.flows.receive(mail, inbox["email_address"], name=f"mail-{number}")
    return str(inbox["token"])


# The protocol


def test_who_begins_with_initialize_is_told_the_version_that_both_speak(api: Api) -> None:
    def version(wanted: str) -> str:
        params = {"protocolVersion": wanted, "capabilities": {}, "clientInfo": {}}
        told = ask(api, "initialize", params).json["result"]
        assert told["capabilities"] == {"tools": {}}
        assert told["serverInfo"]["name"] == "mayfly"
        return str(told["protocolVersion"])

    assert version(BEFORE) == BEFORE
    assert version("2025-06-18") == "2025-06-18"
    assert version("2099-01-01") == BEFORE
    assert version(NOW) == BEFORE


def test_who_asks_as_today_discovers_the_server(api: Api) -> None:
    told = ask(api, "server/discover", version=NOW).json["result"]

    assert told["supportedVersions"][:2] == [NOW, BEFORE]
    assert (told["resultType"], told["cacheScope"]) == ("complete", "public")
    assert told["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "mayfly"


@ERAS
def test_tools_are_listed_alike(api: Api, version: str) -> None:
    told = ask(api, "tools/list", version=version).json["result"]

    assert told["tools"] == json.loads(json.dumps(described_tools()))
    assert ("ttlMs" in told, "resultType" in told) == (version == NOW, version == NOW)


def test_a_ping_is_of_before(api: Api) -> None:
    assert ask(api, "ping").json["result"] == {}
    assert ask(api, "ping", version=NOW).json["error"]["code"] == -32601


@ERAS
@pytest.mark.parametrize("method", ["prompts/list", "logging/setLevel", "x" * 2000, "\u202e"])
def test_an_unknown_method_is_none(api: Api, version: str, method: str) -> None:
    headers = {} if method.isascii() else {"Mcp-Method": method}

    reply = ask(api, method, version=version, headers=headers)

    assert (reply.json["error"]["code"], reply.status) == (-32601, 404 if version == NOW else 200)
    assert len(reply.json["error"]["message"]) < 200


@ERAS
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/call", {"name": "no_such_tool"}),
        ("tools/call", {"name": "create_inbox", "arguments": []}),
        ("tools/list", {"cursor": "1"}),
    ],
)
def test_bad_parameters_are_told(
    api: Api, version: str, method: str, params: dict[str, Any]
) -> None:
    reply = ask(api, method, params, version=version)

    assert (reply.json["error"]["code"], reply.status) == (-32602, 400 if version == NOW else 200)


def test_a_call_without_a_name_and_a_greeting_without_a_version_are_refused(api: Api) -> None:
    assert ask(api, "tools/call", {}).json["error"]["code"] == -32602
    assert ask(api, "initialize", {}).json["error"]["code"] == -32602


def test_a_notification_is_taken_and_not_answered(api: Api) -> None:
    message = {"jsonrpc": "2.0", "method": "notifications/initialized"}

    reply = api.call("POST", "/mcp", body=message)

    assert (reply.status, reply.content) == (202, b"")


@pytest.mark.parametrize("body", ["[]", "{", "null", "7", '{"jsonrpc":"2.0","id":1}'])
def test_what_is_no_message_is_refused_as_json_rpc_has_it(api: Api, body: str) -> None:
    reply = api.call("POST", "/mcp", body=body)

    assert reply.status == 400
    assert reply.json["error"]["code"] in (-32600, -32700)


def test_a_body_is_bounded_and_not_compressed(api: Api) -> None:
    large = api.call("POST", "/mcp", body=" " * 70_000)
    packed = api.call("POST", "/mcp", body="{}", headers={"Content-Encoding": "gzip"})

    assert (large.status, packed.status) == (413, 415)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_are_no_streams_and_no_sessions(api: Api, method: str) -> None:
    reply = api.call(method, "/mcp", headers={"Mcp-Session-Id": "x", "Last-Event-ID": "1"})

    assert (reply.status, reply.headers["Allow"]) == (405, "POST, OPTIONS")
    assert not [each for each in reply.headers if "session" in each.lower()]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://api.example.evil"])
def test_pages_of_other_sites_are_refused(api: Api, origin: str) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    reply = api.call("POST", "/mcp", body=message, headers={"Origin": origin})

    assert reply.status == 403


def test_own_pages_and_those_that_the_deployer_names_are_let_in() -> None:
    api = Api(MemoryAssembly(Memory(), Settings(cors_origin=("https://inspector.example",))))

    for origin in ("https://api.example", "https://inspector.example"):
        assert ask(api, "ping", headers={"Origin": origin}).status == 200


# The tools


def test_an_inbox_comes_and_goes(api: Api) -> None:
    inbox = use(api, "create_inbox", token_ttl_seconds=60)
    token = inbox["token"]

    assert inbox["email_address"].endswith("@mayfly.example")
    assert inbox["token_expires_at"] == "2026-01-01T12:01:00.000Z"
    assert use(api, "list_messages", token=token)["messages"] == []
    assert use(api, "delete_inbox", token=token)["deleted"]
    assert use(api, "list_messages", token=token) == "no such inbox"


def test_what_is_given_is_as_it_is_described(api: Api) -> None:
    token = made(api, CODE, LINK)
    schemas = {each["name"]: each["outputSchema"] for each in described_tools()}
    arguments: dict[str, dict[str, Any]] = {
        "create_inbox": {},
        "read_message": {"token": token, "number": 1},
        **{
            name: {"token": token, "timeout": 0}
            for name in ("wait_for_message", "wait_for_code", "wait_for_link")
        },
        "list_messages": {"token": token},
        "delete_inbox": {"token": token},
    }

    for name, given in arguments.items():
        jsonschema.validate(use(api, name, **given), schemas[name])
    assert arguments.keys() == schemas.keys()


def test_lists_go_on_from_a_number_and_are_filtered(api: Api) -> None:
    token = made(api, CODE, LINK)

    def numbers(**query: Any) -> list[int]:
        listed = use(api, "list_messages", token=token, **query)
        return [each["number"] for each in listed["messages"]]

    assert numbers() == [2, 1]
    assert numbers(limit=1) == [2]
    assert numbers(after=0) == [1, 2]
    assert numbers(after=2) == []
    assert numbers(**{"from": "ann@"}) == [1]
    assert numbers(subject="confirm") == [2]
    assert numbers(text="verification") == [1]


def test_codes_and_links_are_those_of_the_other_waits(api: Api) -> None:
    inbox = use(api, "create_inbox")
    token = inbox["token"]
    for number, mail in enumerate((CODE, LINK)):
        api.flows.receive(mail, inbox["email_address"], name=f"mail-{number}")

    for require in ("code", "link"):
        path, query = "/v1/inboxes/{inboxId}/wait", {"require": require, "after": 0, "timeout": 0}
        there = api.call("GET", path, inbox["inbox_id"], headers=bearer(token), **query).json
        here = use(api, f"wait_for_{require}", token=token, timeout=0)

        assert here["untrusted_content"]["value"] == there["value"]
        assert [here[each] for each in ("seq", "status", "confidence", "where")] == [
            there[each] for each in ("seq", "status", "confidence", "where")
        ]
        assert here["seen_by_people"]


def test_a_wait_ends_in_time_with_where_to_go_on_from(api: Api) -> None:
    token = made(api, CODE)

    waited = use(api, "wait_for_link", token=token, timeout=25)

    assert (waited["status"], waited["seq"], waited["untrusted_content"]) == ("timeout", 1, None)
    assert sum(api.flows.adapters.clock.pauses) == pytest.approx(25)
    assert "timeout must be" in use(api, "wait_for_link", token=token, timeout=26)


def test_a_wait_takes_a_place_as_others_do_and_says_if_there_is_none() -> None:
    api = Api(MemoryAssembly(Memory(), Settings(waits_at_once=0)))
    token = made(api)

    waited = use(api, "wait_for_message", token=token, timeout=25)

    assert waited == {"status": "timeout", "seq": 0, "message": None, "retry_after_seconds": 3}
    assert not api.flows.adapters.clock.pauses


def test_a_mistake_in_the_arguments_is_told_and_bounded(api: Api) -> None:
    assert "number is needed" in use(api, "read_message", token="x")
    assert "unknown field 'page'" in use(api, "list_messages", page=2)
    assert "limit must be a whole number from 1 to 50" in use(api, "list_messages", limit=0)
    assert "subject must be" in use(api, "list_messages", subject="x" * 300)
    assert "no mail domain of ours" in use(api, "create_inbox", domain="evil.example")
    long: dict[str, Any] = {"x" * 2000: 1}
    assert len(use(api, "list_messages", **long)) < 300
    assert use(api, "read_message", token=made(api), number=9) == "no such message"


def test_null_is_taken_for_what_was_left_out(api: Api) -> None:
    assert use(api, "create_inbox", domain=None, token_ttl_seconds=None)["token"]


# Who may


def account(api: Api, name: str) -> str:
    who = {"email": f"{name}@elsewhere.example", "password": PASSWORD}
    api.call("POST", "/api/users/register", body=who)
    return str(api.call("POST", "/api/users/login", body=who).json["token"])


READING: list[tuple[str, dict[str, Any]]] = [
    ("list_messages", {}),
    ("read_message", {"number": 1}),
    ("wait_for_message", {"timeout": 0}),
    ("wait_for_code", {"timeout": 0}),
    ("wait_for_link", {"timeout": 0}),
    ("delete_inbox", {}),
]
OF_INBOX = pytest.mark.parametrize(("tool", "arguments"), READING)


def test_all_tools_but_one_are_about_an_inbox() -> None:
    assert {name for name, _ in READING} | {"create_inbox"} == {each.name for each in TOOLS}


@OF_INBOX
def test_a_token_opens_its_inbox_as_argument_and_in_the_header(
    api: Api, tool: str, arguments: dict[str, Any]
) -> None:
    assert isinstance(use(api, tool, token=made(api, CODE), **arguments), dict)
    assert isinstance(use(api, tool, bearer(made(api, CODE)), **arguments), dict)


@OF_INBOX
def test_an_account_opens_its_mailboxes_by_their_id(
    api: Api, tool: str, arguments: dict[str, Any]
) -> None:
    token = account(api, "ann")
    mailbox = api.call("POST", "/api/user/mailbox/create", headers=bearer(token)).json
    api.flows.receive(CODE, mailbox["emailAddress"])
    arguments = arguments | {"inbox_id": mailbox["id"]}
    stranger = account(api, "eve")

    assert use(api, tool, bearer(stranger), **arguments) in ("no such inbox", "no such message")
    assert isinstance(use(api, tool, bearer(token), **arguments), dict)


@OF_INBOX
def test_nothing_else_opens_it(api: Api, tool: str, arguments: dict[str, Any]) -> None:
    inbox = use(api, "create_inbox")
    api.flows.receive(b"Subject: hidden\r\n\r\nhidden", inbox["email_address"])
    _, address_token = api.make()
    asked = {"inbox_id": inbox["inbox_id"]} | arguments
    admin = {"X-Admin-Key": "the admin key", "X-API-Key": "mfk_x"}
    cookie = {"Cookie": f"sessionToken={inbox['token']}; token={inbox['token']}"}

    refusals = [
        use(api, tool, **asked),
        use(api, tool, admin, **asked),
        use(api, tool, cookie, **asked),
        use(api, tool, token="x", **asked),
        use(api, tool, token="\u00e9", **asked),
        use(api, tool, token=f"{inbox['token']}x", **asked),
        use(api, tool, token=address_token, **asked),
        use(api, tool, token=made(api), **asked),
        use(api, tool, token=account(api, "eve"), **asked),
        # The argument counts, and lends no rights of the header's.
        use(api, tool, bearer(inbox["token"]), token=made(api), **asked),
    ]

    assert all(isinstance(each, str) and "hidden" not in each for each in refusals)
    assert use(api, "list_messages", token=inbox["token"])["messages"]


def test_an_expired_token_and_a_revoked_one_say_so(api: Api) -> None:
    inbox = use(api, "create_inbox", token_ttl_seconds=120)
    path, asked = "/v1/inboxes/{inboxId}/token:rotate", bearer(inbox["token"])
    fresh = api.call("POST", path, inbox["inbox_id"], body={}, headers=asked).json["access_token"]

    assert use(api, "list_messages", token=inbox["token"]) == "the access token was revoked"

    api.flows.adapters.clock.advance(minutes=11)
    assert use(api, "list_messages", token=fresh) == "the access token has expired"


def test_no_token_and_no_text_of_a_mail_is_in_the_log(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    token = made(api, CODE)
    for tool, arguments in READING:
        use(api, tool, token=token, **arguments)
    use(api, "list_messages", token=token)

    logged = repr([vars(each) for each in caplog.records])

    assert "Tool refused" in logged
    assert not [each for each in (token, "482913", "shop.example", "@mayfly") if each in logged]


# Limits


def test_each_tool_counts_in_its_group_and_a_refusal_says_when_to_go_on() -> None:
    rates = RateLimits(100, {"create": 2, "fetch": 3}, 0)
    api = Api(MemoryAssembly(Memory(), rates=rates))

    token = made(api)
    made(api)
    refused = use(api, "create_inbox")
    other = api.call("POST", "/v1/inboxes", body={"mode": "generated"})
    for _ in range(3):
        use(api, "list_messages", token=token)
    listed = use(api, "wait_for_code", token=token, timeout=0)

    assert "(RATE_LIMIT_CREATE)" in refused and "; again in 60 s" in refused
    assert other.status == 429
    assert "(RATE_LIMIT_FETCH)" in listed


def test_inboxes_of_a_day_are_counted_with_all_others() -> None:
    api = Api(MemoryAssembly(Memory(), rates=RateLimits(100, {}, 0, inboxes=1)))
    made(api)

    assert "(INBOXES_PER_CLIENT)" in use(api, "create_inbox")
    assert api.call("POST", "/v1/inboxes", body={"mode": "generated"}).status == 429


def test_work_is_asked_for_where_others_are_asked() -> None:
    api = Api(MemoryAssembly(Memory(), Settings(proof_of_work=10)))

    refused = use(api, "create_inbox")
    headers = {HEADER: sent(solved(challenge(api)))[HEADER]}

    assert "GET /api/proof-of-work" in refused
    assert use(api, "create_inbox", headers)["token"]
    assert "used already" in use(api, "create_inbox", headers)


def test_where_private_inboxes_are_off_there_are_none() -> None:
    api = Api(MemoryAssembly(Memory(), Settings(private_inboxes=False)))

    assert "PRIVATE_INBOXES" in use(api, "create_inbox")


def test_a_failure_of_ours_is_a_500_and_no_mistake_of_the_agents(api: Api) -> None:
    token = made(api)
    api.flows.messages.__dict__["search"] = None  # whatever is broken inside

    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "list_messages", "arguments": {"token": token}},
    }
    reply = unpacked(serve(event("POST", "/mcp", body=message), api.flows))

    assert (reply.status, reply.code) == (500, "INTERNAL_ERROR")


# Inboxes that show a POP3 mailbox


def test_an_external_inbox_is_fetched_into_before_it_is_read() -> None:
    memory = Memory()
    mailbox = memory.pop3_servers.given(HOST, ADDRESS, mails={"uidl-1": a_mail(1)})
    api = Api(MemoryAssembly(memory))
    token = external(api).json["access_token"]
    mailbox.mails["uidl-2"] = a_mail(2)
    memory.clock.advance(seconds=61)

    waited = use(api, "wait_for_message", token=token, after=1)
    memory.clock.advance(seconds=61)
    mailbox.password = "another"
    listed = use(api, "list_messages", token=token)

    assert waited["message"]["untrusted_content"]["subject"] == "number 2"
    assert [each["number"] for each in listed["messages"]] == [2, 1]
    assert listed["warning"].startswith("the POP3 mailbox cannot be read now: ")
