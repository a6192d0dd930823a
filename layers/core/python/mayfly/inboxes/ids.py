"""Names for inboxes, emails and messages that say where their rows are.

An inbox id is a UUID (RFC 9562 version 8): its first half is a hash of the address, its second
half the random *generation*. So the id alone leads to the rows, and an id of an inbox that was
deleted and made anew opens nothing. A message id carries the inbox id, the message's number in the
inbox and the key of the mail; 80 bits of that key cannot be guessed from other ids.
"""

import base64
import hashlib
import uuid
from dataclasses import dataclass
from typing import NewType, Self

from mayfly.errors import InboxNotFound, MessageNotFound
from mayfly.mail.address import Address

GENERATION_BYTES = 8
MailKey = NewType("MailKey", str)
"""16 characters that name one accepted email: a hash of its object key."""

_MAIL_KEY_BYTES = 10
_HASH_BYTES = 8
_SEQUENCE_BYTES = 4
_MESSAGE_ID_BYTES = 16 + _SEQUENCE_BYTES + _MAIL_KEY_BYTES


def mail_key(object_key: str) -> MailKey:
    """The key of the mail stored under this object key; the same mail always has the same.

    What was put there more than once, each time as an object of its own, is named before the `~`.
    """
    digest = hashlib.sha256(object_key.partition("~")[0].encode()).digest()[:_MAIL_KEY_BYTES]
    return MailKey(base64.b32encode(digest).decode("ascii").lower())


def part_file(mail: MailKey, part: str) -> str:
    """The name of the file that a large part of the mail is unpacked to."""
    return f"{mail}/{part}"


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of what has a name: the same name at another time is another generation.

    Its UUID is of version 8 (RFC 9562 section 5.8): 64 bits of the name's hash and 64 random ones,
    six of which are not ours.
    """

    partition: str
    generation: str

    @classmethod
    def of(cls, name: str, entropy: bytes) -> Self:
        """The one of this name that `entropy`, 8 random bytes, distinguishes from all others."""
        if len(entropy) != GENERATION_BYTES:
            raise ValueError(f"{GENERATION_BYTES} random bytes make a generation")
        return cls._of(hashlib.sha256(name.encode()).digest()[:_HASH_BYTES] + entropy)

    @classmethod
    def read(cls, text: str) -> Self:
        """The one that `str()` writes so; ValueError for what is no UUID."""
        return cls._of(uuid.UUID(text).bytes)

    @classmethod
    def _of(cls, value: bytes) -> Self:
        octets = bytearray(value)
        octets[6] = octets[6] & 0x0F | 0x80  # the version
        octets[8] = octets[8] & 0x3F | 0x80  # the variant
        return cls(octets[:_HASH_BYTES].hex(), octets[_HASH_BYTES:].hex())

    def __str__(self) -> str:
        """The UUID form, which clients see."""
        return str(uuid.UUID(self.partition + self.generation))


@dataclass(frozen=True, slots=True)
class InboxId(Generation):
    """One generation of one address."""

    @classmethod
    def make(cls, address: Address, entropy: bytes) -> "InboxId":
        """The id of a new inbox at this address; `entropy` is 8 random bytes."""
        return cls.of(f"{address.local}@{address.domain}", entropy)

    @classmethod
    def parse(cls, text: str) -> "InboxId":
        """Read an id as `str()` writes it; what is none raises InboxNotFound."""
        try:
            return cls.read(text)
        except ValueError as error:
            raise InboxNotFound("no such inbox") from error


def partition_of(address: Address) -> str:
    """Where the rows of this address are, whatever its generation."""
    return InboxId.make(address, bytes(GENERATION_BYTES)).partition


@dataclass(frozen=True, slots=True)
class MessageId:
    """One message in one inbox: the inbox, the number it got there, and the mail it came from."""

    inbox: InboxId
    sequence: int
    mail: MailKey

    @classmethod
    def parse(cls, text: str) -> "MessageId":
        """Read an id as `str()` writes it; what is none raises MessageNotFound."""
        try:
            octets = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
            if len(octets) != _MESSAGE_ID_BYTES:
                raise ValueError(text)
        except ValueError as error:
            raise MessageNotFound("no such message") from error
        mail = base64.b32encode(octets[-_MAIL_KEY_BYTES:]).decode("ascii").lower()
        sequence = int.from_bytes(octets[16:-_MAIL_KEY_BYTES], "big")
        return cls(InboxId._of(octets[:16]), sequence, MailKey(mail))

    def __str__(self) -> str:
        """40 characters that are safe in a URL."""
        inbox = bytes.fromhex(self.inbox.partition + self.inbox.generation)
        sequence = self.sequence.to_bytes(_SEQUENCE_BYTES, "big")
        mail = base64.b32decode(self.mail.upper())
        return base64.urlsafe_b64encode(inbox + sequence + mail).decode("ascii")
