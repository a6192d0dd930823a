"""MailHog's operations with AWS's events: what they answer, and what they delete."""

import pytest

from mayfly import limits
from tests.mailpit.scenes import Held, Scene

V1, V2 = "mailhog/api/v1", "mailhog/api/v2"


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def held(scene: Scene) -> Held:
    return scene.public()


def letter(subject: str, sender: str = "shop@shop.example") -> bytes:
    return (
        f"From: Shop <{sender}>\r\nTo: %s\r\nSubject: {subject}\r\n\r\nThe text of {subject}.\r\n"
    ).encode()


def found(scene: Scene, held: Held, kind: str, query: str) -> list[str]:
    listed = scene.ask(held, "GET", f"{V2}/search", kind=kind, query=query).json
    return [each["Content"]["Headers"]["Subject"][0] for each in listed["items"]]


def test_a_list_has_every_field_that_mailhog_gives(scene: Scene, held: Held) -> None:
    scene.receive(held)

    listed = scene.ask(held, "GET", f"{V2}/messages").json

    assert list(listed) == ["total", "count", "start", "items"]
    (item,) = listed["items"]
    assert list(item) == ["ID", "From", "To", "Content", "Created", "MIME", "Raw"]
    local, _, domain = held.address.partition("@")
    assert item["From"] == {
        "Relays": None,
        "Mailbox": "bounce",
        "Domain": "shop.example",
        "Params": "",
    }
    assert [(each["Mailbox"], each["Domain"]) for each in item["To"]] == [(local, domain)]
    assert list(item["Content"]) == ["Headers", "Body", "Size", "MIME"]
    assert item["Content"]["Headers"]["Subject"] == ["hidden-subject"]
    assert [list(each) for each in item["MIME"]["Parts"]] == [
        ["Headers", "Body", "Size", "MIME"]
    ] * 2
    assert list(item["Raw"]) == ["From", "To", "Data", "Helo"]
    assert item["Raw"]["From"] == "bounce@shop.example"
    assert item["Raw"]["Data"].startswith("Return-Path: <bounce@shop.example>\r\n")


def test_one_message_and_the_first_version_have_the_same(scene: Scene, held: Held) -> None:
    scene.receive(held)

    (item,) = scene.ask(held, "GET", f"{V2}/messages").json["items"]

    assert scene.ask(held, "GET", f"{V1}/messages").json == [item]
    assert scene.ask(held, "GET", f"{V1}/messages/{{id}}", item["ID"]).json == item


def test_lists_are_read_in_parts(scene: Scene, held: Held) -> None:
    for each in range(5):
        scene.receive(held, letter(str(each)))

    part = scene.ask(held, "GET", f"{V2}/messages", start=1, limit=2).json

    assert [part[each] for each in ("total", "count", "start")] == [5, 2, 1]
    subjects = [each["Content"]["Headers"]["Subject"] for each in part["items"]]
    assert subjects == [["3"], ["2"]]


def test_searches_are_by_kind(scene: Scene, held: Held) -> None:
    scene.receive(held, letter("First"))
    scene.receive(held, letter("Second", "other@elsewhere.example"))
    scene.receive(held, b"From: a@b.example\r\nTo: list@b.example\r\nSubject: Third\r\n\r\n~x*\r\n")

    assert found(scene, held, "from", "SHOP.example") == ["First"]
    assert found(scene, held, "containing", "text of") == ["Second", "First"]
    assert found(scene, held, "containing", "~x*") == ["Third"]
    assert found(scene, held, "containing", "~y*") == []
    assert found(scene, held, "to", "list@") == ["Third"]
    assert found(scene, held, "to", held.address) == ["Third", "Second", "First"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kind": "from"},
        {"query": "a"},
        {"kind": "subject", "query": "a"},
        {"kind": "from", "query": "a" * 300},
        {"kind": "to", "query": " "},
    ],
)
def test_a_search_for_nothing_is_refused(
    scene: Scene, held: Held, query: dict[str, object]
) -> None:
    refused = scene.ask(held, "GET", f"{V2}/search", **query)

    assert refused.status == 400
    assert list(refused.json) == ["error"]


