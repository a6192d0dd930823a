"""A mailbox's messages, folders and threads over HTTP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.inboxes.models import Access
from mayfly.mailboxes import message_routes
from mayfly.messages.models import Verdicts
from mayfly.subscriptions import routes as subscriptions
from tests import samples
from tests.accounts.test_accounts_routes import EMAIL, PASSWORD, PASSWORD_PATH, login, registered
from tests.functions.http import BASE, Api, MemoryAssembly, bearer
from tests.functions.mailbox_scene import ADDRESS, MAILBOX, MailboxScene
from tests.given_mailboxes import SESSION, given_account, given_mailbox
from tests.memory import Memory

LIST = f"{MAILBOX}/messages"
MESSAGE = f"{LIST}/{{number}}"
SECRETS = (b"hidden-subject", b"hidden-body", b"hidden-sender", b"PDF-bytes")
RAW = (
    b"From: Sue <hidden-sender@shop.example>\r\nSubject: hidden-subject\r\nMIME-Version: 1.0\r\n"
    b"Date: Wed, 31 Dec 2025 10:00:00 +0100\r\nMessage-ID: <1@shop.example>\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>hidden-body</p>\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;"
    b' filename="report.pdf"\r\n\r\nPDF-bytes\r\n--b--\r\n'
)
BULK = {"ids": [1], "isRead": True}
# Each route on a mailbox: what follows its id, and a body. A route that is not here fails a test.
ROUTES: dict[tuple[str, str], tuple[tuple[str, ...], object]] = {
    ("GET", LIST): ((), None),
    ("DELETE", LIST): ((), None),
    ("GET", f"{MAILBOX}/wait"): ((), None),
    ("POST", f"{MAILBOX}/sample"): ((), None),
    ("POST", f"{LIST}:bulk"): ((), BULK),
    ("GET", MESSAGE): (("1",), None),
    ("PATCH", MESSAGE): (("1",), {"folder": "trash"}),
    ("DELETE", MESSAGE): (("1",), None),
    ("GET", f"{MESSAGE}/raw"): (("1",), None),
    ("GET", f"{MESSAGE}/attachments/{{attachmentId}}"): (("1", "1"), None),
    ("GET", f"{MAILBOX}/folders"): ((), None),
    ("GET", f"{MAILBOX}/threads"): ((), None),
}
QUERIES = {("DELETE", LIST): {"since": "2025-01-01"}}
TOKEN_ROUTE = ("POST", "/api/users/socket-token")


class Scene(MailboxScene):
    """Ann, her mailbox with a mail, and who calls."""

    def mail(self, raw: bytes = RAW, **notice: object) -> None:
        """Mail for Ann."""
        number = self.memory.inboxes.get(self.mailbox.id).sequence + 1
        self.flows.receive(raw, ADDRESS, name=f"mail-{number}", **notice)


@pytest.fixture
def scene() -> Scene:
    made = Scene.of()
    made.mail()
    return made


def test_every_route_of_a_mailbox_is_in_the_table() -> None:
    routes = {(each.method, each.path) for each in (*message_routes.api, *subscriptions.api)}

    assert routes == ROUTES.keys() | {TOKEN_ROUTE}


def test_a_list_has_the_fields_of_both_documents(scene: Scene) -> None:
    before = len(scene.memory.raw_mails.reads)
    listed = scene.ask("GET", LIST).json

    (line,) = listed.pop("messages")
    rest = {"cursor": None, "lastNumber": 1, "inboxFull": None}
    assert listed == {"mailboxId": str(scene.mailbox.id), **rest}
    assert (line["id"], line["mailboxId"]) == (1, str(scene.mailbox.id))
    assert (line["folderId"], line["folder"], line["isRead"]) == (1, "inbox", False)
    assert (line["fromEmail"], line["fromName"]) == ("hidden-sender@shop.example", "Sue")
    assert (line["sentAt"], line["createdAt"]) == ("2025-12-31T09:00:00Z", "2026-01-01T12:00:00Z")
    assert line["subject"] == "hidden-subject"
    assert line["preview"] == "hidden-body"
    assert 0 < line["threadId"] < 2**53
    assert len(scene.memory.raw_mails.reads) == before


def test_a_message_is_whole_and_its_links_are_its_own(scene: Scene) -> None:
    shown = scene.ask("GET", MESSAGE, "1").json

    own = f"{BASE}/api/user/mailbox/{scene.mailbox.id}/messages/1"
    (attachment,) = shown["attachments"]
    assert shown["bodyHtml"] == "<p>hidden-body</p>"
    assert "body" not in shown and "html" not in shown
    assert (shown["rawUrl"], attachment["url"]) == (f"{own}/raw", f"{own}/attachments/1")
    assert shown["threadId"] == scene.ask("GET", LIST).json["messages"][0]["threadId"]
    assert (shown["messageId"], shown["isRead"]) == ("<1@shop.example>", False)


def test_safe_html_can_be_asked_for(scene: Scene) -> None:
    scene.mail(b"Content-Type: text/html\r\n\r\n<script>1</script><img src=http://x.example/a>hi")

    shown = scene.ask("GET", MESSAGE, "2", html="safe").json

    images = scene.ask("GET", MESSAGE, "2", html="safe", images="remote").json
    assert ("script" in shown["bodyHtml"], shown["blockedImages"]) == (False, 1)
    assert ("x.example" in images["bodyHtml"], images["blockedImages"]) == (True, 0)


def test_what_is_to_be_confirmed_is_in_the_message_and_not_in_the_list(scene: Scene) -> None:
    link = "https://shop.example/confirm?token=Zk3v9QpL8sXw2Rt7"
    html = f'<p>Your verification code: <b>G-482913</b></p><a href="{link}">Confirm e-mail</a>'
    scene.mail(b"Content-Type: text/html\r\n\r\n" + html.encode())

    shown = scene.ask("GET", MESSAGE, "2").json
    listed = scene.ask("GET", LIST).json["messages"]

    assert shown["confirmation"] == {"code": "G-482913", "link": link, "secure": True}
    assert not any("confirmation" in each for each in listed)


def test_a_message_too_large_for_an_answer_is_cut_and_says_so(scene: Scene) -> None:
    body = b"\x01" * 900_000
    scene.mail(b"Subject: large\r\nContent-Type: text/plain\r\n\r\n" + body)

    reply = scene.ask("GET", MESSAGE, "2")

    assert len(reply.content) < limits.MAX_ANSWER_BYTES
    assert reply.json["truncated"] == ["bodyText"]


def test_the_raw_mail_and_the_attachment_are_as_they_came(scene: Scene) -> None:
    raw = scene.ask("GET", f"{MESSAGE}/raw", "1")
    attachment = scene.ask("GET", f"{MESSAGE}/attachments/{{attachmentId}}", "1", "1")

    assert (raw.content, attachment.content.strip()) == (RAW, b"PDF-bytes")
    assert attachment.headers["Content-Disposition"].startswith("attachment")


def test_a_message_is_marked_and_moved_by_name_or_number(scene: Scene) -> None:
    archived = scene.ask("PATCH", MESSAGE, "1", body={"isRead": True, "folder": "archive"}).json
    trashed = scene.ask("PATCH", MESSAGE, "1", body={"folderId": 3}).json
    back = scene.ask("PATCH", MESSAGE, "1", body={"folder": 1, "isRead": False}).json

    shown = [
        (each["folder"], each["folderId"], each["isRead"]) for each in (archived, trashed, back)
    ]
    assert shown == [("archive", 2, True), ("trash", 3, True), ("inbox", 1, False)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"isRead": "yes"},
        {"isRead": None},
        {"folder": "outbox"},
        {"folder": 5},
        {"folder": True},
        {"folder": None},
        {"folderId": 0},
        {"folder": "inbox", "folderId": 1},
        {"subject": "x"},
    ],
)
def test_a_change_that_cannot_be_is_refused(scene: Scene, body: object) -> None:
    assert scene.ask("PATCH", MESSAGE, "1", body=body).status == 400


def test_a_deleted_message_is_gone_from_any_folder(scene: Scene) -> None:
    scene.ask("PATCH", MESSAGE, "1", body={"folder": "trash"})

    deleted = scene.ask("DELETE", MESSAGE, "1")

    assert deleted.json == {"mailboxId": str(scene.mailbox.id), "id": 1, "deleted": True}
    assert scene.ask("GET", MESSAGE, "1").status == 404
    assert scene.ask("DELETE", MESSAGE, "1").status == 404


def test_folders_are_counted_and_listed(scene: Scene) -> None:
    scene.mail(verdicts=Verdicts("FAIL", "PASS", "PASS", "PASS", "PASS"))

    folders = scene.ask("GET", f"{MAILBOX}/folders").json["folders"]
    by_name = scene.ask("GET", LIST, folder="spam").json["messages"]
    by_number = scene.ask("GET", LIST, folder=4, after=0).json["messages"]

    assert folders == [
        {"id": 1, "name": "inbox", "messages": 1, "unread": 1},
        {"id": 2, "name": "archive", "messages": 0, "unread": 0},
        {"id": 3, "name": "trash", "messages": 0, "unread": 0},
        {"id": 4, "name": "spam", "messages": 1, "unread": 1},
    ]
    assert [each["id"] for each in by_name] == [each["id"] for each in by_number] == [2]


def test_a_list_goes_on_by_its_cursor_and_by_its_number(scene: Scene) -> None:
    scene.mail()
    scene.mail()

    first = scene.ask("GET", LIST, limit=2).json
    second = scene.ask("GET", LIST, limit=2, cursor=first["cursor"]).json
    later = scene.ask("GET", LIST, after=1, limit=1).json

    assert [each["id"] for each in first["messages"]] == [3, 2]
    assert ([each["id"] for each in second["messages"]], second["lastNumber"]) == ([1], None)
    assert ([each["id"] for each in later["messages"]], later["lastNumber"]) == ([2], 2)


def test_threads_are_listed_and_their_messages(scene: Scene) -> None:
    scene.mail(b"From: Bob <bob@x.example>\r\nSubject: AW: hidden-subject\r\n\r\nby subject")
    scene.mail(b"From: eve@x.example\r\nSubject: Other\r\nIn-Reply-To: <1@shop.example>\r\n\r\nx")
    scene.mail(b"From: eve@x.example\r\nSubject: \r\n\r\nalone")
    scene.ask("PATCH", MESSAGE, "2", body={"isRead": True, "folder": "archive"})

    threads = scene.ask("GET", f"{MAILBOX}/threads").json["threads"]
    page = scene.ask("GET", f"{MAILBOX}/threads", limit=1).json
    last = scene.ask("GET", f"{MAILBOX}/threads", limit=1, cursor=page["cursor"]).json
    messages = scene.ask("GET", LIST, thread=threads[1]["id"]).json["messages"]
    archived = scene.ask("GET", f"{MAILBOX}/threads", folder="archive").json["threads"]

    assert [each["messages"] for each in threads] == [1, 3]
    assert (page["threads"], page["cursor"], last["threads"]) == (threads[:1], 4, threads[1:])
    assert last["cursor"] is None
    assert (threads[1]["subject"], threads[1]["unread"]) == ("hidden-subject", 2)
    assert [each["email"] for each in threads[1]["participants"]] == [
        "hidden-sender@shop.example",
        "bob@x.example",
        "eve@x.example",
    ]
    assert (threads[1]["latest"]["id"], threads[1]["latest"]["preview"]) == (3, "x")
    assert [each["id"] for each in messages] == [3, 2, 1]
    assert {each["threadId"] for each in messages} == {threads[1]["id"]}
    assert archived == threads[1:]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (LIST, {"folder": "outbox"}),
        (LIST, {"folder": "5"}),
        (LIST, {"thread": "x"}),
        (LIST, {"thread": str(2**53)}),
        (LIST, {"limit": "0"}),
        (LIST, {"cursor": "zzz"}),
        (LIST, {"cursor": "zzz", "folder": "spam"}),
        (LIST, {"wait": "1"}),
        (f"{MAILBOX}/threads", {"cursor": "0"}),
        (f"{MAILBOX}/threads", {"limit": "101"}),
        (f"{MAILBOX}/threads", {"folder": ""}),
        (MESSAGE, {"html": "some"}),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(
    scene: Scene, path: str, query: dict[str, object]
) -> None:
    values = ("1",) if path == MESSAGE else ()

    assert scene.ask("GET", path, *values, **query).status == 400


def test_many_messages_are_changed_or_deleted_at_once(scene: Scene) -> None:
    scene.mail()

    moved = scene.ask("POST", f"{LIST}:bulk", body={"ids": [2, 1, 9, 2], "folder": "trash"}).json
    deleted = scene.ask("POST", f"{LIST}:bulk", body={"ids": [1], "delete": True}).json

    assert moved == {
        "mailboxId": str(scene.mailbox.id),
        "results": [
            {"id": 2, "result": "done"},
            {"id": 1, "result": "done"},
            {"id": 9, "result": "not_found"},
        ],
    }
    assert deleted["results"] == [{"id": 1, "result": "done"}]
    assert [each["id"] for each in scene.ask("GET", LIST, folder="trash").json["messages"]] == [2]


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [1]},
        {"ids": [], "isRead": True},
        {"ids": list(range(1, 102)), "isRead": True},
        {"ids": ["1"], "isRead": True},
        {"ids": [0], "isRead": True},
        {"ids": [True], "isRead": True},
        {"ids": 1, "isRead": True},
        {"isRead": True},
        {"ids": [1], "delete": False},
        {"ids": [1], "delete": True, "isRead": True},
        {"ids": [1], "delete": True, "folder": "trash"},
        {"ids": [1], "delete": True, "folder": []},
        {"ids": [1], "folder": []},
        {"ids": [1], "folder": "trash", "folderId": 3},
        {"ids": [2**32], "isRead": True},
        {"ids": [1], "delete": None},
    ],
)
def test_what_cannot_be_done_to_many_is_refused(scene: Scene, body: object) -> None:
    assert scene.ask("POST", f"{LIST}:bulk", body=body).status == 400


def test_an_anonymous_session_reads_its_mailbox_likewise(scene: Scene) -> None:
    inbox = samples.inbox("sarah@mayfly.example", access=Access.TOKEN)
    scene.memory.inboxes.create(inbox, scene.memory.clock())
    scene.flows.receive(RAW, "sarah@mayfly.example", name="for-sarah")
    token = scene.flows.private_inboxes.tokens.issue(inbox, timedelta(hours=1)).text

    listed = scene.api.call("GET", LIST, str(inbox.id), headers=bearer(token))
    theirs = scene.api.call("GET", LIST, str(scene.mailbox.id), headers=bearer(token))

    assert (listed.status, len(listed.json["messages"])) == (200, 1)
    assert theirs.status in (401, 404)


def test_the_token_for_the_socket_ends_soon(scene: Scene) -> None:
    reply = scene.api.call(*TOKEN_ROUTE, headers=bearer(scene.token()))

    assert (reply.status, reply.json["expiresAt"]) == (201, "2026-01-01T12:01:00Z")
    assert (
        scene.flows.accounts.socket_authenticator.admit(reply.json["token"]).account.id
        == scene.account.id
    )
    refused = scene.api.call(
        "GET", LIST, str(scene.mailbox.id), headers=bearer(reply.json["token"])
    )
    assert refused.status == 401


def test_an_anonymous_session_gets_a_token_for_the_socket_with_its_cookie(scene: Scene) -> None:
    session = scene.api.call("POST", "/api/session").json["sessionToken"]

    reply = scene.api.call(*TOKEN_ROUTE, headers={"Cookie": f"sessionToken={session}"})

    assert (reply.status, reply.json["expiresAt"]) == (201, "2026-01-01T12:01:00Z")
    granted = scene.flows.private_inboxes.tokens.read_for_socket(reply.json["token"])
    assert granted == scene.flows.private_inboxes.tokens.read(session)


def test_with_both_cookies_the_token_for_the_socket_is_the_accounts(scene: Scene) -> None:
    session = scene.api.call("POST", "/api/session").json["sessionToken"]
    headers = {"Cookie": f"sessionToken={session}; token={scene.token()}"}

    token = scene.api.call(*TOKEN_ROUTE, headers=headers).json["token"]

    assert scene.flows.accounts.socket_authenticator.admit(token).account.id == scene.account.id


def migrated(scene: Scene, session: str) -> None:
    account = scene.memory.accounts.get(scene.account.id)
    scene.flows.mailboxes.migration.adopt(account, scene.flows.private_inboxes.tokens.read(session))


def rotated(scene: Scene, session: str) -> None:
    scene.api.call("POST", "/api/users/logout", headers={"Cookie": f"sessionToken={session}"})


@pytest.mark.parametrize("end", [migrated, rotated])
def test_a_session_that_has_ended_gets_no_token_for_the_socket(
    scene: Scene, end: Callable[[Scene, str], None]
) -> None:
    session = scene.api.call("POST", "/api/session").json["sessionToken"]

    end(scene, session)

    headers = {"Cookie": f"sessionToken={session}"}
    assert scene.api.call(*TOKEN_ROUTE, headers=headers).status == 401


def log_out(api: Api, mine: dict[str, str]) -> None:
    api.call("POST", "/api/users/logout", headers=mine)


def changed_password(api: Api, mine: dict[str, str]) -> None:
    other = bearer(login(api).json["token"])
    wanted = {"currentPassword": PASSWORD, "newPassword": "a second phrase"}
    assert api.call("POST", PASSWORD_PATH, body=wanted, headers=other).status == 200


def left(api: Api, mine: dict[str, str]) -> None:
    gone = api.call("DELETE", "/api/users/me", body={"password": PASSWORD}, headers=mine)
    assert gone.status == 200


class Interrupted(MemoryAssembly):
    """Flows where something happens while a request waits."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.meanwhile: Callable[[], object] = lambda: None
        self.messages.reader = replace(self.messages.reader, pause=self._pause)

    def _pause(self, seconds: float) -> None:
        self.adapters.clock.pause(seconds)
        self.meanwhile()


