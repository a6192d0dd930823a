"""Ids of mails that go out: UUIDs of version 7 (RFC 9562 section 5.7), which go by time."""

import uuid
from datetime import datetime

from mayfly.errors import EmailNotFound

ENTROPY_BYTES = 10


def outgoing_id(now: datetime, entropy: bytes) -> str:
    """The id of a mail that is accepted now; `entropy` is 10 random bytes, 74 bits count."""
    octets = bytearray(_milliseconds(now) + entropy)
    octets[6] = octets[6] & 0x0F | 0x70  # the version
    octets[8] = octets[8] & 0x3F | 0x80  # the variant
    return str(uuid.UUID(bytes=bytes(octets)))


def first_id(since: datetime) -> str:
    """What no id of that time or later comes before."""
    return str(uuid.UUID(bytes=_milliseconds(since) + bytes(ENTROPY_BYTES)))


def known_id(text: str) -> str:
    """An id in its one spelling; EmailNotFound for what is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise EmailNotFound("no such mail") from error


def _milliseconds(when: datetime) -> bytes:
    return max(0, int(when.timestamp() * 1000)).to_bytes(6, "big")
