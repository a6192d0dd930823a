"""IMAPClient and imap-tools read what is there, and change what can be changed."""

from collections.abc import Iterator
from email.utils import parseaddr
from hashlib import sha256

import pytest
from imap_tools import A, MailBoxUnencrypted
from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from tests.bridge.filled import Filled, listing
from tests.local.mayfly import Mayfly

LETTER = b"From: Ann <ann@garden.example>\r\nSubject: Tulips %d\r\n\r\nRed ones.\r\n"


@pytest.fixture
def client(laptop: Mayfly) -> Iterator[IMAPClient]:
    with IMAPClient("127.0.0.1", laptop.imap_port, ssl=False, timeout=60) as client:
        yield client


@pytest.fixture
def small(laptop: Mayfly) -> Filled:
    return Filled.with_mails(laptop, [LETTER % number for number in range(1, 6)])


def test_every_structure_and_envelope_is_one_that_a_client_understands(
    client: IMAPClient, filled: Filled
) -> None:
    client.login(filled.address, "anything")
    client.select_folder("INBOX", readonly=True)
    numbers = client.search()

    found = client.fetch(numbers, ["ENVELOPE", "BODYSTRUCTURE", "RFC822.SIZE", "BODY.PEEK[]"])

    assert len(found) == len(filled.raws)
    for each in found.values():
        assert each[b"RFC822.SIZE"] == len(each[b"BODY[]"])
        structure = each[b"BODYSTRUCTURE"]
        assert structure.is_multipart or isinstance(structure[0], bytes)
        assert each[b"ENVELOPE"].from_ is None or isinstance(each[b"ENVELOPE"].from_, tuple)


def test_every_part_that_a_structure_names_is_there(client: IMAPClient, filled: Filled) -> None:
    client.login(filled.address, "anything")
    client.select_folder("INBOX", readonly=True)

    for number, each in client.fetch(client.search(), ["BODYSTRUCTURE"]).items():
        sizes = dict(_leaves(each[b"BODYSTRUCTURE"]))
        wanted = [f"BODY.PEEK[{part}]" for part in list(sizes)[:50]]
        parts = client.fetch([number], wanted)[number]
        for part in list(sizes)[:50]:
            assert len(parts[f"BODY[{part}]".encode()]) == sizes[part], (number, part)


def _leaves(structure: object, at: str = "") -> Iterator[tuple[str, int]]:
    if structure.is_multipart:  # type: ignore[attr-defined]
        for number, each in enumerate(structure[0], 1):  # type: ignore[index]
            yield from _leaves(each, f"{at}{number}.")
    else:
        yield (at.rstrip(".") or "1"), structure[6]  # type: ignore[index]


def test_flags_are_kept_where_everybody_sees_them(client: IMAPClient, small: Filled) -> None:
    client.login(small.address, "anything")
    client.select_folder("INBOX")

    client.add_flags([1, 3], [SEEN])
    client.remove_flags([3], [SEEN])

    listed = listing(small.laptop, small.address, 5)
    assert [each["isRead"] for each in listed] == [True, False, False, False, False]
    assert client.search("UNSEEN") == [2, 3, 4, 5]


def test_a_message_that_is_read_is_marked_and_one_that_is_peeked_at_is_not(
    client: IMAPClient, small: Filled
) -> None:
    client.login(small.address, "anything")
    client.select_folder("INBOX")

    client.fetch([1], ["BODY.PEEK[]"])
    read = client.fetch([2], ["BODY[TEXT]"])[2]

    assert SEEN in read[b"FLAGS"]
    listed = listing(small.laptop, small.address, 5)
    assert [each["isRead"] for each in listed] == [False, True, False, False, False]


def test_what_is_expunged_is_gone_for_everybody(client: IMAPClient, small: Filled) -> None:
    client.login(small.address, small.token)
    client.select_folder("INBOX")

    client.delete_messages([2, 4])
    client.uid_expunge([2])
    left = client.search()
    client.expunge()

    assert left == [1, 3, 4, 5]
    assert [each["seq"] for each in listing(small.laptop, small.address, 3)] == [1, 3, 5]