@pytest.mark.parametrize("query", [{}, {"folder": "inbox"}])
@pytest.mark.parametrize("by_cookie", [False, True])
@pytest.mark.parametrize("end", [log_out, changed_password, left])
def test_who_waits_is_refused_once_their_session_has_ended(
    end: Callable[[Api, dict[str, str]], None], by_cookie: bool, query: dict[str, str]
) -> None:
    flows = Interrupted(Memory())
    api = Api(flows)
    registered(api)
    token = login(api).json["token"]
    mine = {"Cookie": f"token={token}"} if by_cookie else bearer(token)
    made = api.call(
        "POST", "/api/user/mailbox/create", body={"alias": "ann"}, headers=bearer(token)
    ).json

    def meanwhile() -> None:
        flows.meanwhile = lambda: None
        end(api, mine)
        if end is not left:
            flows.receive(RAW, made["emailAddress"], name="late")

    flows.meanwhile = meanwhile
    reply = api.call("GET", LIST, made["id"], headers=mine, after=0, wait=8, **query)

    assert reply.status == 401
    assert sum(flows.adapters.clock.pauses) < 8


def test_who_waits_with_two_cookies_does_not_go_on_as_somebody_else() -> None:
    flows = Interrupted(Memory())
    api = Api(flows)
    registered(api)
    registered(api, "eve@elsewhere.example")
    mine, other = (login(api, each).json["token"] for each in (EMAIL, "eve@elsewhere.example"))
    made = api.call(
        "POST", "/api/user/mailbox/create", body={"alias": "ann"}, headers=bearer(mine)
    ).json

    flows.meanwhile = lambda: log_out(api, bearer(mine))
    cookies = {"Cookie": f"token={mine}; token={other}"}
    reply = api.call("GET", LIST, made["id"], headers=cookies, after=0, wait=8)

    assert reply.status == 404


