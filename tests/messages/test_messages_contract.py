"""What every Messages must do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly.errors import InboxNotFound, MessageNotFound
from mayfly.inboxes.ids import MessageId, mail_key
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.dynamodb.keys import message_key
from mayfly.mail.address import Address
from mayfly.messages.folders import Folder
from mayfly.messages.models import Change, Message
from mayfly.receiving.models import Accepted, Dropped, DropReason, MailProgress, Stored
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.worlds import QUOTA, World


def given_inbox(world: World, address: str = "alice@mayfly.example") -> Inbox:
    inbox = samples.inbox(address)
    world.inboxes.create(inbox, world.clock())
    return inbox


def deliver(world: World, inbox: Inbox, mail: Accepted | None = None, **summary: object) -> Stored:
    outcome = world.deliveries.deliver(
        mail or samples.accepted(), samples.summary(**summary), inbox, world.clock()
    )
    assert isinstance(outcome, Stored)
    return outcome


def fill(world: World, inbox: Inbox, count: int) -> list[MessageId]:
    return [deliver(world, inbox, samples.accepted(f"mail-{n}")).message for n in range(count)]


def numbers(messages: list[Message]) -> list[int]:
    return [message.id.sequence for message in messages]


def test_a_delivered_mail_is_read_as_it_was_summarised(world: World) -> None:
    inbox = given_inbox(world)

    outcome = deliver(world, inbox, preview="ü" * 250, recovered=True)

    found_inbox, message = world.messages.get(outcome.message, world.clock())
    assert message.summary == samples.summary(preview="ü" * 250, recovered=True)
    assert message.id.sequence == 1
    assert message.expires_at == samples.NOW + inbox.message_lifetime
    assert not message.is_read
    assert found_inbox == replace(inbox, sequence=1, held_messages=1, held_bytes=1234)


def test_a_summary_without_attachments_or_verdicts_survives(world: World) -> None:
    inbox = given_inbox(world)
    plain = samples.summary(attachments=(), from_name="", from_address="", subject="", preview="")

    outcome = world.deliveries.deliver(samples.accepted(), plain, inbox, world.clock())

    assert isinstance(outcome, Stored)
    assert world.messages.get(outcome.message, world.clock())[1].summary == plain


def test_messages_are_numbered_from_one_in_each_inbox(world: World) -> None:
    alice, bob = given_inbox(world), given_inbox(world, "bob@mayfly.example")

    ids = fill(world, alice, 3)
    of_bob = deliver(world, bob, samples.accepted("mail-0")).message

    assert [message.sequence for message in ids] == [1, 2, 3]
    assert of_bob.sequence == 1


def test_a_repeated_delivery_is_the_same_message(world: World) -> None:
    inbox = given_inbox(world)
    first = deliver(world, inbox)

    again = deliver(world, world.inboxes.get(inbox.id))
    with_an_old_view = deliver(world, inbox)

    assert again == with_an_old_view == Stored(first.message, repeated=True)
    newest = world.messages.newest(world.inboxes.get(inbox.id), None, 10, world.clock())
    assert numbers(newest) == [1]


def test_a_view_of_the_inbox_that_is_old_still_gets_the_next_number(world: World) -> None:
    inbox = given_inbox(world)

    ids = [deliver(world, inbox, samples.accepted(f"m{n}")).message for n in range(3)]

    assert [message.sequence for message in ids] == [1, 2, 3]


def test_a_deleted_message_does_not_come_back_with_a_repeated_notice(world: World) -> None:
    inbox = given_inbox(world)
    message = deliver(world, inbox).message
    world.messages.delete(message, world.clock())

    again = deliver(world, world.inboxes.get(inbox.id))

    assert again.repeated
    assert world.messages.after(inbox.id, 0, 10, world.clock()) == []


def test_a_closed_inbox_takes_nothing(world: World) -> None:
    inbox = given_inbox(world)
    world.inboxes.close(inbox.id, world.clock())

    outcome = world.deliveries.deliver(samples.accepted(), samples.summary(), inbox, world.clock())

    assert outcome == Dropped(DropReason.DELETED_RECIPIENT)


def test_an_expired_inbox_takes_nothing(world: World) -> None:
    inbox = given_inbox(world)
    world.clock.advance(hours=24)

    outcome = world.deliveries.deliver(samples.accepted(), samples.summary(), inbox, world.clock())

    assert outcome == Dropped(DropReason.EXPIRED_RECIPIENT)


def test_another_generation_does_not_get_the_old_ones_mail(world: World) -> None:
    old = given_inbox(world)
    world.inboxes.close(old.id, world.clock())
    world.clock.advance(days=31)
    new = samples.inbox(expires_at=world.clock() + timedelta(hours=24))
    world.inboxes.create(new, world.clock())

    late = replace(old, deleted_at=None, expires_at=new.expires_at)
    outcome = world.deliveries.deliver(samples.accepted(), samples.summary(), late, world.clock())

    assert outcome == Dropped(DropReason.UNKNOWN_RECIPIENT)
    assert world.inboxes.get(new.id).sequence == 0


def test_an_inbox_holds_no_more_messages_than_its_quota(world: World) -> None:
    inbox = given_inbox(world)
    fill(world, inbox, QUOTA.messages)

    outcome = world.deliveries.deliver(
        samples.accepted("one-more"), samples.summary(), inbox, world.clock()
    )

    assert outcome == Dropped(DropReason.INBOX_FULL)
    world.messages.delete(world.messages.after(inbox.id, 0, 1, world.clock())[0].id, world.clock())
    assert deliver(world, inbox, samples.accepted("again")).message.sequence == 51


def test_an_inbox_holds_no_more_bytes_than_its_quota(world: World) -> None:
    inbox = given_inbox(world)
    deliver(world, inbox, size_bytes=QUOTA.size_bytes - 10)

    fits = deliver(world, inbox, samples.accepted("fits"), size_bytes=10)
    outcome = world.deliveries.deliver(
        samples.accepted("over"), samples.summary(size_bytes=1), inbox, world.clock()
    )

    assert fits.message.sequence == 2
    assert outcome == Dropped(DropReason.INBOX_FULL)


def test_a_drop_is_recorded_once_and_answers_what_was_recorded(world: World) -> None:
    nobody = Address.parse("nobody@mayfly.example")
    mail = samples.accepted()

    first = world.deliveries.drop(mail, nobody, DropReason.UNKNOWN_RECIPIENT)
    again = world.deliveries.drop(mail, nobody, DropReason.TOO_LARGE)

    assert first == Dropped(DropReason.UNKNOWN_RECIPIENT)
    assert again == Dropped(DropReason.UNKNOWN_RECIPIENT, repeated=True)
    assert world.deliveries.tally().accepted == 1


def test_the_counters_count_each_delivery_once(world: World) -> None:
    inbox = given_inbox(world)
    nobody = Address.parse("nobody@mayfly.example")
    for _ in range(2):
        deliver(world, inbox, samples.accepted("a"))
        deliver(world, inbox, samples.accepted("b"))
        world.deliveries.drop(samples.accepted("a"), nobody, DropReason.UNKNOWN_RECIPIENT)

    tally = world.deliveries.tally()

    assert (tally.accepted, tally.stored) == (3, 2)
    assert {r: n for r, n in tally.dropped.items() if n} == {DropReason.UNKNOWN_RECIPIENT: 1}


def test_failed_attempts_are_counted_apart(world: World) -> None:
    world.deliveries.count_failure()
    world.deliveries.count_failure()

    tally = world.deliveries.tally()

    assert (tally.failed_attempts, tally.accepted) == (2, 0)


def test_a_mail_is_settled_when_all_its_recipients_are(world: World) -> None:
    inbox = given_inbox(world)
    nobody = Address.parse("nobody@mayfly.example")
    mail = samples.accepted()

    deliver(world, inbox, mail)

    assert world.deliveries.is_settled(mail.mail, [inbox.address])
    assert not world.deliveries.is_settled(mail.mail, [inbox.address, nobody])


def test_newest_first_pages_meet_without_gap_or_repeat(world: World) -> None:
    inbox = given_inbox(world)
    fill(world, inbox, 7)
    now = world.inboxes.get(inbox.id)

    first = world.messages.newest(now, None, 3, world.clock())
    second = world.messages.newest(now, first[-1].id.sequence, 3, world.clock())
    third = world.messages.newest(now, second[-1].id.sequence, 3, world.clock())
    none = world.messages.newest(now, third[-1].id.sequence, 3, world.clock())

    assert [numbers(page) for page in (first, second, third, none)] == [
        [7, 6, 5],
        [4, 3, 2],
        [1],
        [],
    ]


def test_after_gives_what_came_since_in_order(world: World) -> None:
    inbox = given_inbox(world)
    fill(world, inbox, 5)

    assert numbers(world.messages.after(inbox.id, 0, 2, world.clock())) == [1, 2]
    assert numbers(world.messages.after(inbox.id, 2, 10, world.clock())) == [3, 4, 5]
    assert world.messages.after(inbox.id, 5, 10, world.clock()) == []
    assert world.messages.after(inbox.id, 10**12, 10, world.clock()) == []


def test_nothing_is_readable_after_its_expiry(world: World) -> None:
    inbox = given_inbox(world)
    message = deliver(world, inbox).message
    world.clock.advance(hours=72)
    now = world.clock()

    with pytest.raises(MessageNotFound):
        world.messages.get(message, now)
    with pytest.raises(MessageNotFound):
        world.messages.change(message, Change(is_read=True), now)
    assert world.messages.after(inbox.id, 0, 10, now) == []
    assert world.messages.newest(world.inboxes.get(inbox.id), None, 10, now) == []


def test_a_message_outlives_the_expiry_of_its_inbox(world: World) -> None:
    inbox = given_inbox(world)
    message = deliver(world, inbox).message
    world.clock.advance(hours=71)

    assert world.messages.get(message, world.clock())[1].id == message


def test_a_deleted_inbox_takes_its_messages_out_of_sight_at_once(world: World) -> None:
    inbox = given_inbox(world)
    message = deliver(world, inbox).message

    world.inboxes.close(inbox.id, world.clock())

    with pytest.raises(MessageNotFound):
        world.messages.get(message, world.clock())


def test_ids_that_are_nearly_right_open_nothing(world: World) -> None:
    inbox = given_inbox(world)
    message = deliver(world, inbox).message
    other_mail = replace(message, mail=samples.accepted("other").mail)
    other_generation = replace(message, inbox=samples.inbox().id)

    for wrong in (other_mail, other_generation, replace(message, sequence=2)):
        with pytest.raises(MessageNotFound):
            world.messages.get(wrong, world.clock())
        with pytest.raises(MessageNotFound):
            world.messages.delete(wrong, world.clock())


def test_the_read_flag_is_kept_and_can_be_taken_back(world: World) -> None:
    inbox = given_inbox(world)
    message = deliver(world, inbox).message

    marked = world.messages.change(message, Change(is_read=True), world.clock())
    read = world.messages.get(message, world.clock())[1]
    unmarked = world.messages.change(message, Change(is_read=False), world.clock())

    assert marked.is_read and read.is_read
    assert not unmarked.is_read


def test_deleting_a_message_makes_room(world: World) -> None:
    inbox = given_inbox(world)
    first, second = fill(world, inbox, 2)

    world.messages.delete(first, world.clock())

    now = world.inboxes.get(inbox.id)
    assert (now.sequence, now.held_messages, now.held_bytes) == (2, 1, 1234)
    assert [m.id for m in world.messages.after(inbox.id, 0, 10, world.clock())] == [second]
    with pytest.raises(MessageNotFound):
        world.messages.delete(first, world.clock())


def test_a_mail_is_released_when_its_last_message_is_gone(world: World) -> None:
    alice, bob = given_inbox(world), given_inbox(world, "bob@mayfly.example")
    mail = samples.accepted("shared", deliveries=2)
    of_alice = deliver(world, alice, mail).message
    of_bob = deliver(world, bob, mail).message

    assert list(world.deliveries.release(of_alice)) == []
    assert list(world.deliveries.release(of_bob)) == ["raw/shared"]
    assert list(world.deliveries.release(of_bob)) == ["raw/shared"]


def test_a_mail_is_kept_while_a_delivery_of_it_is_still_to_come(world: World) -> None:
    alice = given_inbox(world)
    mail = samples.accepted("shared", deliveries=2)
    message = deliver(world, alice, mail).message

    too_early = list(world.deliveries.release(message))
    world.deliveries.drop(mail, Address.parse("x@mayfly.example"), DropReason.UNKNOWN_RECIPIENT)

    assert too_early == []
    assert list(world.deliveries.release(message)) == ["raw/shared"]


def test_a_mail_is_heard_of_then_live_then_over(world: World) -> None:
    alice, nobody = given_inbox(world), Address.parse("x@mayfly.example")
    mail = samples.accepted("shared", deliveries=2)
    standings = [world.deliveries.standing(mail.mail)]

    message = deliver(world, alice, mail).message
    standings.append(world.deliveries.standing(mail.mail))
    world.deliveries.drop(mail, nobody, DropReason.UNKNOWN_RECIPIENT)
    standings.append(world.deliveries.standing(mail.mail))
    world.deliveries.release(message)
    standings.append(world.deliveries.standing(mail.mail))

    assert standings == [
        MailProgress.UNHEARD,
        MailProgress.LIVE,
        MailProgress.LIVE,
        MailProgress.OVER,
    ]


def test_a_recovered_mail_that_was_dropped_is_not_over(world: World) -> None:
    mail = replace(samples.accepted("guessed"), is_recovered=True)

    world.deliveries.drop(mail, Address.parse("x@mayfly.example"), DropReason.UNKNOWN_RECIPIENT)

    assert world.deliveries.standing(mail.mail) is MailProgress.LIVE


def test_mails_that_one_recipient_alone_had_are_known_by_their_messages(world: World) -> None:
    alice, bob = given_inbox(world), given_inbox(world, "bob@mayfly.example")
    shared, to_come = samples.accepted("shared", deliveries=2), samples.accepted("wide", 2)
    alone = [deliver(world, alice, samples.accepted(f"alone-{n}")).message for n in range(30)]
    others = [
        deliver(world, alice, shared).message,
        deliver(world, bob, shared).message,
        deliver(world, alice, to_come).message,
        replace(alone[0], sequence=alone[0].sequence + 1),  # of another generation, or number
        *(MessageId(alice.id, n, samples.accepted(f"never-{n}").mail) for n in range(100)),
    ]

    assert sorted(world.deliveries.only_of(alone[1:] + others)) == sorted(
        f"raw/alone-{n}" for n in range(1, 30)
    )
    assert list(world.deliveries.only_of([])) == []


def test_an_unknown_message_releases_nothing(world: World) -> None:
    stranger = MessageId(samples.inbox().id, 1, samples.accepted("never").mail)

    assert list(world.deliveries.release(stranger)) == []


def test_a_message_is_found_by_its_number(world: World) -> None:
    inbox = given_inbox(world)
    ids = fill(world, inbox, 2)

    held, found = world.messages.numbered(inbox.id, 2, world.clock())

    assert [message.id for message in found] == [ids[1]]
    assert (held.id, held.sequence) == (inbox.id, 2)


def test_a_number_without_a_readable_message_still_tells_of_the_inbox(world: World) -> None:
    inbox = given_inbox(world)
    deliver(world, inbox)
    world.clock.advance(hours=72)

    for number in (0, 1, 2, 2**32 - 1):
        held, found = world.messages.numbered(inbox.id, number, world.clock())
        assert (held.id, list(found)) == (inbox.id, [])
    world.inboxes.close(inbox.id, world.clock())
    held, _ = world.messages.numbered(inbox.id, 1, world.clock())

    assert held.deleted_at == world.clock()


def test_a_number_of_another_generation_is_not_found(world: World) -> None:
    inbox = given_inbox(world)
    deliver(world, inbox)

    with pytest.raises(InboxNotFound):
        world.messages.numbered(samples.inbox().id, 1, world.clock())


def test_what_threads_and_folders_need_is_kept(world: World) -> None:
    inbox = given_inbox(world)
    sent_at = samples.NOW - timedelta(days=3)

    message = deliver(world, inbox, own_thread_id="own-own-own-own1", sent_at=sent_at).message

    _, found = world.messages.get(message, world.clock())
    assert found.summary == samples.summary(own_thread_id="own-own-own-own1", sent_at=sent_at)
    assert (found.moved_to, found.folder) == (None, Folder.INBOX)


def test_one_change_marks_and_moves_and_the_next_leaves_what_it_does_not_name(
    world: World,
) -> None:
    message = deliver(world, given_inbox(world)).message
    now = world.clock()

    both = world.messages.change(message, Change(is_read=True, folder=Folder.ARCHIVE), now)
    moved = world.messages.change(message, Change(folder=Folder.TRASH), now)
    unread = world.messages.change(message, Change(is_read=False), now)
    nothing = world.messages.change(message, Change(), now)

    shown = [(each.is_read, each.folder) for each in (both, moved, unread, nothing)]
    assert shown == [
        (True, Folder.ARCHIVE),
        (True, Folder.TRASH),
        (False, Folder.TRASH),
        (False, Folder.TRASH),
    ]
    assert world.messages.get(message, now)[1] == nothing


def test_mail_that_comes_while_an_account_takes_the_inbox_over_is_the_accounts(
    world: World,
) -> None:
    before = samples.inbox(access=Access.TOKEN)
    world.inboxes.create(before, world.clock())
    account = an_account()
    world.accounts.add(account)
    theirs = replace(before, access=Access.OWNER, owner=str(account.id), token_version=1)
    world.accounts.adopt(replace(account, mailboxes=(before.id,)), theirs, world.clock())

    message = deliver(world, before).message

    inbox, found = world.messages.get(message, world.clock())
    assert (inbox.owner, found.id.sequence) == (str(account.id), 1)
    if world.table is not None:
        assert world.table.get(message_key(before.id, 1))["owner"] == str(account.id)


def test_a_message_is_lengthened_and_never_shortened(world: World) -> None:
    inbox = samples.inbox()
    world.inboxes.create(inbox, world.clock())
    world.deliveries.deliver(samples.accepted(), samples.summary(), inbox, world.clock())
    (message,) = world.messages.after(inbox.id, 0, 10, world.clock())
    later = message.expires_at + timedelta(days=27)

    world.messages.lengthen(message.id, later)
    world.messages.lengthen(message.id, message.expires_at)
    world.messages.lengthen(replace(message.id, mail=mail_key("another")), later)
    world.clock.now = later - timedelta(seconds=1)

    assert world.messages.after(inbox.id, 0, 10, world.clock()) == [
        replace(message, expires_at=later)
    ]


def test_a_message_that_is_gone_is_not_lengthened_into_being(world: World) -> None:
    inbox = samples.inbox()
    world.inboxes.create(inbox, world.clock())
    world.deliveries.deliver(samples.accepted(), samples.summary(), inbox, world.clock())
    (message,) = world.messages.after(inbox.id, 0, 10, world.clock())
    world.messages.delete(message.id, world.clock())

    world.messages.lengthen(message.id, message.expires_at + timedelta(days=27))

    assert world.messages.after(inbox.id, 0, 10, world.clock()) == []
