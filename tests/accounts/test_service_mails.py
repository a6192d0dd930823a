"""Mails of the service's own: how many go out in a day, and where none goes."""

import json
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.errors import AddressBounced, MailNotSent, ServiceMailsSpent
from mayfly.kit.ports import SERVICE
from mayfly.mail.address import Address
from mayfly.sending.delivery_events import DeliveryEventResult, DeliveryEventService
from mayfly.sending.ses_events import ACCOUNT_TAG, MAIL_TAG, ROUND_TAG, read
from tests.accounts.test_accounts_contract import an_account
from tests.memory import Memory

ANN, BOB = Address.parse("Ann@home.example"), Address.parse("bob@home.example")


def come_back(memory: Memory, address: Address, kind: str = "Permanent") -> DeliveryEventResult:
    """SES says that a mail of ours came back."""
    tags = {ACCOUNT_TAG: [SERVICE], MAIL_TAG: [SERVICE], ROUND_TAG: ["1"]}
    at = memory.clock().isoformat()
    bounce = {
        "bounceType": kind,
        "bouncedRecipients": [{"emailAddress": str(address)}],
        "timestamp": at,
        "feedbackId": f"feedback-{at}",
    }
    mail = {"timestamp": at, "messageId": "ses-1", "tags": tags, "destination": [str(address)]}
    told = read(json.dumps({"eventType": "Bounce", "mail": mail, "bounce": bounce}))
    return DeliveryEventService(memory.outbox, memory.suppressions, memory.clock).settle(told)


def test_so_many_go_out_in_a_day_to_whomever() -> None:
    memory = Memory()
    room = memory.service_mails(most=2)
    room.reserve()
    room.reserve()

    with pytest.raises(ServiceMailsSpent, match="SERVICE_MAILS_PER_DAY") as spent:
        room.reserve()

    assert spent.value.retry_after == 12 * 3600
    memory.clock.advance(hours=12)
    room.reserve()


def test_without_a_limit_nothing_is_counted() -> None:
    memory = Memory()

    memory.service_mails(most=0).reserve()

    assert memory.budgets.mails == {}


def test_nothing_goes_where_a_mail_came_back_from_for_a_month() -> None:
    memory = Memory()
    room = memory.service_mails()
    settled = come_back(memory, ANN)

    with pytest.raises(AddressBounced) as refused:
        room.send(ANN, "Hello", "There")
    room.send(BOB, "Hello", "There")

    assert (
        settled is DeliveryEventResult.UNKNOWN_MAIL
    )  # it is nobody's, and that is all there is to it
    assert isinstance(refused.value, MailNotSent)
    assert "ann" not in str(refused.value).lower()
    assert [each.recipient for each in memory.postman.sent] == [BOB]
    memory.clock.advance(seconds=limits.BOUNCED_FOR.total_seconds())
    room.send(ANN, "Hello", "There")
    assert [each.recipient for each in memory.postman.sent] == [BOB, ANN]
    come_back(memory, ANN)
    with pytest.raises(AddressBounced):
        room.send(ANN, "Hello", "There")


def test_what_comes_back_for_now_is_tried_again() -> None:
    memory = Memory()
    come_back(memory, ANN, "Transient")

    memory.service_mails().send(ANN, "Hello", "There")

    assert len(memory.postman.sent) == 1


def test_what_came_back_for_an_account_keeps_no_mail_of_ours_back() -> None:
    memory = Memory()
    come_back(memory, ANN)

    assert memory.suppressions.among("an-account", [str(ANN).lower()]) == {}


def test_one_account_cannot_spend_the_days_mails_by_what_it_is_told() -> None:
    memory = Memory()
    room, ann, bob = (
        memory.service_mails(most=200),
        an_account("ann@x.example"),
        an_account("b@x.ex"),
    )

    for _ in range(limits.ACCOUNT_NOTICES + 5):
        room.notify(ann, "Your password was changed", "again")
    room.notify(bob, "Your password was changed", "once")

    assert len(memory.postman.sent) == limits.ACCOUNT_NOTICES + 1
    assert sum(memory.budgets.mails.values()) == limits.ACCOUNT_NOTICES + 1
    memory.clock.advance(seconds=timedelta(days=1).total_seconds())
    room.notify(ann, "Your password was changed", "tomorrow")
    assert memory.postman.sent[-1].text == "tomorrow"


def test_a_notice_that_cannot_be_counted_goes_out() -> None:
    memory = Memory()
    memory.request_counts.failing = TimeoutError()

    memory.service_mails().notify(an_account(), "Your password was changed", "")

    assert len(memory.postman.sent) == 1


def test_a_notice_that_is_one_too_many_of_the_day_is_a_mail_that_was_not_sent() -> None:
    memory = Memory()
    room = memory.service_mails(most=1)
    room.reserve()

    with pytest.raises(MailNotSent):
        room.notify(an_account(), "Your password was changed", "")

    assert memory.postman.sent == []
