"""Mailpit's operations with AWS's events: what they answer, and what they change."""

from datetime import timedelta
from hashlib import sha1

import pytest

from mayfly import limits
from mayfly.facades.listing import patience
from mayfly.inboxes.ids import InboxId
from mayfly.kit.http.route import FETCH
from mayfly.messages.models import Verdicts
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.mailpit.scenes import FACADES, Held, Scene
from tests.pop3.fakes import Mailbox
from tests.pop3.test_external_routes import ADDRESS, HOST, INBOXES, WANTED, a_mail

V1 = "mailpit/api/v1"
# fmt: off
LIST = [
    "total", "unread", "count", "messages_count", "messages_unread", "start", "tags", "messages",
]
SUMMARY = [
    "ID", "MessageID", "Read", "From", "To", "Cc", "Bcc", "ReplyTo", "Subject", "Created",
    "Username", "Tags", "Size", "Attachments", "Snippet",
]
WHOLE = [
    "ID", "MessageID", "From", "To", "Cc", "Bcc", "ReplyTo", "ReturnPath", "Subject",
    "ListUnsubscribe", "Date", "Tags", "Username", "Text", "HTML", "Size", "Inline", "Attachments",
]
# fmt: on


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def held(scene: Scene) -> Held:
    return scene.private()


def letter(subject: str, more: str = "") -> bytes:
    return (
        f"From: Shop <shop@shop.example>\r\nTo: %s\r\nSubject: {subject}\r\n{more}\r\n"
        f"The text of {subject}.\r\n"
    ).encode()


def subjects(scene: Scene, held: Held, query: str = "", **more: object) -> list[str]:
    path = f"{V1}/search" if query else f"{V1}/messages"
    asked = {"query": query} if query else {}
    listed = scene.ask(held, "GET", path, **asked, **more).json
    return [each["Subject"] for each in listed["messages"]]


def test_a_list_has_every_field_that_mailpit_gives(scene: Scene, held: Held) -> None:
    scene.receive(held)

    listed = scene.ask(held, "GET", f"{V1}/messages").json

    assert list(listed) == LIST
    (line,) = listed["messages"]
    assert list(line) == SUMMARY
    assert line["To"] == [{"Name": "Reader", "Address": held.address}]
    assert line["ReplyTo"] == [{"Name": "", "Address": "help@shop.example"}]
    assert line["MessageID"] == "1@shop.example"
    assert (line["Attachments"], line["Bcc"], line["Read"]) == (1, [], False)
    assert "/" not in line["ID"]
    assert line["Created"].endswith("Z")


def test_a_message_has_every_field_that_mailpit_gives(scene: Scene, held: Held) -> None:
    unsubscribe = (
        "List-Unsubscribe: <https://shop.example/off>\r\nList-Unsubscribe-Post: "
        "List-Unsubscribe=One-Click\r\nDate: Thu, 01 Jan 2026 10:00:00 +0200\r\n"
    )
    scene.receive(held)
    scene.receive(held, letter("Second", unsubscribe))
    second, first = scene.ids(held)

    whole = scene.ask(held, "GET", f"{V1}/message/{{id}}", first).json
    plain = scene.ask(held, "GET", f"{V1}/message/{{id}}", second).json

    assert list(whole) == WHOLE
    assert whole["Text"] == "hidden-body"  # it has HTML alone
    (file,) = whole["Attachments"]
    assert list(file) == ["PartID", "FileName", "ContentType", "ContentID", "Size", "Checksums"]
    assert list(file["Checksums"]) == ["MD5", "SHA1", "SHA256"]
    assert file["Checksums"]["SHA1"] == sha1(b"hidden-body").hexdigest()
    assert plain["ListUnsubscribe"] == {
        "Header": "<https://shop.example/off>",
        "Links": ["https://shop.example/off"],
        "Errors": "",
        "HeaderPost": "List-Unsubscribe=One-Click",
    }
    assert plain["Date"] == "2026-01-01T08:00:00.000Z"
    assert plain["Text"] == "The text of Second.\n"


