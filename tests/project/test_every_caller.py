"""Every route of the API with every kind of caller: the status, and no byte of another's data.

What a route opens to is its *door*. A route that has none here fails, and so does a door that does
not say what each caller meets.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache

import pytest

from mayfly.api import ROUTES
from mayfly.api_keys.models import Scope
from mayfly.domains.models import MailDomain
from mayfly.inboxes.ids import InboxId, MessageId
from mayfly.kit.http.route import Route
from mayfly.kit.tokens.models import key_hash
from mayfly.sending.models import Suppression
from mayfly.settings import Settings
from tests import samples
from tests.copies import deepcopy
from tests.functions.http import Api, MemoryAssembly, bearer
from tests.memory import Memory
from tests.pop3.fakes import CREDENTIALS, give_pop3_mailbox

KEY = "the admin key of the tests, with its random bits"
PASSWORD = "a phrase for the tests"
SECRETS = (b"hidden-subject", b"hidden-body", b"hidden-sender", b"victim@")
RAW = (
    b"From: hidden-sender@shop.example\r\nSubject: hidden-subject\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nhidden-body\r\n"
    b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n"
    b"\r\nhidden-body\r\n--b--\r\n"
)
RELAY = {"host": "hidden-relay.example", "port": 587, "username": "a", "password": "b"}
SOURCE = {"name": "hidden-subject", "subject": "hidden-subject", "text": "hidden-body"}
TEMPLATE = "019b7971-e980-7000-8000-000000000001"
Headers = dict[str, str]


class Door(Enum):
    """Whom a route opens to."""

    OPEN = "everybody, about nobody's data"
    KNOWN = "whoever knows the address or the message's id"
    ADDRESS = "the access token of the address"
    INBOX = "the token of the inbox"
    ACCOUNT = "an account, about itself"
    THING = "the account that has the thing which the path names"
    SELF = "an account or a session, about itself"
    DOMAIN = "the account that brought the domain"
    MAILBOX = "the account that owns the mailbox"
    HOLDER = "the account that owns the mailbox, or the session that has it"
    FROM = "the account that has the domain that the mail is from"
    SENDER = "the account that sends, or has sent"
    ADMIN = "the admin key"
    LINK = "whoever has the link, for an hour"


def door(route: Route) -> Door:
    """The door of a route, by its path and method; KeyError for a path that nobody thought of."""
    path, writes = route.path, route.method != "GET"
    if path == "/v1/webhooks/files/{ticket}":
        return Door.LINK
    if path.startswith("/api/emails/{email}/webhooks"):
        return Door.ADDRESS
    mine = route.method == "DELETE" or path.endswith("/sample")
    if path.startswith(("/api/emails/", "/api/messages/")) and mine:
        return Door.ADDRESS
    if path.startswith(("/api/emails/", "/api/messages/")):
        return Door.KNOWN
    if path.startswith("/v1/admin/"):
        return Door.ADMIN
    if path.startswith((OWN_DOMAIN, "/api/v1/smtp/domains/{domainId}/")):
        return Door.DOMAIN
    if path in ("/api/v1/emails", "/api/v1/emails/batch") and writes:
        return Door.FROM
    if path in ("/api/v1/emails/attachments", "/api/v1/emails/approval"):
        return Door.ACCOUNT
    if path.startswith(SENDERS):
        return Door.SENDER
    if path.startswith("/v1/inboxes/"):
        return Door.INBOX
    if path.startswith("/api/user/mailbox/{mailboxId}"):
        is_accounts = path.endswith("/extend") or "/rules" in path
        return Door.MAILBOX if is_accounts else Door.HOLDER
    if path.startswith("/api/v1/"):
        return Door.THING if "{" in path else Door.ACCOUNT
    if path == "/api/users/socket-token":
        return Door.SELF
    if path.startswith(("/api/user/forwarding", "/api/user/exports")):
        return Door.THING if "{" in path else Door.ACCOUNT
    if path.startswith(("/api/user/mailbox", "/api/users/")) and path not in BEFORE_LOGIN:
        return Door.ACCOUNT
    return {False: OPEN_TO_READ, True: OPEN_TO_WRITE}[writes][path]


OWN_DOMAIN = "/api/v1/domains/{domainId}"
SENDERS = ("/api/v1/emails/{emailId}", "/api/v1/suppressions/{address}")
BEFORE_LOGIN = {
    f"/api/users/{step}"
    for step in ("register", "verify", "login", "logout", "password/forgot", "password/reset")
}
OPEN_TO_WRITE = dict.fromkeys(
    BEFORE_LOGIN
    | {"/api/emails", "/v1/inboxes", "/v1/inboxes:login", "/api/session", "/mcp"}
    | {"/api/forwarding/confirm", "/api/forwarding/stop"},
    Door.OPEN,
)
OPEN_TO_READ = dict.fromkeys(
    {
        *(
            "/api/session",
            "/api/domains",
            "/api/proof-of-work",
            "/health",
            "/ready",
            "/metrics",
            "/openapi.json",
        ),
        *("/health/ready", "/health/metrics", "/health/ping"),
        *("/docs", "/api-docs", "/docs/{file}"),
    },
    Door.OPEN,
)


@dataclass
class Scene:
    """What the victim has, of each kind, with a mail in it."""

    memory: Memory = field(default_factory=Memory)
    values: dict[str, str] = field(default_factory=dict)
    credentials: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.flows = MemoryAssembly(
            self.memory, settings=Settings(sending=True, sending_needs_approval=False)
        )
        mails = self.memory.service_mails()
        self.flows.forwarding.service = replace(self.flows.forwarding.service, service_mails=mails)
        self.api = Api(self.flows)
        self.memory.admin_keys.replace(key_hash(KEY), self.memory.clock())
        self.memory.domains.add(MailDomain("hidden.example", samples.NOW, samples.NOW))

    def ask(self, method: str, path: str, *values: str, **wish: object) -> dict[str, object]:
        reply = self.api.call(method, path, *values, **wish)  # type: ignore[arg-type]
        assert reply.status < 300, reply.content
        document: dict[str, object] = reply.json
        return document

    def receive(self, address: object, name: str) -> None:
        self.flows.receive(RAW, str(address), name=name)

    def account(self, email: str) -> str:
        who = {"email": email, "password": PASSWORD}
        self.ask("POST", "/api/users/register", body=who)
        return str(self.ask("POST", "/api/users/login", body=who)["token"])

    def key(self, token: str, *scopes: str) -> dict[str, object]:
        wish = {"name": "hidden-body", "scopes": scopes}
        return self.ask("POST", "/api/v1/keys", body=wish, headers=bearer(token))


@pytest.fixture
def scene() -> Scene:
    """The victim's address, inbox, session and account, as nobody has touched them."""
    return deepcopy(_prepared())


