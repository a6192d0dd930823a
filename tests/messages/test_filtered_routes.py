"""Lists and deletes with filters, of every kind of inbox."""

from typing import Any

import pytest

from mayfly import limits
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

LIST = "/api/emails/{email}/messages"
PRIVATE = "/v1/inboxes/{inboxId}/messages"
MAILBOX = "/api/user/mailbox/{mailboxId}/messages"
CODE = b"From: Shop <shop@example.com>\nSubject: Your code\n\nYour code is 482913.\n"
SHOP: dict[str, Any] = {"from": "shop"}  # `from` is no name in Python
NEWS = b"From: news@example.com\nTo: me@mail.example\nSubject: News\n\nNothing new.\n"


class Scene:
    """A public address and a private inbox, which is a mailbox as well, with the same mails."""

    def __init__(self) -> None:
        self.flows = MemoryAssembly(Memory())
        self.api = Api(self.flows)
        self.email, self.token = self.api.make()
        made = self.api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
        self.inbox, self.holder = made["inbox_id"], bearer(made["access_token"])
        for number, raw in enumerate((CODE, NEWS, CODE, NEWS, NEWS)):
            for at, to in enumerate((self.email, made["email_address"])):
                self.flows.receive(raw, to, name=f"mail-{number}-{at}")

    def numbers(self, **query: Any) -> list[list[int]]:
        """What the list of each kind shows."""
        public = self.api.call("GET", LIST, self.email, **query)
        kinds = [[each["seq"] for each in public.json]]
        after = query.pop("after", None)
        for path, name, number in ((PRIVATE, "since_uid", "uid"), (MAILBOX, "after", "seq")):
            more = {} if after is None else {name: after}
            told: dict[str, Any] = {"headers": self.holder, **query, **more}
            found = self.api.call("GET", path, self.inbox, **told)
            kinds.append([int(each[number]) for each in found.json["messages"]])
        return kinds

    def ask(self, method: str, headers: dict[str, str] | None = None, **query: Any) -> Reply:
        """Of the list of the public address."""
        return self.api.call(method, LIST, self.email, headers=headers, **query)

    def delete(self, path: str, **query: Any) -> Reply:
        """By whoever may."""
        value = self.email if path == LIST else self.inbox
        headers = bearer(self.token) if path == LIST else self.holder
        return self.api.call("DELETE", path, value, headers=headers, **query)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"from": "shop"}, [3, 1]),
        ({"from": "shop", "limit": 1}, [3]),
        ({"subject": "~n*"}, [5, 4, 2]),
        ({"text": "nothing new"}, [5, 4, 2]),
        ({"to": "me@mail.example"}, [5, 4, 2]),
        ({"q": "-subject:news"}, [3, 1]),
        ({"hasAttachment": "true"}, []),
        ({"isRead": "true"}, []),
        ({"from": "shop", "after": 1}, [3]),
        ({"from": "shop", "after": 3}, []),
        ({"from": "news", "after": 0, "limit": 2}, [2, 4]),
    ],
)
def test_a_list_shows_what_its_filter_means(
    scene: Scene, query: dict[str, Any], numbers: list[int]
) -> None:
    assert scene.numbers(**query) == [numbers] * 3


def test_the_next_page_is_of_the_same_filter(scene: Scene) -> None:
    first = scene.ask("GET", limit=1, q="code", **SHOP)
    cursor = first.headers["X-Next-Cursor"]
    second = scene.ask("GET", cursor=cursor, **SHOP)

    assert "from=shop&q=code" in first.headers["Link"]
    assert [each["seq"] for each in (*first.json, *second.json)] == [3, 1]
    assert "X-Next-Cursor" not in second.headers


def test_a_list_that_has_read_enough_says_where_it_goes_on(scene: Scene) -> None:
    for number in range(limits.FILTER_READS):
        scene.flows.receive(NEWS, scene.email, name=f"more-{number}")

    first = scene.ask("GET", text="482913")
    cursor = first.headers["X-Next-Cursor"]
    second = scene.ask("GET", text="482913", cursor=cursor)

    assert (first.json, first.headers["X-Last-Sequence"]) == ([], "55")
    assert [each["seq"] for each in second.json] == [3, 1]


@pytest.mark.parametrize("path", [LIST, PRIVATE, MAILBOX])
def test_what_a_filter_means_is_deleted_and_nothing_else(scene: Scene, path: str) -> None:
    reply = scene.delete(path, after=1, **SHOP)
    again = scene.delete(path, **SHOP)

    assert (reply.status, reply.json) == (200, {"deleted": 1, "seq": 5, "more": False})
    assert again.json["deleted"] == 1
    left = [[5, 4, 2] if each == path else [5, 4, 3, 2, 1] for each in (LIST, PRIVATE)]
    if path == MAILBOX:
        left[1] = [5, 4, 2]
    assert scene.numbers() == [left[0], left[1], left[1]]


@pytest.mark.parametrize("path", [LIST, PRIVATE, MAILBOX])
def test_a_delete_that_does_not_say_which_deletes_nothing(scene: Scene, path: str) -> None:
    replies = [
        scene.delete(path),
        scene.delete(path, after=0),
        scene.delete(path, form="shop"),
        scene.delete(path, isread="true", **SHOP),
        scene.delete(path, **{**SHOP, "from": ""}),
    ]

    assert [each.status for each in replies] == [400] * 5
    assert "say which messages: hasAttachment" in replies[0].json["error"]["message"]
    assert scene.numbers() == [[5, 4, 3, 2, 1]] * 3


def test_deleting_of_a_public_address_takes_its_token(scene: Scene) -> None:
    _, other = scene.api.make()
    replies = [
        scene.ask("DELETE", **SHOP),
        scene.ask("DELETE", headers=bearer(other), **SHOP),
        scene.ask("DELETE", headers=bearer(other), **{**SHOP, "from": "nobody"}),
    ]

    assert [each.status for each in replies] == [401] * 3
    assert scene.numbers()[0] == [5, 4, 3, 2, 1]


def test_a_mailbox_deletes_by_folder_and_thread_as_well(scene: Scene) -> None:
    scene.api.call(
        "PATCH", f"{MAILBOX}/{{number}}", scene.inbox, "2",
        body={"folder": "trash"}, headers=scene.holder,
    )  # fmt: skip

    reply = scene.delete(MAILBOX, folder="trash")

    assert reply.json["deleted"] == 1
    assert scene.numbers()[2] == [5, 4, 3, 1]
