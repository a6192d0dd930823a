"""Servers' ids, addresses in servers' domains, ids of files, and how often to ask."""

from datetime import timedelta

import pytest

from mayfly.errors import MessageNotFound
from mayfly.inboxes.ids import MessageId, mail_key
from mayfly.mail.address import Address
from mayfly.mailosaur.models import (
    Criteria,
    FileId,
    delays,
    hidden_recipients,
    in_server,
    server_ids,
)
from tests import samples

DOMAIN = "mayfly.example"


def test_a_name_of_eight_characters_is_the_id() -> None:
    inboxes = [samples.inbox(f"{name}@{DOMAIN}") for name in ("qateam01", "qa-team1", "sarah")]

    ids = server_ids(inboxes)

    assert list(ids)[:2] == ["qateam01", "qa-team1"]
    assert list(ids.values()) == inboxes
    assert all(len(each) == 8 and each.isalnum() for each in list(ids)[2:])


@pytest.mark.parametrize("name", ["qa.team1", "qa_team1", "-qateam1", "qateam1-", "qateam012"])
def test_what_is_no_label_of_a_domain_has_another_id(name: str) -> None:
    inbox = samples.inbox(f"{name}@{DOMAIN}")

    (id,) = server_ids([inbox])

    assert id != name
    assert len(id) == 8
    assert list(server_ids([inbox])) == [id]


def test_the_same_name_at_two_domains_gives_two_other_ids() -> None:
    both = [samples.inbox("qateam01@mayfly.example"), samples.inbox("qateam01@other.example")]

    ids = server_ids(both)

    assert len(ids) == 2
    assert "qateam01" not in ids


@pytest.mark.parametrize(
    ("written", "means"),
    [
        (f"RANDOM@qateam01.{DOMAIN}", f"qateam01+random@{DOMAIN}"),
        (f"a+b@QATEAM01.{DOMAIN}", f"qateam01+a+b@{DOMAIN}"),
        (f'"a b"@qateam01.{DOMAIN}', f'"qateam01+a b"@{DOMAIN}'),
        (f"a@qateam1.{DOMAIN}", None),
        (f"a@qateam012.{DOMAIN}", None),
        ("a@qateam01", None),
        (f"{'a' * 60}@qateam01.{DOMAIN}", None),
    ],
)
def test_an_address_in_a_servers_domain_means_a_tagged_one(written: str, means: str | None) -> None:
    found = in_server(Address.parse(written))

    assert (str(found) if found else None) == means


@pytest.mark.parametrize(
    ("named", "is_hidden"),
    [
        ([f"qateam01@{DOMAIN}"], False),
        ([f"QATeam01+tag@{DOMAIN}"], False),
        ([f"x@qateam01.{DOMAIN}"], False),
        (["team@elsewhere.example", f"qateam02@{DOMAIN}"], True),
        (["not an address", ""], True),
        ([], True),
    ],
)
def test_an_inbox_that_no_header_names_got_a_blind_copy(named: list[str], is_hidden: bool) -> None:
    inbox = samples.inbox(f"qateam01@{DOMAIN}")

    assert hidden_recipients(inbox, named) == ([f"qateam01@{DOMAIN}"] if is_hidden else [])


def test_ids_of_files_are_read_as_they_are_written() -> None:
    inbox = samples.inbox(f"qateam01@{DOMAIN}")
    message = MessageId(inbox.id, 7, mail_key("raw/mail-1"))

    assert FileId.parse(str(FileId(message, "12"))) == FileId(message, "12")
    for text in ("", ".1", str(message), f"{message}.", f"x{message}.1", "?" * 40 + ".1"):
        with pytest.raises(MessageNotFound):
            FileId.parse(text)
    assert MessageId.parse(str(message)) == message


@pytest.mark.parametrize("fetches", [20, 30, 60, 600, 10_000])
def test_who_waits_stays_below_the_limit_of_a_minute(fetches: int) -> None:
    steps = list(map(int, delays(fetches, timedelta(minutes=1)).split(",")))

    asked, at = 0, 0
    while at < 60_000:
        at += steps[min(asked, len(steps) - 1)]
        asked += 1

    assert asked <= fetches
    assert steps == sorted(steps)


def test_without_a_limit_it_asks_every_second() -> None:
    assert delays(0, timedelta(minutes=1)) == "250,500,1000"


def test_what_came_in_long_before_the_time_cannot_be_meant() -> None:
    criteria = Criteria(received_after=samples.NOW)

    assert not criteria.is_past(samples.NOW - timedelta(minutes=59))
    assert criteria.is_past(samples.NOW - timedelta(minutes=61))
    assert not Criteria().is_past(samples.NOW)
