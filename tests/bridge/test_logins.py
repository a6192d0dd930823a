"""What opens what: addresses, tokens, passwords and accounts."""

import imaplib
import poplib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count as count_up
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from tests.local.mayfly import DOMAIN, Mayfly

LETTER = b"From: Ann <ann@garden.example>\r\nSubject: Tulips\r\n\r\nRed ones.\r\n"
_numbers = count_up()
PASSWORD = "a long phrase of their own"


@contextmanager
def opened(laptop: Mayfly, name: str, secret: str) -> Iterator[IMAPClient]:
    with IMAPClient("127.0.0.1", laptop.imap_port, ssl=False, timeout=60) as client:
        client.login(name, secret)
        yield client


def count(client: IMAPClient, folder: str = "INBOX") -> int:
    found: int = client.select_folder(folder, readonly=True)[b"EXISTS"]
    return found


def arrived(laptop: Mayfly, path: str, token: str) -> None:
    """Wait until something is there."""
    assert laptop.ask("GET", f"{path}/messages?after=0&wait=25", token=token)["messages"]


@pytest.fixture
def private(laptop: Mayfly) -> dict[str, Any]:
    made: dict[str, Any] = laptop.ask("POST", "/v1/inboxes", {"mode": "generated"})
    laptop.send(made["email_address"], LETTER)
    arrived(laptop, f"/api/user/mailbox/{made['inbox_id']}", made["access_token"])
    return made


@pytest.fixture
def account(laptop: Mayfly) -> dict[str, Any]:
    """An account with two mailboxes, of which the first has a message."""
    name = f"user{next(_numbers)}"
    login = {"email": f"{name}@elsewhere.example", "password": PASSWORD}
    laptop.ask("POST", "/api/users/register", login)
    token = laptop.ask("POST", "/api/users/login", login)["token"]
    boxes = [
        laptop.ask("POST", "/api/user/mailbox/create", {"alias": f"{kind}-{name}"}, token)
        for kind in ("first", "second")
    ]
    laptop.send(boxes[0]["emailAddress"], LETTER)
    arrived(laptop, f"/api/user/mailbox/{boxes[0]['id']}", token)
    return login | {"token": token, "boxes": boxes}


def test_a_token_opens_its_private_inbox(laptop: Mayfly, private: dict[str, Any]) -> None:
    with opened(laptop, private["email_address"], private["access_token"]) as client:
        assert count(client) == 1
        assert [name for _, _, name in client.list_folders()] == ["INBOX"]


def test_a_token_opens_no_other_inbox(laptop: Mayfly, private: dict[str, Any]) -> None:
    other = laptop.ask("POST", "/v1/inboxes", {"mode": "generated"})

    with (
        pytest.raises(LoginError),
        opened(laptop, other["email_address"], private["access_token"]),
    ):
        pass


def test_a_private_inbox_needs_its_secret(laptop: Mayfly, private: dict[str, Any]) -> None:
    for secret in ("wrong", private["access_token"] + "x", "a.b.c"):
        with pytest.raises(LoginError), opened(laptop, private["email_address"], secret):
            pass


def test_a_password_opens_a_generated_inbox_and_goes_on_when_its_tokens_have_ended(
    laptop: Mayfly,
) -> None:
    (made,) = laptop.administer("POST", "/v1/admin/generate", {"count": 1})["inboxes"]
    inbox = f"/v1/inboxes/{made['inbox_id']}"

    with opened(laptop, made["email_address"], made["password"]) as client:
        assert count(client) == 0
        laptop.ask("POST", f"{inbox}/token:rotate", {}, made["access_token"])
        client.unselect_folder()
        assert count(client) == 0


def test_a_token_that_was_replaced_opens_nothing_any_more(
    laptop: Mayfly, private: dict[str, Any]
) -> None:
    inbox, token = f"/v1/inboxes/{private['inbox_id']}", private["access_token"]

    with opened(laptop, private["email_address"], token) as client:
        laptop.ask("POST", f"{inbox}/token:rotate", {}, token)
        with pytest.raises(IMAPClientError, match="revoked"):
            count(client)
    with pytest.raises(LoginError), opened(laptop, private["email_address"], token):
        pass


def test_an_account_has_its_mailboxes_as_folders(laptop: Mayfly, account: dict[str, Any]) -> None:
    second = account["boxes"][1]["emailAddress"]

    with opened(laptop, account["email"], PASSWORD) as client:
        folders = {name: flags for flags, _, name in client.list_folders()}
        assert list(folders) == [
            *("INBOX", "Archive", "Trash", "Junk"),
            *(second, f"{second}/Archive", f"{second}/Trash", f"{second}/Junk"),
        ]
        assert b"\\Junk" in folders["Junk"]
        assert count(client) == 1
        assert count(client, second) == 0