@cache
def _prepared() -> Scene:
    """What a dozen requests lead to, which take ten times as long as a copy of it."""
    scene = Scene()
    address = scene.ask("POST", "/api/emails")
    inbox = scene.ask("POST", "/v1/inboxes", body={"mode": "generated"})
    token = scene.account("victim@elsewhere.example")
    mailbox = scene.ask("POST", "/api/user/mailbox/create", headers=bearer(token))
    brought = {"name": "hidden-sender.example"}
    domain = scene.ask("POST", "/api/v1/domains", body=brought, headers=bearer(token))
    path = "/api/v1/smtp/domains/{domainId}/config"
    scene.ask("PUT", path, str(domain["id"]), body=RELAY, headers=bearer(token))
    for number, to in enumerate(
        (address["email"], inbox["email_address"], mailbox["emailAddress"])
    ):
        scene.receive(to, f"mail-{number}")
    listed = scene.api.call("GET", "/api/emails/{email}/messages", str(address["email"]))
    scene.values = {
        "email": str(address["email"]),
        "id": listed.json[0]["id"],
        "inboxId": str(inbox["inbox_id"]),
        "mailboxId": str(mailbox["id"]),
        "domainId": MailDomain("hidden.example").id,
        "own domainId": str(domain["id"]),
        "uid": "1",
        "number": "1",
        "attachmentId": "1",
        "accountId": str(scene.ask("GET", "/api/users/me", headers=bearer(token))["id"]),
        "file": "start.js",
        "keyId": str(scene.key(token, "domains")["id"]),
    }
    scene.credentials = {
        "address": str(address["access_token"]),
        "inbox": str(inbox["access_token"]),
        "account": token,
    }
    _give_sent_mail(scene)
    give_pop3_mailbox(scene.memory, InboxId.parse(scene.values["inboxId"]))
    _give_webhooks(scene)
    return scene


