"""The check that no accepted mail is without an outcome."""

from datetime import timedelta

import pytest

from mayfly.domain.delivery import DropReason, Stored
from mayfly.domains import DomainRegister
from mayfly.hosting import Host
from mayfly.receiving import Mailbag, Receiver
from mayfly.sweeping import Findings, Sweeper
from tests import samples
from tests.fakes import Memory

RAW = (
    b"Return-Path: <x@shop.example>\r\n"
    b"Received: from a.example by inbound-smtp.us-east-1.amazonaws.com with SMTP id m1"
    b" for bcc@mayfly.example; Thu, 1 Jan 2026 12:00:00 +0000\r\n"
    b"Received: from b.example by a.example for <forged@mayfly.example>; some day\r\n"
    b"To: Alice <alice@mayfly.example>, other@elsewhere.example\r\nCc: ALICE@mayfly.example\r\n"
    b"\r\nHello\r\n"
)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def sweeper_over(memory: Memory) -> Sweeper:
    return Sweeper(
        "mayfly-mail",
        Host(
            memory.claims,
            DomainRegister(memory.domains, ("mayfly.example",), memory.clock),
            memory.clock,
        ),
        memory.raw_mails,
        memory.deliveries,
        memory.contents,
        memory.notices,
        memory.clock,
    )


def receiver_over(memory: Memory) -> Receiver:
    return Receiver(
        Mailbag("mayfly-mail", "raw/", 10_000),
        memory.raw_mails,
        memory.inboxes.find,
        memory.deliveries,
        memory.contents,
        memory.clock,
    )


def test_a_mail_whose_notice_was_lost_is_replayed_to_those_its_headers_name(
    memory: Memory,
) -> None:
    alice = samples.inbox()
    memory.inboxes.create(alice, memory.clock())
    memory.raw_mails.put("raw/m1", RAW)
    memory.clock.advance(hours=2)

    findings = sweeper_over(memory).sweep()

    (notice,) = memory.notices.sent
    assert findings == Findings(mails=1, recovered=1, cleared=0)
    assert notice.recipients == ("bcc@mayfly.example", "alice@mayfly.example")
    receiver_over(memory).receive(notice)
    (message,) = memory.messages.after(alice.id, 0, 10, memory.clock())
    assert message.summary.recovered
    assert message.summary.received_at == samples.NOW


def test_recipients_at_domains_that_admins_added_are_replayed_too(memory: Memory) -> None:
    memory.raw_mails.put("raw/m1", RAW.replace(b"elsewhere.example", b"added.example"))
    memory.clock.advance(hours=2)
    sweeper = sweeper_over(memory)
    added = sweeper.host.register.add("added.example")
    sweeper.host.register.change(added.id, is_active=False)

    sweeper.sweep()

    assert "other@added.example" in memory.notices.sent[0].recipients


def test_a_mail_that_names_nobody_of_ours_gets_an_outcome_all_the_same(memory: Memory) -> None:
    memory.raw_mails.put("raw/m1", b"Subject: x\r\n\r\n")
    memory.clock.advance(hours=2)
    sweeper_over(memory).sweep()

    receiver_over(memory).receive(memory.notices.sent[0])

    assert memory.deliveries.tally().dropped[DropReason.UNKNOWN_RECIPIENT] == 1
    assert sweeper_over(memory).sweep() == Findings(0, 0, 0)


def test_mails_on_their_way_and_mails_of_long_ago_are_left_alone(memory: Memory) -> None:
    memory.raw_mails.put("raw/young", RAW)
    at_once = sweeper_over(memory).sweep()
    memory.clock.advance(hours=30)

    much_later = sweeper_over(memory).sweep()

    assert at_once == much_later == Findings(0, 0, 0)
    assert memory.notices.sent == []


def test_what_the_sweeps_of_a_day_have_missed_the_first_of_the_next_finds(memory: Memory) -> None:
    memory.raw_mails.put("raw/m1", RAW)  # at noon
    memory.clock.advance(hours=8)
    in_the_evening = sweeper_over(memory).sweep()
    memory.clock.advance(hours=4, minutes=30)

    after_midnight = sweeper_over(memory).sweep()

    assert in_the_evening == Findings(0, 0, 0)
    assert after_midnight == Findings(mails=1, recovered=1, cleared=0)


def test_a_mail_that_was_delivered_is_left_alone(memory: Memory) -> None:
    memory.inboxes.create(samples.inbox(), memory.clock())
    memory.raw_mails.put("raw/m1", RAW)
    receiver_over(memory).receive(samples.notice("m1", "alice@mayfly.example"))
    memory.clock.advance(hours=2)

    assert sweeper_over(memory).sweep() == Findings(mails=1, recovered=0, cleared=0)
    assert "raw/m1" in memory.raw_mails.objects


def test_a_raw_mail_that_nobody_has_any_more_is_cleared(memory: Memory) -> None:
    memory.inboxes.create(samples.inbox(), memory.clock())
    memory.raw_mails.put("raw/m1", RAW)
    (outcome,) = receiver_over(memory).receive(samples.notice("m1", "alice@mayfly.example"))
    assert isinstance(outcome, Stored)
    memory.messages.delete(outcome.message, memory.clock())
    memory.deliveries.release(outcome.message)
    memory.clock.advance(hours=2)

    assert sweeper_over(memory).sweep() == Findings(mails=1, recovered=0, cleared=1)
    assert memory.raw_mails.objects == {}
    assert memory.contents.contents == {}


def test_sess_set_up_object_is_no_mail(memory: Memory) -> None:
    memory.raw_mails.put("raw/AMAZON_SES_SETUP_NOTIFICATION", b"x")
    memory.clock.now += timedelta(hours=2)

    findings = sweeper_over(memory).sweep()

    assert (findings.recovered, memory.notices.sent, memory.raw_mails.objects) == (0, [], {})
