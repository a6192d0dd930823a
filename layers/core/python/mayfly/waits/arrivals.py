"""Wait for one message, the first that is meant, or for the code or the link in it."""

from mayfly.inboxes.access import InboxRef
from mayfly.kit.http.query import MAX_SEQUENCE
from mayfly.messages.search import Look, MessageSearch
from mayfly.messages.service import Admitted, MayWait
from mayfly.waits.models import Arrival
from mayfly.waits.sought import Sought


def await_message(
    search: MessageSearch,
    ref: InboxRef,
    sought: Sought,
    may_wait: MayWait,
    again: Admitted | None = None,
    whole: bool = False,
) -> Arrival:
    """The first message with a number above where it begins that is meant.

    It begins at the cursor that the caller has, or at the inbox's newest message as it is read
    first: whatever becomes visible after that is looked at, once, in the order of the numbers. So
    no message is missed between two waits, however many senders write meanwhile. It ends early,
    without a message, once it has read `limits.FILTER_READS` mails.
    """
    look = Look(search.reader.loader.open, sought.wanted, proof=sought.proof, whole=whole)
    after = MAX_SEQUENCE if sought.after is None else sought.after
    search = search.with_spam(sought.with_spam)
    page = search.since(ref, after, 1, sought.timeout, look, may_wait, again)
    sequence = page.last_sequence or 0
    if not page.messages:
        return Arrival(sequence)
    message = page.messages[0]
    number = message.id.sequence
    return Arrival(number, message, look.proofs.get(number), look.contents.get(number))
