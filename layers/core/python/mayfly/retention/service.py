"""Removes what belonged to inboxes and messages that are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mayfly import limits
from mayfly.errors import MessageNotFound
from mayfly.inboxes.ids import InboxId, MailKey, MessageId, part_file
from mayfly.inboxes.ports import Inboxes
from mayfly.messages.ports import Deliveries
from mayfly.storage.ports import Contents, PartFiles, RawMails


class Wiper(Protocol):
    """Removes exports, `exports.service.ExportWiper`."""

    def wipe_of(self, inbox: InboxId, owner: str) -> None:
        """Every one that has the inbox's messages: its own, and that of its account."""


@dataclass(frozen=True, slots=True)
class Eraser:
    """Removes what nobody can read any more; every step may be repeated."""

    inboxes: Inboxes
    deliveries: Deliveries
    contents: Contents
    raw_mails: RawMails
    part_files: PartFiles
    exports: Wiper

    def erase(self, inbox: InboxId, owner: str = "") -> None:
        """End the subscriptions of a deleted inbox and remove its messages.

        Each message's mail is released by itself, as that removal is heard of. Exports that have
        the inbox's messages go, `owner`'s as well.
        """
        self.exports.wipe_of(inbox, owner)
        self.inboxes.erase(inbox)

    def release(self, message: MessageId) -> None:
        """Remove the mail of a removed message, unless another inbox has it or is to get it."""
        object_keys = self.deliveries.release(message)
        if not object_keys:
            return
        # The content goes last: it alone knows the files, and a repeat after a failure needs it.
        self.part_files.delete(self._files(message.mail))
        self.raw_mails.delete(object_keys)
        self.contents.delete(message.mail)

    def forget(self, messages: Sequence[MessageId]) -> int:
        """Remove the raw bytes of messages whose time was over; how many.

        Those that others may still be shown stay, for the bucket to remove in the end. Contents end
        by themselves, as their messages do.
        """
        object_keys = self.deliveries.only_of(messages)
        if object_keys:
            self.raw_mails.delete(object_keys)
        return len(object_keys)

    def _files(self, mail: MailKey) -> Sequence[str]:
        try:
            parts = self.contents.get(mail).mail.parts
        except MessageNotFound:
            return []
        large = [part for part in parts if part.size > limits.MAX_ANSWER_BYTES]
        return [part_file(mail, part.id) for part in large]