def test_reading_a_message_marks_it_as_read_and_listing_does_not(scene: Scene, held: Held) -> None:
    scene.receive(held)
    message = scene.ids(held)[0]

    for path in ("headers", "raw", "part/{part}"):
        values = [message, "1"][: 2 if "{" in path else 1]
        assert scene.ask(held, "GET", f"{V1}/message/{{id}}/{path}", *values).status == 200
    unread = scene.ask(held, "GET", f"{V1}/info").json["Unread"]
    scene.ask(held, "GET", f"{V1}/message/{{id}}", "latest")

    assert unread == 1
    assert scene.ask(held, "GET", f"{V1}/info").json["Unread"] == 0


def test_the_latest_message_may_be_the_latest_of_a_search(scene: Scene, held: Held) -> None:
    for each in ("First", "Second", "Third"):
        scene.receive(held, letter(each))

    path = f"{V1}/message/{{id}}"
    latest = scene.ask(held, "GET", path, "latest").json
    found = scene.ask(held, "GET", path, "latest", query="subject:second").json
    none = scene.ask(held, "GET", path, "latest", query="subject:fourth")

    assert (latest["Subject"], found["Subject"], none.status) == ("Third", "Second", 404)


def test_lists_are_read_in_parts(scene: Scene, held: Held) -> None:
    for each in range(5):
        scene.receive(held, letter(str(each)))

    assert subjects(scene, held, start=1, limit=2) == ["3", "2"]
    assert subjects(scene, held, start=9) == []
    assert subjects(scene, held, limit=0) == []
    assert subjects(scene, held, start="x", limit="-1") == ["4", "3", "2", "1", "0"]
    assert subjects(scene, held, limit=10**8) == ["4", "3", "2", "1", "0"]
    part = scene.ask(held, "GET", f"{V1}/messages", start=4, limit=2).json
    assert [part[each] for each in ("total", "messages_count", "count", "start")] == [5, 5, 1, 4]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject:first", ["First"]),
        ("-subject:first", ["Second"]),
        ("!subject:first is:unread", ["Second"]),
        ('"text of second"', ["Second"]),
        ("from:shop.example has:attachment", []),
        ("to:inbox larger:1 smaller:1m", []),
        ("whatever:first", []),
        ("before:2026-01-02 after:2025-12-31", ["Second", "First"]),
        ("is:read", []),
    ],
)
def test_searches_mean_what_they_mean_in_mailpit(
    scene: Scene, held: Held, query: str, found: list[str]
) -> None:
    for each in ("First", "Second"):
        scene.receive(held, letter(each))

    assert subjects(scene, held, query) == found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "no search query"),
        ("  ", "no search query"),
        ("a tag:b", "query, character 3: tag:"),
        ("addressed:a@b.example", "query, character 1: addressed:"),
        ("message-id:1", "query, character 1: message-id:"),
        ("is:tagged", "query, character 1: there are has:attachment"),
        ("has:inline", "query, character 1: there are has:attachment"),
        ("before:yesterday", "query, character 1: before: must be a date"),
        ('"open', "query, character 1: this quote has no end"),
        ("a" * 5000, "query must have up to"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_cannot_be_searched_is_said_and_where(
    scene: Scene, held: Held, method: str, query: str, told: str
) -> None:
    scene.receive(held)

    reply = scene.ask(held, method, f"{V1}/search", query=query)

    assert reply.status == 400
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reply.content.decode().startswith(told)
    assert len(scene.ids(held)) == 1


def test_days_begin_in_the_time_zone_that_is_said(scene: Scene, held: Held) -> None:
    scene.receive(held, letter("Noon"))  # at 12:00 UTC, when it is the next day on Kiritimati

    assert subjects(scene, held, "before:2026-01-02") == ["Noon"]
    assert subjects(scene, held, "before:2026-01-02", tz="Pacific/Kiritimati") == []
    for zone in ("Nowhere/Land", "../../etc/passwd", "x" * 500, "\0"):
        reply = scene.ask(held, "GET", f"{V1}/search", query="a", tz=zone)
        assert (reply.status, b"tz is no time zone" in reply.content) == (400, True)


def test_messages_are_marked_by_id_by_search_and_all(scene: Scene, held: Held) -> None:
    for each in ("First", "Second", "Third"):
        scene.receive(held, letter(each))
    third = scene.ids(held)[0]

    def mark(**body: object) -> list[str]:
        reply = scene.ask(held, "PUT", f"{V1}/messages", body=body)
        assert (reply.status, reply.content) == (200, b"ok")
        return subjects(scene, held, "is:unread")

    assert mark(IDs=[third, "nothing"], Read=True) == ["Second", "First"]
    assert mark(Search="subject:first", Read=True) == ["Second"]
    assert mark(Read=True, Unknown=1) == []
    assert mark(IDs=[third]) == ["Third"]
    assert mark() == ["Third", "Second", "First"]


@pytest.mark.parametrize(
    "body",
    [
        {"IDs": "x"},
        {"IDs": [1]},
        {"IDs": {"a": "b"}},
        {"Search": 1},
        {"Search": "tag:a"},
        {"IDs": ["x"], "Search": "a"},
        {"Read": "yes"},
        ["x"],
        "{",
    ],
)
def test_a_body_that_means_nothing_changes_nothing(scene: Scene, held: Held, body: object) -> None:
    scene.receive(held)

    marked = scene.ask(held, "PUT", f"{V1}/messages", body=body)
    is_read = isinstance(body, dict) and "Read" in body
    deleted = None if is_read else scene.ask(held, "DELETE", f"{V1}/messages", body=body)

    assert marked.status == 400
    assert deleted is None or deleted.status == 400
    assert subjects(scene, held, "is:unread") == ["hidden-subject"]


def test_messages_are_deleted_by_id_by_search_and_all(scene: Scene, held: Held) -> None:
    for each in ("First", "Second", "Third", "Fourth"):
        scene.receive(held, letter(each))
    fourth = scene.ids(held)[0]

    by_id = scene.ask(held, "DELETE", f"{V1}/messages", body={"IDs": [fourth, "nothing", fourth]})
    after_id = subjects(scene, held)
    by_search = scene.ask(held, "DELETE", f"{V1}/search", query="text of second")
    after_search = subjects(scene, held)
    all_of_them = scene.ask(held, "DELETE", f"{V1}/messages")

    assert {each.content for each in (by_id, by_search, all_of_them)} == {b"ok"}
    assert after_id == ["Third", "Second", "First"]
    assert after_search == ["Third", "First"]
    assert subjects(scene, held) == []


def test_spam_is_in_no_list_and_goes_with_all_the_others(scene: Scene, held: Held) -> None:
    scene.receive(held, letter("Good"))
    scene.receive(held, letter("Bad"), verdicts=Verdicts(spam="FAIL"))

    shown = subjects(scene, held)
    scene.ask(held, "DELETE", f"{V1}/messages")

    assert shown == ["Good"]
    assert scene.memory.inboxes.get(InboxId.parse(held.name)).held_messages == 0


def test_many_are_deleted_in_one_request(scene: Scene, held: Held) -> None:
    for each in range(limits.BULK_MESSAGES + 5):
        scene.receive(held, letter(str(each)))

    assert scene.ask(held, "DELETE", f"{V1}/messages").status == 200
    assert scene.ids(held) == []


def test_what_takes_too_long_is_said_to_be_unfinished(
    scene: Scene, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in range(limits.BULK_MESSAGES + 5):
        scene.receive(held, letter(str(each)))
    monkeypatch.setattr(limits, "FACADE_BULK_TIME", timedelta(seconds=-1))

    for method, body in (("DELETE", None), ("PUT", {"Search": "subject:1"})):
        reply = scene.ask(held, method, f"{V1}/messages", body=body)
        assert (reply.status, reply.headers["Retry-After"]) == (503, "1")
        assert b"can be tried again" in reply.content
    assert scene.ask(held, "GET", f"{V1}/info").json["Messages"] == 5


def test_html_is_shown_without_what_runs(scene: Scene, held: Held) -> None:
    scene.receive(held)
    scene.receive(held, letter("Plain"))
    plain, hidden = scene.ids(held)

    html = scene.ask(held, "GET", "mailpit/view/{file}", f"{hidden}.html")
    text = scene.ask(held, "GET", "mailpit/view/{file}", "latest.txt")

    assert b"<p>hidden-body</p>" in html.content
    assert b"script" not in html.content
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert text.content == b"The text of Plain.\n"
    for file in (f"{plain}.html", f"{plain}.pdf", plain, "nothing.txt"):
        assert scene.ask(held, "GET", "mailpit/view/{file}", file).status == 404


def test_the_mails_own_pictures_are_linked(scene: Scene, held: Held) -> None:
    scene.receive(
        held,
        b"From: a@b.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n'
        b'--b\r\nContent-Type: text/html\r\n\r\n<img src="cid:one">\r\n'
        b"--b\r\nContent-Type: image/gif\r\nContent-ID: <one>\r\n\r\nGIF89a...\r\n--b--\r\n",
    )
    message = scene.ids(held)[0]

    html = scene.ask(held, "GET", "mailpit/view/{file}", "latest.html").content.decode()
    whole = scene.ask(held, "GET", f"{V1}/message/{{id}}", message).json

    url = f"https://api.example/live/mailpit/{held.name}/api/v1/message/{message}/part/1"
    assert url in html
    assert [each["PartID"] for each in whole["Inline"]] == ["1"]
    assert whole["Attachments"] == []


def test_a_source_in_any_charset_is_answered_as_its_bytes(scene: Scene, held: Held) -> None:
    raw = b"From: a@b.example\r\nSubject: gr\xfc\xdfe\r\n\r\n\xff\r\n"
    scene.receive(held, raw)

    shown = scene.ask(held, "GET", f"{V1}/message/{{id}}/raw", "latest")
    saved = scene.ask(held, "GET", f"{V1}/message/{{id}}/raw", "latest", dl=1)

    assert shown.content == saved.content == raw
    assert "Content-Disposition" not in shown.headers
    assert saved.headers["Content-Disposition"].startswith("attachment; filename=")


def test_a_tagged_name_of_the_inbox_in_to_is_no_bcc(scene: Scene, held: Held) -> None:
    tagged = held.address.replace("@", "+shop@").upper()
    scene.receive(held, f"From: a@b.example\r\nTo: {tagged}\r\n\r\nText.\r\n".encode())
    scene.receive(held, b"From: a@b.example\r\nTo: other@b.example\r\n\r\nText.\r\n")

    listed = scene.ask(held, "GET", f"{V1}/messages").json["messages"]

    own = {"Name": "", "Address": held.address}
    assert [each["Bcc"] for each in listed] == [[own], []]


def test_a_filter_reads_the_newest_mails_and_no_more_than_any(scene: Scene, held: Held) -> None:
    for each in range(limits.FILTER_READS + 10):
        scene.receive(held, letter(str(each)))

    listed = scene.ask(held, "GET", f"{V1}/search", query="text of", limit=3).json

    assert [each["Subject"] for each in listed["messages"]] == ["59", "58", "57"]
    assert listed["messages_count"] == limits.FILTER_READS
    assert listed["total"] == limits.FILTER_READS + 10


def test_an_answer_of_nothing_is_held_so_that_pollers_keep_the_limit(scene: Scene) -> None:
    held = scene.private()
    scene.flows.settings = Settings(facades=FACADES, rate_limit_fetch=30)
    scene.flows.rates = RateLimits(1000, {FETCH: 30}, 1000)
    clock = scene.memory.clock

    began = clock()
    statuses = []
    while clock() - began < timedelta(minutes=2):
        statuses.append(scene.ask(held, "GET", f"{V1}/search", query="subject:x").status)
        clock.advance(milliseconds=500)

    assert set(statuses) == {200}
    assert 30 < len(statuses) < 60


@pytest.mark.parametrize(
    ("limit", "seconds"), [(0, 0), (30, 2), (60, 1), (5, 5), (120, 0), (5000, 0)]
)
def test_answers_are_held_no_longer_than_the_limit_needs(limit: int, seconds: int) -> None:
    assert patience(Settings(rate_limit_fetch=limit)) == timedelta(seconds=seconds)


def test_an_answer_of_something_is_not_held(scene: Scene, held: Held) -> None:
    scene.receive(held)
    before = scene.memory.clock()

    scene.ask(held, "GET", f"{V1}/messages")

    assert scene.memory.clock() == before


def test_marking_is_bounded_and_goes_on_with_the_next_request(scene: Scene, held: Held) -> None:
    for each in range(limits.BULK_MESSAGES + 5):
        scene.receive(held, letter(str(each)))

    first, second = (
        scene.ask(held, "PUT", f"{V1}/messages", body={"Read": True}) for _ in range(2)
    )
    many = {"IDs": [str(each) for each in range(limits.BULK_MESSAGES + 1)]}
    refused = scene.ask(held, "PUT", f"{V1}/messages", body=many)

    assert (first.status, second.status, refused.status) == (503, 200, 400)
    assert scene.ask(held, "GET", f"{V1}/info").json["Unread"] == 0


def test_what_would_read_too_many_mails_is_refused(scene: Scene, held: Held) -> None:
    for each in range(limits.FACADE_READS + 1):
        scene.receive(held, letter(str(each)))

    marked = scene.ask(held, "PUT", f"{V1}/messages", body={"Search": "nothing", "Read": True})
    deleted = scene.ask(held, "DELETE", f"{V1}/search", query="nothing")
    by_row = scene.ask(held, "DELETE", f"{V1}/search", query="subject:nothing")

    assert (marked.status, deleted.status, by_row.status) == (400, 400, 200)
    assert b"more than 200 mails" in deleted.content


def test_the_latest_of_a_search_is_looked_for_among_the_newest(scene: Scene, held: Held) -> None:
    scene.receive(held, letter("wanted"))
    for each in range(limits.FACADE_LATEST_READS):
        scene.receive(held, letter(str(each)))

    path = f"{V1}/message/{{id}}"
    in_mails = scene.ask(held, "GET", path, "latest", query='"text of wanted"')
    by_row = scene.ask(held, "GET", path, "latest", query="subject:wanted")

    assert (in_mails.status, by_row.status) == (404, 200)


def external(scene: Scene, *numbers: int) -> tuple[Held, Mailbox]:
    mailbox = scene.memory.pop3_servers.given(
        HOST, ADDRESS, mails={f"uidl-{each}": a_mail(each) for each in numbers}
    )
    made = scene.api.call("POST", INBOXES, body=WANTED).json
    return Held(made["inbox_id"], ADDRESS, made["access_token"]), mailbox


def test_what_is_new_in_a_mailbox_elsewhere_is_fetched(scene: Scene) -> None:
    held, mailbox = external(scene, 1)
    before = subjects(scene, held)
    mailbox.mails["uidl-2"] = a_mail(2)
    scene.memory.clock.advance(minutes=1)

    assert before == ["number 1"]
    assert subjects(scene, held) == ["number 2", "number 1"]


def test_too_many_requests_are_refused_as_mailpit_says_things(scene: Scene, held: Held) -> None:
    scene.receive(held)
    scene.flows.rates = RateLimits(1000, {FETCH: 1}, 1000)
    path = f"{V1}/messages"

    first, second = (scene.ask(held, "GET", path) for _ in range(2))
    other = scene.ask(held, "GET", "mailhog/api/v2/messages")

    assert (first.status, second.status, other.status) == (200, 429, 429)
    assert int(second.headers["Retry-After"]) > 0
    assert second.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"RATE_LIMIT_FETCH" in second.content
    assert "RATE_LIMIT_FETCH" in other.json["error"]
