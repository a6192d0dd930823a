"""Spam: it lies in its folder, and shows to those who ask for it, in every kind of inbox."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from mayfly.inboxes.models import SpamPolicy
from mayfly.messages.models import Verdicts
from tests import samples
from tests.functions.http import Api, MemoryAssembly, bearer
from tests.given_mailboxes import SESSION, WEEK, given_account, given_mailbox
from tests.memory import Memory

SPAM = Verdicts(spam="FAIL")
VIRUS = Verdicts(virus="FAIL")
GRAY = Verdicts(spam="GRAY", virus="GRAY")
RAW = b"From: a@shop.example\r\nSubject: hi\r\n\r\nhello"


@dataclass
class Box:
    """One inbox, as its reader lists it."""

    api: Api
    flows: MemoryAssembly
    address: str
    path: str
    values: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    ask_for: str = "includeSpam"
    after: str = "after"

    def mail(self, *verdicts: Verdicts) -> None:
        for each in verdicts:
            number = len(self.flows.adapters.rows.deliveries) + 1
            self.flows.receive(RAW, self.address, name=f"m{number}", verdicts=each)

    def numbers(self, **query: object) -> list[int]:
        return [number for number, _ in self.listed(**query)[0]]

    def listed(self, **query: object) -> tuple[list[tuple[int, bool]], int]:
        """The numbers in the list with their marks, and where it goes on from."""
        with_spam = query.pop("spam", False)
        if with_spam:
            query[self.ask_for] = "true"
        if "after" in query:
            query[self.after] = query.pop("after")
        told = self.api.call("GET", self.path, *self.values, headers=self.headers, **query)
        assert told.status == 200, told.json
        lines: Any = told.json if isinstance(told.json, list) else told.json["messages"]
        if isinstance(told.json, list):
            last = int(told.headers.get("X-Last-Sequence", 0))
        else:
            last = int(told.json.get("lastNumber") or told.json.get("last_uid") or 0)
        shown = [
            (
                int(each.get("seq") or each["uid"]),
                bool(each["isSpam"] if "isSpam" in each else each["is_spam"]),
            )
            for each in lines
        ]
        return shown, last

    def mark(self, number: int, *, is_spam: bool) -> int:
        """The status of taking a message out of spam, or putting it there."""
        path, values, body = self.path, self.values, {"isSpam": is_spam}
        if self.after == "since_uid":
            path, values = f"{self.path}/{{uid}}", (*self.values, str(number))
            body = {"is_spam": is_spam}
        elif "mailbox" in self.path:
            path, values = f"{self.path}/{{number}}", (*self.values, str(number))
            body = {"folder": "spam" if is_spam else "inbox"}  # type: ignore[dict-item]
        else:
            (inbox,) = self.flows.adapters.rows.messages
            message = str(self.flows.adapters.rows.messages[inbox][number].id)
            path, values = "/api/messages/{id}", (message,)
        return self.api.call("PATCH", path, *values, body=body, headers=self.owner).status


def public() -> Box:
    api = Api(flows := MemoryAssembly(Memory()))
    email, token = api.make()
    path = "/api/emails/{email}/messages"
    return Box(api, flows, email, path, (email,), owner=bearer(token))


def private() -> Box:
    api = Api(flows := MemoryAssembly(Memory()))
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    headers = bearer(made["access_token"])
    path, values = "/v1/inboxes/{inboxId}/messages", (made["inbox_id"],)
    names = "includeSpam", "since_uid"
    return Box(api, flows, made["email_address"], path, values, headers, headers, *names)


def mailbox() -> Box:
    api = Api(flows := MemoryAssembly(Memory()))
    account = given_account(flows.adapters)
    inbox = given_mailbox(flows.adapters, account)
    token = flows.accounts.tokens.issue(account.id, SESSION, samples.NOW + WEEK).text
    path = "/api/user/mailbox/{mailboxId}/messages"
    headers = bearer(token)
    return Box(api, flows, str(inbox.address), path, (str(inbox.id),), headers, headers)


@pytest.fixture(params=[public, private, mailbox])
def box(request: pytest.FixtureRequest) -> Box:
    made: Box = request.param()
    return made


def test_lists_leave_spam_and_viruses_out_and_show_them_marked_to_who_asks(box: Box) -> None:
    box.mail(GRAY, SPAM, VIRUS, GRAY)

    assert box.listed()[0] == [(4, False), (1, False)]
    assert box.listed(spam=True)[0] == [(4, False), (3, True), (2, True), (1, False)]


def test_the_numbers_of_spam_are_gaps_and_the_list_goes_on_behind_them(box: Box) -> None:
    box.mail(SPAM, GRAY, SPAM, SPAM)

    assert box.listed(after=0) == ([(2, False)], 4)
    assert box.listed(after=2) == ([], 4)
    assert box.numbers(after=0, spam=True) == [1, 2, 3, 4]
    box.mail(GRAY)
    assert box.listed(after=4) == ([(5, False)], 5)


def test_a_short_page_is_filled_from_behind_much_spam(box: Box) -> None:
    box.mail(GRAY, *[SPAM] * 5, GRAY)

    assert box.numbers(limit=2) == [7, 1]
    assert box.numbers(after=1, limit=2) == [7]


def test_who_waits_is_not_woken_by_spam(box: Box) -> None:
    box.mail(SPAM)
    clock = box.flows.adapters.clock
    began = clock()

    assert box.listed(after=0, wait=3) == ([], 1)
    assert clock() >= began + timedelta(seconds=3)
    assert box.numbers(after=0, wait=3, spam=True) == [1]
    assert clock() < began + timedelta(seconds=4)


def test_its_owner_takes_a_message_out_of_spam_and_puts_it_there(box: Box) -> None:
    box.mail(SPAM, GRAY)

    assert box.mark(1, is_spam=False) == 200
    assert box.listed()[0] == [(2, False), (1, False)]
    assert box.mark(2, is_spam=True) == 200
    assert box.numbers() == [1]


def test_without_the_access_token_nobody_takes_anything_out_of_a_public_addresss_spam() -> None:
    box = public()
    box.mail(SPAM)
    box.owner = {}

    assert box.mark(1, is_spam=False) == 401
    assert box.numbers() == []


def test_pages_of_a_cursor_leave_it_out_as_well() -> None:
    box = public()
    box.mail(GRAY, SPAM, GRAY, SPAM, SPAM, GRAY)

    first = box.api.call("GET", box.path, *box.values, limit=2)
    cursor = first.headers["X-Next-Cursor"]
    second = box.api.call("GET", box.path, *box.values, limit=2, cursor=cursor)

    assert [each["seq"] for each in first.json] == [6, 3]
    assert [each["seq"] for each in second.json] == [1]
    assert "X-Next-Cursor" not in second.headers


def test_a_mailbox_may_show_it_as_all_other_mail() -> None:
    box = mailbox()
    rules = box.path.replace("/messages", "/rules")
    body = {"rules": [], "spamPolicy": SpamPolicy.FOLDER}
    assert box.api.call("PUT", rules, *box.values, body=body, headers=box.headers).status == 200

    box.mail(SPAM, GRAY)

    assert box.listed()[0] == [(2, False), (1, True)]


def test_its_folder_shows_it_and_counts_it_and_threads_leave_it_out() -> None:
    box = mailbox()
    box.mail(SPAM, GRAY)

    assert box.numbers(folder="spam") == [1]
    path = box.path.replace("/messages", "")
    folders = box.api.call("GET", f"{path}/folders", *box.values, headers=box.headers).json
    assert [
        (each["name"], each["messages"]) for each in folders["folders"] if each["messages"]
    ] == [
        ("inbox", 1),
        ("spam", 1),
    ]
    threads = box.api.call("GET", f"{path}/threads", *box.values, headers=box.headers).json
    assert len(threads["threads"]) == 1
