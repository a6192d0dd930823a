"""What is stored costs the others nothing: calls and units. `make growth` has the times."""

from bench.cost.metering import metered
from bench.growth.growth import Inbox
from bench.growth.stored import AN_INBOX, Copies
from infra.local.moto.guard import alone
from infra.local.moto.server import table_inside
from mayfly.inboxes.ids import InboxId, MessageId

STORED = 2000


def test_calls_and_units_are_the_same_empty_and_full() -> None:
    with metered() as assembly:
        inbox = Inbox.made(assembly)
        empty = inbox.bills(assembly)
        Copies(assembly.settings, MessageId.parse(inbox.newest)).store(STORED)
        full = inbox.bills(assembly)

    assert full == empty
    assert full["push"].calls["post_to_connection"] == 1


def test_copies_are_messages_like_any_other() -> None:
    with metered() as assembly:
        inbox = Inbox.made(assembly)
        original = assembly.messages.reader.one(inbox.newest)
        Copies(assembly.settings, MessageId.parse(inbox.newest)).store(AN_INBOX)
        of = MessageId.parse(inbox.newest).inbox
        with alone():
            keys = [each.value for each in table_inside(assembly.settings.table_name).items]
        (copied,) = {key.removeprefix("inbox#") for key in keys if "inbox#" in key} - {of.partition}
        copy = InboxId(copied, of.generation)
        listed = assembly.adapters.messages.after(copy, 0, AN_INBOX, assembly.now())
        read = assembly.messages.reader.one(str(listed[-1].id))

    assert [each.id.sequence for each in listed] == list(range(1, AN_INBOX + 1))
    assert len({each.id.mail for each in listed}) == AN_INBOX
    assert read.content.mail == original.content.mail
