"""The files of a message: the raw message, its attachments, and its header block."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import MessageNotFound, RawMailMissing
from mayfly.inboxes.access import MessageRef, readable_message
from mayfly.inboxes.ids import part_file
from mayfly.kit.clock import Clock
from mayfly.kit.http.downloads import served_type
from mayfly.mail.mime.filenames import safe_filename
from mayfly.mail.mime.models import Part
from mayfly.mail.mime.transfer import part_bytes
from mayfly.messages.models import Content, Message, PartNotFound
from mayfly.messages.ports import Messages
from mayfly.messages.service import ContentLoader
from mayfly.storage.ports import PartFiles, RawMails

RAW_TYPE = "message/rfc822"
FILENAME_CHARS = 80


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that has the file for a few minutes, under this name and type."""

    url: str
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out, small enough for one answer."""

    filename: str
    content_type: str
    inline: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class MessageFiles:
    """Reads the files of messages, for callers who may read the message."""

    messages: Messages
    loader: ContentLoader
    raw_mails: RawMails
    part_files: PartFiles
    now: Clock

    def raw(self, ref: MessageRef, method: str = "GET", *, linked: bool = False) -> Download | Link:
        """The raw message, byte for byte; a link if it is large, or if `linked`.

        A link is for this method, GET or HEAD.
        """
        message, object_key = self._located(ref)
        filename = f"{safe_filename(message.summary.subject, FILENAME_CHARS) or 'message'}.eml"
        size_bytes = message.summary.size_bytes
        if linked or size_bytes > limits.MAX_ANSWER_BYTES:
            url = self.raw_mails.link(object_key, filename, RAW_TYPE, method)
            return Link(url, size_bytes)
        raw = self.raw_mails.read_range(object_key, 0, size_bytes)
        return Download(filename, RAW_TYPE, False, raw)

    def beginning(self, message: Message, most_bytes: int) -> bytes:
        """The first bytes of the raw mail of a message that the caller has been let read."""
        object_key = message.object_key or self.loader.open(message).object_key
        end = min(message.summary.size_bytes, most_bytes)
        try:
            return self.raw_mails.read_range(object_key, 0, end)
        except RawMailMissing as error:
            raise MessageNotFound("no such message") from error

    def attachment(
        self, ref: MessageRef, part_id: str, method: str = "GET", *, linked: bool = False
    ) -> Download | Link:
        """One part, decoded, likewise; of the raw message only the bytes of this part are read."""
        _, message = readable_message(self.messages, ref, self.now())
        content = self.loader.open(message)
        part = next((each for each in content.mail.parts if each.id == part_id), None)
        if part is None:
            raise PartNotFound("no such attachment")
        # A picture is served as what it is by its bytes, so that browsers show it.
        served = part.picture or served_type(part.content_type, part.charset)
        if linked or part.size > limits.MAX_ANSWER_BYTES:
            name = part_file(message.id.mail, part.id)
            url = self.part_files.link(
                name, lambda: self._decoded(content, part), part.filename, served, method
            )
            return Link(url, part.size)
        inline = part.inline and bool(part.picture)
        return Download(part.filename, served, inline, self._decoded(content, part))

    def header_block(self, ref: MessageRef) -> bytes:
        """The first bytes of the mail, as many as its headers may have."""
        message, object_key = self._located(ref)
        end = min(message.summary.size_bytes, limits.MIME.header_block_bytes)
        return self.raw_mails.read_range(object_key, 0, end)

    def _located(self, ref: MessageRef) -> tuple[Message, str]:
        """The message, and its raw mail's object; a kept content knows that where no row does."""
        _, message = readable_message(self.messages, ref, self.now())
        return message, message.object_key or self.loader.open(message).object_key

    def _decoded(self, content: Content, part: Part) -> bytes:
        encoded = self.raw_mails.read_range(content.object_key, part.start, part.end)
        return part_bytes(encoded, part.encoding)
