"""Put a sample message in, the way of all mail: a raw message, and a notice of it in the queue."""

from dataclasses import dataclass

from mayfly.inboxes.access import InboxRef, held_inbox
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock, Entropy
from mayfly.kit.ports import Notices
from mayfly.messages.models import Verdicts
from mayfly.receiving.notice import Notice
from mayfly.sample_mails.models import Sample
from mayfly.sample_mails.ports import SampleMails

_SEED_BYTES = 12


@dataclass(frozen=True, slots=True)
class SampleService:
    """Sends samples into inboxes that their callers hold, and into no other."""

    inboxes: Inboxes
    mails: SampleMails
    notices: Notices
    bucket: str
    now: Clock
    entropy: Entropy

    def send(self, ref: InboxRef, token: str = "") -> Inbox:
        """Send one into this inbox, of a public one with its access token; as it was before.

        It is received as everything is: counted, dropped if the inbox is full, announced. Should
        the notice be lost, the message is found as any other whose notice was.
        """
        now = self.now()
        inbox = held_inbox(self.inboxes, ref, token, now)
        sample = Sample(inbox.address, now, self.entropy(_SEED_BYTES))
        key = self.mails.put(sample.name, sample.raw())
        recipients = (str(inbox.address),)
        self.notices.send(
            Notice(self.bucket, key, recipients, now, Verdicts(), sender=sample.sender)
        )
        return inbox