def nobody(scene: Scene) -> dict[str, str]:
    return {}


def stranger(scene: Scene) -> dict[str, str]:
    other = given_account(scene.memory, "eve@elsewhere.example")
    given_mailbox(scene.memory, other, "eve@mayfly.example")
    return bearer(scene.token(other))


def logged_out(scene: Scene) -> dict[str, str]:
    headers = bearer(scene.token())
    account = scene.memory.accounts.get(scene.account.id)
    scene.memory.accounts.save(account.without_session(SESSION), account.revision)
    return headers


def expired(scene: Scene) -> dict[str, str]:
    headers = bearer(scene.token())
    scene.memory.clock.advance(days=7)
    return headers


def deleted_mailbox(scene: Scene) -> dict[str, str]:
    scene.memory.inboxes.close(scene.mailbox.id, scene.memory.clock())
    return bearer(scene.token())


def other_generation(scene: Scene) -> dict[str, str]:
    heir = samples.inbox(ADDRESS, access=Access.OWNER, owner="somebody else")
    scene.memory.rows.inboxes[heir.id.partition] = heir
    return bearer(scene.token())


def token_of_an_inbox(scene: Scene) -> dict[str, str]:
    inbox = samples.inbox("sarah@mayfly.example", access=Access.TOKEN)
    scene.memory.inboxes.create(inbox, scene.memory.clock())
    return bearer(scene.flows.private_inboxes.tokens.issue(inbox, timedelta(hours=1)).text)