def _give_sent_mail(scene: Scene) -> None:
    """A mail that the victim has called back, and an address that it bounced from."""
    account = str(scene.ask("GET", "/api/users/me", headers=_victim(scene))["id"])
    scene.memory.sendable_domains.owners["hidden.example"] = account
    body = {
        "from": "hidden-sender@hidden.example",
        "to": ["victim@elsewhere.example"],
        "subject": "hidden-subject",
        "text": "hidden-body",
    }
    mail = scene.ask("POST", "/api/v1/emails", body=body, headers=_victim(scene))["id"]
    scene.ask("DELETE", "/api/v1/emails/{emailId}", str(mail), headers=_victim(scene))
    entry = Suppression("victim@gone.example", "bounce", samples.NOW)
    scene.memory.suppressions.add(account, entry)
    scene.values |= {"emailId": str(mail), "address": entry.address, "templateId": TEMPLATE}
    made = scene.ask("POST", "/api/v1/templates", body=SOURCE, headers=_victim(scene))["id"]
    kept = scene.memory.templates  # under an id that bodies can name
    kept.rows[account, TEMPLATE] = replace(kept.rows.pop((account, str(made))), id=TEMPLATE)
    kept.editions[account, TEMPLATE, 1] = kept.editions.pop((account, str(made), 1))
    wanted = {"address": entry.address}
    scene.ask("POST", "/api/user/forwarding", body=wanted, headers=_victim(scene))


def _give_webhooks(scene: Scene) -> None:
    """A webhook of each kind, and a link to the file of a message."""
    of_inbox, of_address = (bearer(scene.credentials[each]) for each in ("inbox", "address"))
    email, inbox, admin = scene.values["email"], scene.values["inboxId"], {"X-Admin-Key": KEY}
    for door, headers, path, values in (
        (Door.THING, _victim(scene), "/api/v1/webhooks", ()),
        (Door.INBOX, of_inbox, "/v1/inboxes/{inboxId}/webhooks", (inbox,)),
        (Door.ADDRESS, of_address, "/api/emails/{email}/webhooks", (email,)),
        (Door.ADMIN, admin, "/v1/admin/webhooks", ()),
    ):
        made = scene.ask("POST", path, *values, body=WEBHOOK, headers=headers)
        scene.values[f"webhook of {door.name}"] = str(made["id"])
    message = MessageId.parse(scene.values["id"])
    link = scene.flows.webhooks.links.link(message, "1")
    scene.values |= {"ticket": link.rpartition("/")[2], "webhookId": "", "exportId": "0" * 32}


def _exported(scene: Scene, route: Route, *values: str) -> str:
    """An export of the victim's, if they can still make one: only one is made at a time."""
    of_inbox = door(route) is Door.INBOX
    headers = bearer(scene.credentials["inbox"]) if of_inbox else _victim(scene)
    path, body = route.path.removesuffix("/{exportId}"), {"format": "zip"}
    reply = scene.api.call("POST", path, *values, body=body, headers=headers)
    return str(reply.json["id"]) if reply.status == 202 else scene.values["exportId"]


def _victim(scene: Scene) -> Headers:
    return bearer(scene.credentials["account"])


