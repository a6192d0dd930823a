"""Mailpit's and MailHog's clients as they are published, on the whole laptop."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from tests.local.mayfly import Mayfly
from tests.mailpit.boxes import HTML, PLAIN, InboxOf, mailbox, private, public
from tests.mailpit.conftest import Clients

KINDS: dict[str, Callable[[Mayfly, str], InboxOf]] = {
    "public address": lambda laptop, test: public(laptop),
    "private inbox": lambda laptop, test: private(laptop),
    "mailbox": lambda laptop, test: mailbox(laptop, f"{test}@elsewhere.example"),
}


@pytest.fixture(params=list(KINDS))
def box(request: pytest.FixtureRequest, laptop: Mayfly) -> InboxOf:
    name = "".join(each for each in request.node.originalname if each.isalpha())
    return KINDS[request.param](laptop, name)


def subjects(listed: Any) -> list[str]:
    return [each["Subject"] for each in listed["messages"]]


def test_mailpit_api_waits_for_a_message(clients: Clients, box: InboxOf) -> None:
    waiting = clients.begin("mailpit_api.mjs", box.mailpit, box.password, "wait")
    box.laptop.send(box.address, PLAIN.format(to=box.address).encode())

    found = clients.end(waiting)

    assert found["message"]["Subject"] == "Welcome"
    assert found["list"]["messages_count"] == 1
    assert "Timeout waiting" in found["never"]["error"]
    assert found["none"]["messages"] == []


def test_mailpit_api_reads_an_inbox(clients: Clients, box: InboxOf) -> None:
    box.fill().holds(clients, 3)

    found = clients.call("mailpit_api.mjs", box.mailpit, box.password, "read")

    assert subjects(found["list"]) == ["Bcc", "Grüße"]
    assert subjects(found["rest"]) == ["Welcome"]
    counts = ("total", "unread", "count", "messages_count", "messages_unread", "start")
    assert [found["rest"][each] for each in counts] == [3, 3, 1, 3, 3, 2]
    assert found["list"]["messages"][0]["Bcc"] == [{"Name": "", "Address": box.address}]
    assert found["list"]["messages"][1]["To"] == [{"Name": "Reader", "Address": box.address}]
    assert subjects(found["search"]) == ["Grüße"]
    assert subjects(found["phrase"]) == ["Welcome"]
    assert "400 Bad Request" in found["tagged"]["error"]
    assert "query, character 1: tag:" in found["tagged"]["error"]
    summary = found["summary"]
    assert summary["From"] == {"Name": "Shop", "Address": "shop@shop.example"}
    assert summary["Text"] == "Your code is 482913."
    assert summary["HTML"].endswith(HTML)
    assert [each["FileName"] for each in summary["Attachments"]] == ["note.txt"]
    assert summary["Attachments"][0]["Checksums"]["SHA256"] == sha256(b"a note").hexdigest()
    assert summary["ReturnPath"] == "sender@example.org"
    assert found["latest"]["Subject"] == "Bcc"
    assert found["headers"]["Subject"] == ["Grüße"]
    assert "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=" in found["source"]
    assert found["part"] == "a note"
    assert 'href="https://shop.example/?a=1&amp;b=2"' in found["html"]
    assert found["text"] == "Your code is 482913."
    assert found["tags"] == []
    assert "404 Not Found" in found["nothing"]["error"]
    assert (found["info"]["Messages"], found["info"]["Unread"]) == (3, 3)
    assert found["configuration"]["ChaosEnabled"] is False
    marks = ("marked", "allRead", "searchUnread")
    assert [found[each] for each in marks] == ["ok"] * 3
    assert subjects(found["unread"]) == ["Grüße", "Welcome"]
    assert subjects(found["noneUnread"]) == []
    assert subjects(found["oneUnread"]) == ["Grüße"]


def test_mailpit_api_deletes(clients: Clients, box: InboxOf) -> None:
    box.fill().holds(clients, 3)

    found = clients.call("mailpit_api.mjs", box.mailpit, box.password, "erase")

    assert [found[each] for each in ("one", "found", "all")] == ["ok"] * 3
    assert subjects(found["afterOne"]) == ["Grüße", "Welcome"]
    assert subjects(found["afterFound"]) == ["Welcome"]
    assert subjects(found["afterAll"]) == []


def test_mailpit_api_cannot_delete_from_an_address_without_its_token(
    clients: Clients, laptop: Mayfly
) -> None:
    box = public(laptop).fill().stranger.holds(clients, 3)

    found = clients.call("mailpit_api.mjs", box.mailpit, "", "erase")

    for each in ("one", "found", "all"):
        assert "401 Unauthorized" in found[each]["error"]
    assert len(found["afterAll"]["messages"]) == 3


def test_mailpit_api_is_told_what_is_not_offered(clients: Clients, laptop: Mayfly) -> None:
    box = public(laptop)

    found = clients.call("mailpit_api.mjs", box.mailpit, box.password, "refuse")

    assert len(found) == 11
    assert all("501 Not Implemented" in each["error"] for each in found.values())


def test_the_package_mailhog_reads_an_inbox(clients: Clients, box: InboxOf) -> None:
    box.fill().holds(clients, 3)
    path = f"/mailhog/{box.name}/api"

    found = clients.call("mailhog.js", box.port, path, box.password, "read")

    listed = found["messages"]
    assert [listed[each] for each in ("total", "count", "start")] == [3, 3, 0]
    assert [each["subject"] for each in listed["items"]] == ["Bcc", "Grüße", "Welcome"]
    assert [each["subject"] for each in found["second"]["items"]] == ["Grüße"]
    assert [each["subject"] for each in found["search"]["items"]] == ["Welcome"]
    assert [each["subject"] for each in found["to"]["items"]] == ["Grüße", "Welcome"]
    mail = found["latestContaining"]
    assert (mail["text"], mail["html"]) == ("Your code is 482913.", HTML)
    assert mail["from"] == "Shop <shop@shop.example>"
    assert mail["attachments"] == [
        {"name": "note.txt", "type": "text/plain; charset=utf-8", "content": "a note"}
    ]
    assert found["latestFrom"]["subject"] == "Grüße"
    plain = listed["items"][2]
    assert plain["replyTo"] == "help@shop.example"
    assert plain["date"] == "2026-01-01T12:00:00.000Z"
    assert plain["deliveryDate"].startswith("20")
    assert not found["nothing"]
    assert found["refused"] == {"error": "kind must be one of: from, to, containing"}
    assert "does not offer" in found["released"]["error"]


def test_the_package_mailhog_deletes(clients: Clients, box: InboxOf) -> None:
    box.fill().holds(clients, 3)
    path = f"/mailhog/{box.name}/api"

    found = clients.call("mailhog.js", box.port, path, box.password, "erase")

    assert found == {"one": 200, "left": 2, "all": 200, "total": 0}


def cypress(box: InboxOf, step: str) -> tuple[str, ...]:
    return "cypress.mjs", box.mailpit, box.mailhog, box.password, box.address, step


def test_the_plugins_of_cypress_wait_for_mail(clients: Clients, box: InboxOf) -> None:
    waiting = clients.begin(*cypress(box, "wait"))
    box.laptop.send(box.address, PLAIN.format(to=box.address).encode())

    found = clients.end(waiting)

    assert [found[each] for each in ("bySubject", "byTo", "bySearch")] == [1, 1, 1]
    assert [found[each] for each in ("none", "nobody", "nothing")] == [0, 0, 0]


def test_cypress_mailpit_reads_marks_and_deletes(clients: Clients, box: InboxOf) -> None:
    box.fill().holds(clients, 3)

    found = clients.call(*cypress(box, "mailpit"))

    counted = ("count", "search", "bySubject", "byTo")
    assert [found[each] for each in counted] == [3, 1, 1, 2]
    assert (found["subject"], found["from"]) == ("Bcc", "other@elsewhere.example")
    assert found["to"] == ["list@elsewhere.example"]
    assert found["attachments"] == ["note.txt"]
    assert 'href="https://shop.example/?a=1&amp;b=2"' in found["html"]
    assert found["text"] == "Your code is 482913."
    unread = ("oneUnread", "noneUnread", "manyUnread")
    assert [found[each] for each in unread] == [2, 0, 3]
    assert "501" in found["send"]["error"]
    assert "501" in found["spam"]["error"]
    assert (found["afterSearch"], found["afterAll"]) == (2, 0)


def test_cypress_mailhog_reads_and_deletes(clients: Clients, box: InboxOf) -> None:
    box.fill().holds(clients, 3)

    found = clients.call(*cypress(box, "mailhog"))

    counted = ("count", "bySubject", "byRecipient", "bySender", "search")
    assert [found[each] for each in counted] == [3, 1, 3, 3, 2]
    filtered = ("filtered", "filteredTo", "filteredFrom")
    assert [found[each] for each in filtered] == [1, 3, 0]
    assert (found["subject"], found["body"]) == ("Bcc", "Hi.\r\n")
    assert found["sender"] == "sender@example.org"
    assert found["recipients"] == ["list@elsewhere.example", box.address]
    assert found["attachments"] == []
    assert (found["jim"], found["setJim"]) == (False, 501)
    assert found["afterAll"] == 0