@pytest.mark.parametrize("secret", ["anything", "schlüssel", "ключ", "two\r\nlines"])
def test_deleting_at_a_public_address_needs_its_token(
    client: IMAPClient, small: Filled, secret: str
) -> None:
    client.plain_login(small.address, secret)
    client.select_folder("INBOX")
    client.delete_messages([1])

    with pytest.raises(IMAPClientError, match="access token"):
        client.expunge()

    client.noop()
    assert client.get_flags([1]) == {1: (DELETED, b"\\Recent")}


def test_a_mailbox_that_is_examined_is_not_changed(client: IMAPClient, small: Filled) -> None:
    client.login(small.address, small.token)
    client.select_folder("INBOX", readonly=True)

    client.fetch([1], ["BODY[]"])
    with pytest.raises(IMAPClientError, match="reading only"):
        client.add_flags([1], [SEEN])

    assert not any(each["isRead"] for each in listing(small.laptop, small.address, 5))


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        (["ALL"], [1, 2, 3, 4, 5]),
        (["SUBJECT", "tulips 2"], [2]),
        (["FROM", "ANN"], [1, 2, 3, 4, 5]),
        (["FROM", "nobody"], []),
        (["TEXT", "red"], [1, 2, 3, 4, 5]),
        (["BODY", "tulips"], []),
        (["NOT", "UID", "2:4"], [1, 5]),
        (["OR", "UID", "1", "SUBJECT", "5"], [1, 5]),
        (["HEADER", "Subject", "tulips 3"], [3]),
        (["HEADER", "Return-Path", ""], [1, 2, 3, 4, 5]),
        (["LARGER", "10", "SMALLER", "100000", "UID", "4:*"], [4, 5]),
        (["SINCE", "1-Jan-2020", "UNDELETED", "UID", "1"], [1]),
        (["BEFORE", "1-Jan-2020"], []),
        (["TO", "somebody"], []),
        (["UID", "99:*"], [5]),
    ],
)
def test_searches_find_what_fits(
    client: IMAPClient, searched: Filled, criteria: list[str], numbers: list[int]
) -> None:
    client.login(searched.address, "anything")
    client.select_folder("INBOX", readonly=True)

    assert client.search(criteria) == numbers


@pytest.fixture(scope="module")
def searched(laptop: Mayfly) -> Filled:
    return Filled.with_mails(laptop, [LETTER % number for number in range(1, 6)])


def test_what_opens_nothing_is_refused_and_after_three_times_the_line_is_cut(
    client: IMAPClient, laptop: Mayfly
) -> None:
    for _ in range(3):
        with pytest.raises(LoginError):
            client.login("nobody@mayfly.example", "wrong")

    with pytest.raises((IMAPClientError, OSError, EOFError)):
        client.noop()


def test_imap_tools_reads_texts_names_and_files(laptop: Mayfly, filled: Filled) -> None:
    with MailBoxUnencrypted("127.0.0.1", laptop.imap_port).login(filled.address, "x") as mailbox:
        found = list(mailbox.fetch(mark_seen=False, bulk=True))

    assert len(found) == len(filled.raws)
    assert sorted(int(each.uid or 0) for each in found) == [*range(1, len(found) + 1)]


def test_imap_tools_searches_marks_and_deletes(laptop: Mayfly, small: Filled) -> None:
    with MailBoxUnencrypted("127.0.0.1", laptop.imap_port).login(
        small.address, small.token
    ) as mailbox:
        (found,) = mailbox.fetch(A(subject="Tulips 4"))
        mailbox.flag([found.uid or ""], ["\\Seen"], True)
        mailbox.delete(["1", "2"])
        left = mailbox.uids()

    assert parseaddr(found.from_)[1] == "ann@garden.example"
    assert left == ["3", "4", "5"]
    assert sha256(found.obj.as_bytes()).hexdigest()
    listed = listing(small.laptop, small.address, 3)
    assert [each["isRead"] for each in listed] == [False, True, False]
