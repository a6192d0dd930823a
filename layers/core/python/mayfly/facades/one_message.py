"""One message of an inbox for other services: found by its id or as the latest, and its files."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import MessageNotFound
from mayfly.facades.boxes import Box
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.access import MessageRef, readable_message
from mayfly.kit.http.messages import Answer
from mayfly.messages.answers import file_or_redirect
from mayfly.messages.files import Download, Link
from mayfly.messages.models import Change, Message
from mayfly.messages.search import Look
from mayfly.messages.service import MessageWithContent

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class OneMessage:
    """A message that the caller asks for."""

    box: Box
    ref: MessageRef

    @classmethod
    def named(cls, box: Box, name: str, wanted: Filter = EVERYTHING) -> "OneMessage":
        """The one with this id, or for `latest` the newest that is meant; else MessageNotFound."""
        if name != LATEST:
            return cls(box, box.message(name))
        search = box.flows.messages.search
        look = Look(search.reader.loader.open, wanted, reads_left=limits.FACADE_LATEST_READS)
        page = search.page(box.ref, 1, None, look)
        if not page.messages:
            raise MessageNotFound("there is no message")
        return cls(box, box.message(page.messages[0].id))

    def message(self) -> Message:
        """The message without its content."""
        reader = self.box.flows.messages.reader
        return readable_message(reader.messages, self.ref, reader.now())[1]

    def opened(self) -> MessageWithContent:
        """The message and its content."""
        return self.box.flows.messages.reader.one(self.ref)

    def read(self) -> MessageWithContent:
        """The same, which is marked as read then."""
        message, content = self.opened()
        if not message.is_read:
            reader = self.box.flows.messages.reader
            message = reader.change(self.ref, Change(is_read=True))
        return MessageWithContent(message, content)

    def source(self, method: str = "GET") -> Download | Link:
        """The raw message; a link if it is large."""
        return self.box.flows.messages.files.raw(self.ref, method)

    def source_bytes(self) -> bytes | None:
        """Its bytes, None if it is too large for one answer."""
        found = self.source()
        return None if isinstance(found, Link) else found.content

    def part(self, name: str, method: str = "GET") -> Answer:
        """The answer with an attachment; PartNotFound."""
        found = self.box.flows.messages.files.attachment(self.ref, name, method)
        return file_or_redirect(found)
