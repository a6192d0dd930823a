"""SES's delivery events, written down in whatever order, and however often, they come."""

from dataclasses import dataclass
from enum import StrEnum

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.clock import Clock
from mayfly.sending.errors import EmailNotFound
from mayfly.sending.models import (
    TRANSITIONS,
    DeliveryEvent,
    HistoryEvent,
    OutgoingMail,
    State,
    Suppression,
    status_of,
)
from mayfly.sending.ports import OutgoingMails, Suppressions

REJECTED = "rejected"


class DeliveryEventResult(StrEnum):
    """What an event led to; each is counted by this name."""

    WRITTEN = "written"
    KNOWN = "known"
    UNKNOWN_MAIL = "unknown_mail"


@dataclass(frozen=True, slots=True)
class DeliveryEventService:
    """Writes events into the history of their messages, and addresses onto suppression lists."""

    outbox: OutgoingMails
    suppressions: Suppressions
    now: Clock

    def settle(self, event: DeliveryEvent) -> DeliveryEventResult:
        """Note the event. Whatever is raised: note it again."""
        for address in event.fates if event.suppressing else ():
            self.suppressions.add(
                event.account, Suppression(address, event.suppressing, event.at, event.mail)
            )
        for _ in range(limits.OUTGOING_WRITES):
            try:
                mail = self.outbox.get(event.account, event.mail)
            except EmailNotFound:  # removed by its account, or over
                return DeliveryEventResult.UNKNOWN_MAIL
            changed = apply_event(mail, event)
            if changed == mail:
                return DeliveryEventResult.KNOWN
            try:
                self.outbox.save(mail, changed)
            except Contended:
                continue
            return DeliveryEventResult.WRITTEN
        raise Contended(f"{limits.OUTGOING_WRITES} attempts met other writers of the mail")


def apply_event(mail: OutgoingMail, event: DeliveryEvent) -> OutgoingMail:
    """Apply the event to the message; of a round before, only as a line of its history."""
    line = HistoryEvent(event.at, event.kind, event.detail, event.key)
    noted = mail.with_event(line, event.message_id, limits.OUTGOING_EVENTS)
    if event.round != mail.round or not event.fates:
        return noted
    noted = noted.with_fates(event.fates)
    state = status_of(noted.recipients)
    if mail.state is State.QUEUED and noted.pending:
        return noted  # SES has it for some; the others are still to be tried
    if state not in TRANSITIONS[mail.state]:
        return noted
    changes = {"reason": REJECTED} if state is State.FAILED else {"reason": ""}
    return noted.changed(
        state=state,
        message_id=mail.message_id or event.message_id,
        leased_until=None,
        **changes,
    )