def test_a_message_is_moved_within_its_mailbox_only(
    laptop: Mayfly, account: dict[str, Any]
) -> None:
    first, second = account["boxes"]

    with opened(laptop, account["email"], PASSWORD) as client:
        client.select_folder("INBOX")
        with pytest.raises(IMAPClientError, match="stays"):
            client.move([1], second["emailAddress"])
        client.move([1], "Archive")
        assert client.search() == []
        assert count(client, "Archive") == 1
        assert client.search() == [1]

    path = f"/api/user/mailbox/{first['id']}/messages/1"
    assert laptop.ask("GET", path, token=account["token"])["folder"] == "archive"


def test_one_mailbox_of_an_account_can_be_named(laptop: Mayfly, account: dict[str, Any]) -> None:
    second = account["boxes"][1]["emailAddress"]

    with opened(laptop, f"{account['email']}/{second}", PASSWORD) as client:
        assert count(client) == 0
        assert len(client.list_folders()) == 4
    with pytest.raises(LoginError), opened(laptop, f"{account['email']}/no@{DOMAIN}", PASSWORD):
        pass


def test_the_token_of_an_account_opens_it(laptop: Mayfly, account: dict[str, Any]) -> None:
    with opened(laptop, account["email"], account["token"]) as client:
        assert count(client) == 1


def test_an_account_needs_its_password(laptop: Mayfly, account: dict[str, Any]) -> None:
    with pytest.raises(LoginError), opened(laptop, account["email"], "another long phrase"):
        pass


def test_many_connections_are_one_session_of_the_account(
    laptop: Mayfly, account: dict[str, Any]
) -> None:
    for _ in range(25):
        with opened(laptop, account["email"], PASSWORD):
            pass

    laptop.ask("GET", "/api/users/me", token=account["token"])  # was not pushed out


def test_an_account_without_mailboxes_has_an_empty_inbox(laptop: Mayfly) -> None:
    login = {"email": "empty@elsewhere.example", "password": PASSWORD}
    laptop.ask("POST", "/api/users/register", login)

    with opened(laptop, login["email"], PASSWORD) as client:
        assert count(client) == 0
        assert [name for _, _, name in client.list_folders()] == ["INBOX"]


def test_an_api_key_reads_no_mail(laptop: Mayfly, account: dict[str, Any]) -> None:
    wanted = {"name": "tests", "scopes": ["emails:read"]}
    key = laptop.ask("POST", "/api/v1/keys", wanted, account["token"])["key"]

    with pytest.raises(LoginError, match="API keys"), opened(laptop, account["email"], key):
        pass


def test_pop3_has_the_inbox_of_a_mailbox_and_deletes_when_it_quits(
    laptop: Mayfly, account: dict[str, Any]
) -> None:
    first = account["boxes"][0]
    path = f"/api/user/mailbox/{first['id']}/messages?limit=1"
    client = poplib.POP3("127.0.0.1", laptop.pop3_port, timeout=60)
    client.user(account["email"])
    client.pass_(PASSWORD)

    assert client.stat()[0] == 1
    client.dele(1)
    before = laptop.ask("GET", path, token=account["token"])
    client.quit()

    assert len(before["messages"]) == 1
    assert laptop.ask("GET", path, token=account["token"])["messages"] == []


def test_a_password_may_begin_and_end_with_blanks(laptop: Mayfly) -> None:
    login = {"email": "edges@elsewhere.example", "password": "  a long phrase of their own  "}
    laptop.ask("POST", "/api/users/register", login)
    client = poplib.POP3("127.0.0.1", laptop.pop3_port, timeout=60)
    client.user(login["email"])

    assert client.pass_(login["password"]).startswith(b"+OK")
    client.quit()


def test_pop3_takes_deletions_back(laptop: Mayfly, account: dict[str, Any]) -> None:
    client = poplib.POP3("127.0.0.1", laptop.pop3_port, timeout=60)
    client.user(account["email"])
    client.pass_(PASSWORD)

    client.dele(1)
    with pytest.raises(poplib.error_proto, match="no such message"):
        client.retr(1)
    client.rset()
    client.quit()

    with opened(laptop, account["email"], PASSWORD) as reader:
        assert count(reader) == 1


@pytest.mark.parametrize("answer", [b"\x00%b\x00%b", b"ignored\x00%b\x00%b"])
def test_plain_logs_in(laptop: Mayfly, account: dict[str, Any], answer: bytes) -> None:
    said = answer % (account["email"].encode(), PASSWORD.encode())
    with imaplib.IMAP4("127.0.0.1", laptop.imap_port, timeout=60) as client:
        client.authenticate("PLAIN", lambda _: said)
        assert client.select()[1] == [b"1"]