# The callers


def another_account(scene: Scene) -> Headers:
    return bearer(scene.account("eve@elsewhere.example"))


def another_session(scene: Scene) -> Headers:
    return bearer(str(scene.ask("POST", "/api/session")["sessionToken"]))


def another_sessions_cookie(scene: Scene) -> Headers:
    return {"Cookie": f"sessionToken={scene.ask('POST', '/api/session')['sessionToken']}"}


def another_inbox(scene: Scene) -> Headers:
    made = scene.ask("POST", "/v1/inboxes", body={"mode": "generated"})
    return bearer(str(made["access_token"]))


def another_address(scene: Scene) -> Headers:
    return bearer(str(scene.ask("POST", "/api/emails")["access_token"]))


def expired(kind: str) -> Callable[[Scene], Headers]:
    def late(scene: Scene) -> Headers:
        if kind == "inbox":
            scene.memory.clock.advance(minutes=10)
        else:
            # The token's time, not the mailbox's: that one is extended meanwhile.
            scene.memory.clock.advance(days=6)
            path, values = "/api/user/mailbox/{mailboxId}/extend", scene.values["mailboxId"]
            scene.ask("POST", path, values, headers=bearer(scene.credentials[kind]))
            scene.memory.clock.advance(days=1)
        return bearer(scene.credentials[kind])

    return late


def rotated(scene: Scene) -> Headers:
    scene.memory.inboxes.rotate(InboxId.parse(scene.values["inboxId"]), 0)
    return bearer(scene.credentials["inbox"])


def logged_out(scene: Scene) -> Headers:
    headers = bearer(scene.credentials["account"])
    scene.ask("POST", "/api/users/logout", headers=headers)
    return headers


def other_generation(scene: Scene) -> Headers:
    """The inbox was deleted, and somebody else has its address."""
    victim = scene.memory.inboxes.get(InboxId.parse(scene.values["inboxId"]))
    # Both count their generations, and could come to the same.
    made = (samples.inbox(str(victim.address), access=victim.access) for _ in range(2))
    heir = next(each for each in made if each.id != victim.id)
    scene.memory.rows.inboxes[heir.id.partition] = heir
    scene.receive(heir.address, "mail-9")
    scene.values["inboxId"] = str(heir.id)
    return bearer(scene.credentials["inbox"])


def socket_token(scene: Scene) -> Headers:
    headers = bearer(scene.credentials["account"])
    return bearer(str(scene.ask("POST", "/api/users/socket-token", headers=headers)["token"]))


def socket_ticket(scene: Scene) -> Headers:
    headers = bearer(scene.credentials["inbox"])
    return bearer(str(scene.ask("POST", "/api/users/socket-token", headers=headers)["token"]))


def api_key(scope: Scope) -> Callable[[Scene], Headers]:
    def caller(scene: Scene) -> Headers:
        made = scene.key(scene.credentials["account"], scope.value)
        return {"X-API-Key": str(made["key"])}

    return caller


def revoked_key(scene: Scene) -> Headers:
    headers = bearer(scene.credentials["account"])
    made = scene.key(scene.credentials["account"], *(each.value for each in Scope))
    scene.ask("DELETE", "/api/v1/keys/{keyId}", str(made["id"]), headers=headers)
    return {"X-API-Key": str(made["key"])}


def another_accounts_key(scene: Scene) -> Headers:
    token = scene.account("eve@elsewhere.example")
    return {"X-API-Key": str(scene.key(token, *(each.value for each in Scope))["key"])}


