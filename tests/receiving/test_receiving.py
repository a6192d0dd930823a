"""One accepted mail, by its envelope, into the inboxes of its recipients."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.errors import Contended, ForeignNotice, RawMailMissing
from mayfly.inboxes.models import Inbox
from mayfly.mail.address import Address
from mayfly.messages.models import Message
from mayfly.receiving.models import Dropped, DropReason, MailProgress, Stored
from mayfly.receiving.notice import Notice
from mayfly.receiving.service import MailStorage, Receiver
from mayfly.rules.filing import Filer
from tests import samples
from tests.memory import FakeDeliveries, Memory

RAW = (
    b"From: Shop <orders@shop.example>\r\nTo: somebody@else.example\r\nSubject: Hi\r\n\r\nHello\r\n"
)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def receiver_over(
    memory: Memory, max_mail_bytes: int = limits.MAX_MAIL_BYTES, read_anew_bytes: int = 0
) -> Receiver:
    return Receiver(
        MailStorage("mayfly-mail", "raw/", max_mail_bytes, read_anew_bytes),
        memory.raw_mails,
        memory.inboxes.find,
        memory.deliveries,
        memory.contents,
        Filer(memory.rule_sets, memory.clock),
        memory.clock,
    )


def given_inbox(memory: Memory, address: str = "alice@mayfly.example", **changes: object) -> Inbox:
    inbox = samples.inbox(address, **changes)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def given_mail(memory: Memory, *recipients: str, raw: bytes = RAW) -> Notice:
    memory.raw_mails.put("raw/mail-1", raw)
    return samples.notice("mail-1", *recipients)


def messages_of(memory: Memory, inbox: Inbox) -> list[Message]:
    return memory.messages.after(inbox.id, 0, 1000, memory.clock())


def test_the_envelope_decides_and_the_to_header_is_never_asked(memory: Memory) -> None:
    inbox = given_inbox(memory)
    notice = given_mail(memory, "alice@mayfly.example")

    (outcome,) = receiver_over(memory).receive(notice)

    assert isinstance(outcome, Stored)
    (message,) = messages_of(memory, inbox)
    assert message.summary.subject == "Hi"
    assert message.summary.from_address == "orders@shop.example"
    content = memory.contents.get(message.id.mail)
    assert content.object_key == "raw/mail-1"
    assert content.mail.text.strip() == "Hello"


def test_a_mail_for_several_inboxes_reaches_each_under_its_own_number(memory: Memory) -> None:
    alice, bob = given_inbox(memory), given_inbox(memory, "bob@second.example")
    notice = given_mail(memory, "alice@mayfly.example", "bob@second.example")

    outcomes = receiver_over(memory).receive(notice)

    assert len(outcomes) == 2
    assert len(messages_of(memory, alice)) == len(messages_of(memory, bob)) == 1
    assert len(memory.contents.contents) == 1


@pytest.mark.parametrize(
    "recipient",
    [
        "ALICE@Mayfly.Example",
        "alice+shop@mayfly.example",
        '"alice"@mayfly.example',
        "alice@mayfly.example.",
        "@relay.example:alice@mayfly.example",
    ],
)
def test_other_spellings_of_an_address_reach_it(memory: Memory, recipient: str) -> None:
    inbox = given_inbox(memory)

    receiver_over(memory).receive(given_mail(memory, recipient))

    assert len(messages_of(memory, inbox)) == 1


def test_an_internationalised_domain_is_one_domain_in_both_spellings(memory: Memory) -> None:
    inbox = given_inbox(memory, "alice@müller.example")

    receiver_over(memory).receive(given_mail(memory, "alice@xn--mller-kva.example"))

    assert len(messages_of(memory, inbox)) == 1


def test_a_tagged_name_of_its_own_is_preferred_to_the_untagged(memory: Memory) -> None:
    alice = given_inbox(memory)
    tagged = given_inbox(memory, "alice+shop@mayfly.example")

    receiver_over(memory).receive(given_mail(memory, "alice+shop@mayfly.example"))

    assert len(messages_of(memory, tagged)) == 1
    assert messages_of(memory, alice) == []


def test_two_spellings_of_one_inbox_are_one_delivery(memory: Memory) -> None:
    inbox = given_inbox(memory)
    notice = given_mail(memory, "alice+a@mayfly.example", "Alice+b@mayfly.example")

    outcomes = receiver_over(memory).receive(notice)

    assert len(outcomes) == 1
    assert len(messages_of(memory, inbox)) == 1
    assert memory.deliveries.tally().accepted == 1


def test_a_hundred_recipients_get_a_message_each(memory: Memory) -> None:
    inboxes = [given_inbox(memory, f"user{n}@mayfly.example") for n in range(100)]
    notice = given_mail(memory, *(str(inbox.address) for inbox in inboxes))

    receiver_over(memory).receive(notice)

    assert [len(messages_of(memory, inbox)) for inbox in inboxes] == [1] * 100


def test_a_repeated_notice_changes_nothing(memory: Memory) -> None:
    inbox = given_inbox(memory)
    notice = given_mail(memory, "alice@mayfly.example", "nobody@mayfly.example")
    receiver = receiver_over(memory)
    first = receiver.receive(notice)

    again = receiver.receive(notice)

    assert again == [replace(outcome, repeated=True) for outcome in first]
    assert len(messages_of(memory, inbox)) == 1
    assert memory.deliveries.tally().accepted == 2


def test_mail_for_nobody_is_dropped_by_name_unread_and_not_kept(memory: Memory) -> None:
    notice = given_mail(memory, "nobody@mayfly.example")

    outcomes = receiver_over(memory).receive(notice)

    assert outcomes == [Dropped(DropReason.UNKNOWN_RECIPIENT)]
    assert memory.raw_mails.reads == []
    assert memory.raw_mails.objects == {}


@pytest.mark.parametrize("recipient", ["", "no-at-sign", "a b@mayfly.example", "x" * 400 + "@y"])
def test_a_recipient_that_is_no_address_is_a_drop_like_any_other(
    memory: Memory, recipient: str
) -> None:
    notice = given_mail(memory, recipient)

    outcomes = receiver_over(memory).receive(notice)

    assert outcomes == [Dropped(DropReason.UNKNOWN_RECIPIENT)]
    assert memory.deliveries.tally().accepted == 1


def test_a_repeat_after_the_mail_was_dropped_and_deleted_is_quiet(memory: Memory) -> None:
    inbox = given_inbox(memory)
    notice = given_mail(memory, "alice@mayfly.example")
    receiver = receiver_over(memory)
    (stored,) = receiver.receive(notice)
    assert isinstance(stored, Stored)
    memory.messages.delete(stored.message, memory.clock())
    memory.raw_mails.delete(["raw/mail-1"])

    again = receiver.receive(notice)

    assert again == []
    assert messages_of(memory, inbox) == []


def test_a_raw_mail_that_is_not_there_yet_is_asked_for_again(memory: Memory) -> None:
    given_inbox(memory)
    notice = samples.notice("mail-1", "alice@mayfly.example")

    with pytest.raises(RawMailMissing):
        receiver_over(memory).receive(notice)

    assert memory.deliveries.tally().accepted == 0


def test_a_mail_over_the_cap_is_dropped_by_name(memory: Memory) -> None:
    given_inbox(memory)
    notice = given_mail(memory, "alice@mayfly.example", "nobody@mayfly.example")

    outcomes = receiver_over(memory, max_mail_bytes=10).receive(notice)

    assert outcomes == [
        Dropped(DropReason.TOO_LARGE),
        Dropped(DropReason.UNKNOWN_RECIPIENT),
    ]
    assert memory.raw_mails.objects == {}


def test_an_expired_inbox_gets_nothing(memory: Memory) -> None:
    given_inbox(memory)
    notice = given_mail(memory, "alice@mayfly.example")
    memory.clock.advance(hours=25)

    outcomes = receiver_over(memory).receive(notice)

    assert outcomes == [Dropped(DropReason.EXPIRED_RECIPIENT)]


def test_mail_that_waited_longer_than_it_may_live_is_dropped_by_name(memory: Memory) -> None:
    given_inbox(memory, expires_at=samples.NOW + timedelta(days=7))
    notice = given_mail(memory, "alice@mayfly.example")
    memory.clock.advance(hours=73)

    outcomes = receiver_over(memory).receive(notice)

    assert outcomes == [Dropped(DropReason.TOO_LATE)]


@pytest.mark.parametrize(("seconds", "is_theirs"), [(-1, False), (0, True)])
def test_an_heir_gets_no_mail_that_was_under_way_to_whoever_had_the_address_before(
    memory: Memory, seconds: int, is_theirs: bool
) -> None:
    before = given_inbox(memory, "alice@mayfly.example")
    memory.inboxes.close(before.id, memory.clock())
    heir = given_inbox(memory, "alice@mayfly.example", created_at=memory.clock())
    notice = given_mail(memory, "alice@mayfly.example")
    received_at = memory.clock() + timedelta(seconds=seconds)

    receiver_over(memory).receive(replace(notice, received_at=received_at))

    assert bool(messages_of(memory, heir)) is is_theirs


def test_mail_from_before_an_inbox_was_made_is_not_for_it(memory: Memory) -> None:
    inbox = given_inbox(memory)
    notice = given_mail(memory, "alice@mayfly.example")

    outcomes = receiver_over(memory).receive(
        replace(notice, received_at=samples.NOW - timedelta(minutes=6))
    )

    assert outcomes == [Dropped(DropReason.UNKNOWN_RECIPIENT)]
    assert messages_of(memory, inbox) == []


@pytest.mark.parametrize(
    "elsewhere", [{"bucket": "not-ours"}, {"object_key": "secrets/x"}, {"object_key": "rawer"}]
)
def test_a_notice_of_an_object_that_is_not_ours_is_refused(
    memory: Memory, elsewhere: dict[str, str]
) -> None:
    given_inbox(memory)

    with pytest.raises(ForeignNotice):
        receiver_over(memory).receive(samples.notice("mail-1", **elsewhere))


class ContendedFor(FakeDeliveries):
    """Gives up on one address, as the adapter does after too many attempts."""

    contended: Address | None = None

    def deliver(self, *arguments, **named):  # type: ignore[no-untyped-def]
        if self.contended and self.contended in [getattr(a, "address", None) for a in arguments]:
            raise Contended("too many writers")
        return super().deliver(*arguments, **named)


def test_a_recipient_that_fails_does_not_keep_the_others_from_theirs(memory: Memory) -> None:
    deliveries = ContendedFor(memory.rows, memory.deliveries.quota)
    memory.deliveries = deliveries
    inboxes = [given_inbox(memory, f"{name}@mayfly.example") for name in ("a", "b", "c")]
    deliveries.contended = inboxes[1].address
    notice = given_mail(memory, *(str(inbox.address) for inbox in inboxes))
    receiver = receiver_over(memory)

    with pytest.raises(Contended):
        receiver.receive(notice)
    in_between = [len(messages_of(memory, inbox)) for inbox in inboxes]
    deliveries.contended = None
    receiver.receive(notice)

    assert in_between == [1, 0, 1]
    assert [len(messages_of(memory, inbox)) for inbox in inboxes] == [1, 1, 1]
    assert deliveries.tally().accepted == 3


def test_a_mail_that_is_no_mail_at_all_is_stored_as_data(memory: Memory) -> None:
    inbox = given_inbox(memory)

    receiver_over(memory).receive(given_mail(memory, "alice@mayfly.example", raw=b"\x00\xff\n" * 9))

    (message,) = messages_of(memory, inbox)
    assert message.summary.size_bytes == 27


def test_the_content_is_there_before_the_message(memory: Memory) -> None:
    inbox = given_inbox(memory)
    seen: list[int] = []
    put = memory.contents.put

    def put_and_look(*arguments: object) -> None:
        seen.append(len(messages_of(memory, inbox)))
        put(*arguments)  # type: ignore[arg-type]

    memory.contents.put = put_and_look  # type: ignore[method-assign,assignment]
    receiver_over(memory).receive(given_mail(memory, "alice@mayfly.example"))

    assert seen == [0]


def test_of_a_small_mail_no_content_is_kept_and_its_messages_name_the_raw_mail(
    memory: Memory,
) -> None:
    alice, bob = given_inbox(memory), given_inbox(memory, "bob@second.example")
    notice = given_mail(memory, "alice@mayfly.example", "bob@second.example")

    receiver_over(memory, read_anew_bytes=len(RAW)).receive(notice)

    assert memory.contents.contents == {}
    for inbox in (alice, bob):
        (message,) = messages_of(memory, inbox)
        assert message.object_key == "raw/mail-1"


def test_of_a_mail_above_the_size_the_content_is_kept(memory: Memory) -> None:
    inbox = given_inbox(memory)
    notice = given_mail(memory, "alice@mayfly.example")

    receiver_over(memory, read_anew_bytes=len(RAW) - 1).receive(notice)

    (message,) = messages_of(memory, inbox)
    assert message.object_key == ""
    assert memory.loader.open(message).mail.text.strip() == "Hello"


def test_the_size_of_a_mail_counts_whoever_gets_it_or_nobody(memory: Memory) -> None:
    given_inbox(memory)
    large = RAW + b"x" * (4 * 256 * 1024)
    receiver = receiver_over(memory)

    receiver.receive(given_mail(memory, "nobody@mayfly.example", raw=large))
    assert memory.deliveries.tally().chunks == 4

    memory.raw_mails.put("raw/mail-2", large)
    receiver.receive(samples.notice("mail-2", "alice@mayfly.example", "nobody@mayfly.example"))
    assert memory.deliveries.tally().chunks == 8


def test_a_recovered_mail_that_nobody_takes_stays_for_the_notice_that_may_still_come(
    memory: Memory,
) -> None:
    inbox = given_inbox(memory)
    notice = given_mail(memory, "nobody@mayfly.example", "alice@mayfly.example")
    guessed = replace(notice, recipients=("nobody@mayfly.example",), recovered=True)
    receiver = receiver_over(memory)

    receiver.receive(guessed)
    assert list(memory.raw_mails.objects) == ["raw/mail-1"]
    assert memory.deliveries.standing(notice.mail) is MailProgress.LIVE
    receiver.receive(notice)

    (message,) = messages_of(memory, inbox)
    assert message.summary.subject == "Hi"