def test_messages_are_deleted_one_by_one_and_all(scene: Scene, held: Held) -> None:
    for each in ("First", "Second", "Third"):
        scene.receive(held, letter(each))

    one = scene.ask(held, "DELETE", f"{V1}/messages/{{id}}", scene.ids(held)[0])
    left = len(scene.ids(held))
    every = scene.ask(held, "DELETE", f"{V1}/messages")

    assert [(each.status, each.content) for each in (one, every)] == [(200, b"")] * 2
    assert (left, scene.ids(held)) == (2, [])


def test_nothing_is_marked_as_read(scene: Scene, held: Held) -> None:
    scene.receive(held)
    message = scene.ids(held)[0]

    scene.ask(held, "GET", f"{V1}/messages/{{id}}", message)
    scene.ask(held, "GET", f"{V1}/messages/{{id}}/download", message)

    assert scene.ask(held, "GET", "mailpit/api/v1/info").json["Unread"] == 1


def test_a_download_is_what_was_received(scene: Scene, held: Held) -> None:
    raw = b"From: a@b.example\r\nSubject: gr\xfc\xdfe\r\n\r\n\xff\r\n"
    scene.receive(held, raw)

    found = scene.ask(held, "GET", f"{V1}/messages/{{id}}/download", scene.ids(held)[0])

    assert found.content == raw
    assert found.headers["Content-Type"] == "message/rfc822"


def large(size: int, subject: str = "Large") -> bytes:
    head = (
        f"From: a@b.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nShort.\r\n"
        "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n"
    )
    return head.encode() + b"x" * size + b"\r\n--b--\r\n"


def test_a_large_message_in_a_list_has_no_source_and_no_long_parts(
    scene: Scene, held: Held
) -> None:
    scene.receive(held, large(limits.MAX_LISTED_BYTES))

    (item,) = scene.ask(held, "GET", f"{V2}/messages").json["items"]

    assert item["Raw"]["Data"] == ""
    assert [each["Body"] for each in item["MIME"]["Parts"]] == ["Short.", ""]
    assert item["MIME"]["Parts"][1]["Size"] > limits.MAX_LISTED_BYTES // 2


def test_a_list_has_as_much_as_one_answer_holds(scene: Scene, held: Held) -> None:
    for each in range(14):
        scene.receive(held, large(limits.MAX_LISTED_BYTES * 3 // 10, str(each)))

    first = scene.ask(held, "GET", f"{V2}/messages").json
    rest = scene.ask(held, "GET", f"{V2}/messages", start=first["count"]).json

    assert first["total"] == rest["total"] == 14
    assert 0 < first["count"] < 14
    assert first["count"] + rest["count"] <= 14


def test_the_largest_message_is_shown(scene: Scene, held: Held) -> None:
    scene.receive(held, large(limits.MAX_ANSWER_BYTES * 2))
    message = scene.ids(held)[0]

    shown = scene.ask(held, "GET", f"{V1}/messages/{{id}}", message)
    moved = scene.ask(held, "GET", f"{V1}/messages/{{id}}/download", message)

    assert shown.json["Content"]["Headers"]["Subject"] == ["Large"]
    assert moved.status == 302
    assert scene.ask(held, "GET", f"{V2}/messages").json["count"] == 1


@pytest.mark.parametrize("size", [limits.MAX_LISTED_BYTES - 1000, limits.MAX_ANSWER_BYTES])
def test_a_body_that_grows_in_json_is_left_out(scene: Scene, held: Held, size: int) -> None:
    scene.receive(held, b"From: a@b.example\r\nSubject: Zeros\r\n\r\n" + b"\0" * size)

    (item,) = scene.ask(held, "GET", f"{V2}/messages").json["items"]
    one = scene.ask(held, "GET", f"{V1}/messages/{{id}}", item["ID"])

    assert item["Content"]["Headers"]["Subject"] == ["Zeros"]
    assert item["Content"]["Body"] == ""
    assert len(one.content) <= limits.MAX_ANSWER_BYTES


def test_neither_jim_nor_other_servers_are_there(scene: Scene, held: Held) -> None:
    assert scene.ask(held, "GET", f"{V2}/jim").status == 404
    assert scene.ask(held, "GET", f"{V2}/outgoing-smtp").json == {}