KEYS = {f"a key for {each.value}": each for each in Scope}
CALLERS: dict[str, Callable[[Scene], Headers]] = {
    "nobody": lambda scene: {},
    "the address": lambda scene: bearer(scene.credentials["address"]),
    "another address": another_address,
    "the inbox": lambda scene: bearer(scene.credentials["inbox"]),
    "another inbox": another_inbox,
    "the inbox, expired": expired("inbox"),
    "the inbox, rotated": rotated,
    "the inbox, another generation": other_generation,
    "the inbox's socket": socket_ticket,
    "the account": lambda scene: bearer(scene.credentials["account"]),
    "the account's cookie": lambda scene: {"Cookie": f"token={scene.credentials['account']}"},
    "another account": another_account,
    "the account, expired": expired("account"),
    "the account, logged out": logged_out,
    "the account's socket": socket_token,
    "another session": another_session,
    "another session's cookie": another_sessions_cookie,
    "admin": lambda scene: {"X-Admin-Key": KEY},
    "a wrong admin": lambda scene: {"X-Admin-Key": KEY[:-1]},
    "a revoked key": revoked_key,
    "another account's key": another_accounts_key,
    **{name: api_key(scope) for name, scope in KEYS.items()},
}
GOOD = 200
BOTH_ARE_ACCOUNTS = {"the account": GOOD, "the account's cookie": GOOD}
EXPECTED: dict[Door, dict[str, int]] = {
    # Everybody else meets 401. A week later the address and its mail are gone.
    Door.KNOWN: dict.fromkeys(CALLERS, GOOD) | {"the account, expired": 404},
    Door.ADDRESS: {"the address": GOOD, "the account, expired": 404},
    Door.INBOX: {
        "the inbox": GOOD,
        "another inbox": 404,
        "another session": 404,
        "the inbox, another generation": 404,
    },
    Door.ACCOUNT: BOTH_ARE_ACCOUNTS | {"another account": GOOD},
    Door.THING: BOTH_ARE_ACCOUNTS | {"another account": 404},
    Door.SELF: BOTH_ARE_ACCOUNTS
    | dict.fromkeys(("another account", "the inbox", "another inbox"), GOOD)
    | dict.fromkeys(("another session", "another session's cookie"), GOOD),
    Door.DOMAIN: BOTH_ARE_ACCOUNTS | {"another account": 404},
    Door.MAILBOX: BOTH_ARE_ACCOUNTS | {"another account": 404},
    Door.HOLDER: BOTH_ARE_ACCOUNTS | {"another account": 404, "another session's cookie": 404},
    Door.FROM: BOTH_ARE_ACCOUNTS | {"another account": 403},
    Door.SENDER: BOTH_ARE_ACCOUNTS | {"another account": 404},
    Door.ADMIN: {"admin": GOOD},
    Door.LINK: dict.fromkeys(CALLERS, GOOD) | {"the account, expired": 404},
}
WEBHOOK = {"url": "https://hidden-sender.example/"}
ENDINGS = ("", "_of_inbox", "_of_address", "_of_deployment")
BODIES: dict[str, object] = {
    "change_password": {"currentPassword": PASSWORD, "newPassword": "a second phrase"},
    "delete_user": {"password": PASSWORD},
    "update_profile": {"fullName": "Ann"},
    "change_mailbox_message": {"isRead": True},
    "change_mailbox_messages": {"ids": [1], "isRead": True},
    "mark_message": {"isRead": True},
    "mark_inbox_message": {"is_read": True},
    "rotate_token": {"token_ttl_seconds": 900},
    "change_pop3_credentials": CREDENTIALS,
    "forget_password": {"email": "victim@elsewhere.example"},
    "hand_out_reset": {"email": "victim@elsewhere.example"},
    "decide_approval": {"approved": True},
    "add_domain": {"domain": "new.example"},
    "change_domain": {"is_active": False},
    "keep_relay": RELAY,
    "keep_domain_relay": RELAY,
    "test_relay": RELAY,
    "generate_inboxes": {"count": 1},
    "send_email": {"from": "me@hidden.example", "to": ["a@b.example"], "text": "hidden-body"},
    "send_batch": {
        "from": "me@hidden.example",
        "templateId": TEMPLATE,
        "recipients": [{"to": "a@b.example"}],
    },
    "create_template": {"name": "new", "subject": "new", "text": "new"},
    "change_template": SOURCE | {"text": "another"},
    "preview_template": {},
    "announce_attachment": {"filename": "new.pdf", "size": 9},
    "register_domain": {"name": "new.example"},
    "change_domain_dns": {"records": []},
    "create_inbox": {"mode": "generated"},
    "register_user": {"email": "new@elsewhere.example", "password": PASSWORD},
    "create_key": {"name": "new", "scopes": ["domains"]},
    **{f"make_webhook{ending}": {"url": "https://new.example/"} for ending in ENDINGS},
    **{f"change_webhook{ending}": {"paused": True} for ending in ENDINGS},
    **{f"replay_webhook{ending}": {"since": "2026-01-01T00:00:00Z"} for ending in ENDINGS},
    **{f"export_{what}": {"format": "zip"} for what in ("inbox", "mailbox", "account")},
    "put_rules": {"rules": []},
    "try_rules": {"message": 1},
    "put_domain_rules": {"rules": []},
    "try_domain_rules": {"raw": "Subject: hi\r\n\r\nhello"},
    "ask_destination": {"address": "me@elsewhere.example"},
    # Whoever has no token for it is answered with a mistake; `tests/mcp` tries all tools.
    "speak_mcp": {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "read_message", "arguments": {"number": 1}},
    },
}
DELETED_BY_FILTER = ("delete_messages", "delete_inbox_messages", "delete_mailbox_messages")
QUERIES = {operation: {"since": "2026-01-01"} for operation in DELETED_BY_FILTER}