CALLERS: dict[str, tuple[Callable[[Scene], dict[str, str]], set[int]]] = {
    "nobody": (nobody, {401}),
    "no token of ours": (lambda scene: bearer("a.b.c"), {401}),
    "logged out": (logged_out, {401}),
    "expired": (expired, {401}),
    "token of an inbox": (token_of_an_inbox, {401, 404}),
    "other account": (stranger, {404}),
    "deleted mailbox": (deleted_mailbox, {404}),
    "other generation": (other_generation, {404}),
}


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_the_owner_is_answered(scene: Scene, route: tuple[str, str]) -> None:
    values, body = ROUTES[route]

    assert scene.ask(*route, *values, body=body, **QUERIES.get(route, {})).status in (200, 202)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_nobody_else_is(scene: Scene, route: tuple[str, str], caller: str) -> None:
    make, statuses = CALLERS[caller]
    values, body = ROUTES[route]

    headers = make(scene)
    before = repr(scene.memory.rows)
    values, query = (str(scene.mailbox.id), *values), QUERIES.get(route, {})
    reply = scene.api.call(*route, *values, body=body, headers=headers, **query)

    assert reply.status in statuses
    assert not [each for each in SECRETS if each in reply.content]
    assert ADDRESS.encode() not in reply.content
    assert repr(scene.memory.rows) == before


@pytest.mark.parametrize("caller", ["nobody", "no token of ours", "logged out", "expired"])
def test_nobody_without_a_session_gets_a_token_for_the_socket(scene: Scene, caller: str) -> None:
    headers = CALLERS[caller][0](scene)

    assert scene.api.call(*TOKEN_ROUTE, headers=headers).status == 401


@pytest.mark.parametrize("route", [*(each for each in ROUTES if each[0] != "GET"), TOKEN_ROUTE])
def test_another_site_changes_nothing_with_the_cookie(scene: Scene, route: tuple[str, str]) -> None:
    values, body = ROUTES.get(route, ((), None))
    headers = {"Cookie": f"token={scene.token()}", "Sec-Fetch-Site": "cross-site"}
    before = repr(scene.memory.rows)

    mailbox = () if route == TOKEN_ROUTE else (str(scene.mailbox.id),)
    reply = scene.api.call(*route, *mailbox, *values, body=body, headers=headers)

    assert (reply.status, repr(scene.memory.rows)) == (403, before)
