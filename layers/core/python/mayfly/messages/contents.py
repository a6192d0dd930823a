"""Opening: what a reader sees of a mail, read from its raw mail or as it was kept."""

import hashlib
from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import MessageNotFound, RawMailMissing
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Content, Message
from mayfly.storage.ports import Contents, RawMails


def content_of(raw: bytes, object_key: str) -> Content:
    """What readers see of this raw mail; the same bytes always give the same."""
    parsed = parse(raw, limits.MIME)
    return Content(parsed, object_key, len(raw), hashlib.sha256(raw).hexdigest())


@dataclass(frozen=True, slots=True)
class ContentLoader:
    """Gives the contents of messages, wherever they come from."""

    contents: Contents
    raw_mails: RawMails

    def open(self, message: Message) -> Content:
        """One read and, of a small mail, its parsing; MessageNotFound if it is gone."""
        if not message.object_key:
            return self.contents.get(message.id.mail)
        try:
            raw = self.raw_mails.read(message.object_key, message.summary.size_bytes)
        except RawMailMissing as error:
            raise MessageNotFound("no such message") from error
        return content_of(raw, message.object_key)