def expected(route: Route, caller: str) -> int:
    """What the caller meets: with a key what its account does, if it has the operation's scope."""
    scope = route.caller.scope
    behind = EXPECTED[door(route)]
    if scope and caller in KEYS:
        return behind.get("the account", 401) if KEYS[caller] == scope else 403
    if scope and caller == "another account's key":
        return behind.get("another account", 401)
    return behind.get(caller, 401)


def called(scene: Scene, route: Route, headers: Headers) -> tuple[int, bytes]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    whose = "" if door(route) is Door.ADMIN else "own "
    values = [scene.values.get(whose + name) or scene.values[name] for name in names]
    if names[-1:] == ["webhookId"]:
        values[-1] = scene.values[f"webhook of {door(route).name}"]
    if names[-1:] == ["exportId"]:
        values[-1] = _exported(scene, route, *values[:-1])
    body, query = BODIES.get(route.operation), QUERIES.get(route.operation, {})
    reply = scene.api.call(route.method, route.path, *values, body=body, headers=headers, **query)
    return reply.status, reply.content


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_route_has_a_door(route: Route) -> None:
    assert door(route) in Door


SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}


@pytest.mark.parametrize("caller", ["nobody", "the account", "admin"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_answer_tells_browsers_to_be_careful(scene: Scene, route: Route, caller: str) -> None:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    values = [scene.values[name] for name in names]

    for method in (route.method, "OPTIONS", "TRACE"):
        headers = CALLERS[caller](scene)
        body = BODIES.get(route.operation)
        reply = scene.api.call(method, route.path, *values, body=body, headers=headers)
        assert SECURITY.items() <= reply.headers.items()
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        is_kept = route.operation == "docs_file" and reply.status == 200
        assert reply.headers["Cache-Control"] == (
            "public, max-age=86400" if is_kept else "no-store"
        )


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_a_route_opens_to_whom_it_is_for_and_to_nobody_else(
    scene: Scene, route: Route, caller: str
) -> None:
    behind = door(route)
    headers = CALLERS[caller](scene)

    status, content = called(scene, route, headers)

    if behind is Door.OPEN:
        assert status < 500
    else:
        assert (GOOD if 200 <= status < 300 else status) == expected(route, caller), content
    is_theirs = behind in (Door.KNOWN, Door.LINK) or (
        200 <= status < 300 and "another" not in caller
    )
    assert is_theirs or not [each for each in SECRETS if each in content]
