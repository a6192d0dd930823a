"""What FETCH answers of one message."""

from datetime import datetime

from mayfly_client.bridge.imap.describing import body_structure, envelope
from mayfly_client.bridge.imap.items import Item, Section
from mayfly_client.bridge.imap.writing import NIL, date_time
from mayfly_client.bridge.mime.structure import Part, Span
from mayfly_client.bridge.stream import Octets


def described(
    items: list[Item],
    number: int,
    *,
    flags: bytes,
    size: int,
    received_at: datetime,
    message: Part | None,
) -> list[Octets]:
    """The items of a message with this number; `message` is there if any of them needs it."""
    listed = {
        "UID": b"%d" % number,
        "FLAGS": flags,
        "INTERNALDATE": date_time(received_at),
        "RFC822.SIZE": b"%d" % size,
    }
    found: list[Octets] = []
    for at, each in enumerate(items):
        found.append(b"%b%b " % (b" " if at else b"(", _name(each)))
        if each.name in listed:
            found.append(listed[each.name])
        elif message is not None:
            found += _of_message(each, message)
    return [*found, b")"]


def _name(item: Item) -> bytes:
    name = item.name.encode()
    if item.section is None or item.name != "BODY":
        return name
    begin = b"<%d>" % item.partial[0] if item.partial else b""
    return b"%b[%b]%b" % (name, item.section.written, begin)


def _of_message(item: Item, message: Part) -> list[Octets]:
    if item.section is not None:
        found = section(message, item.section)
        if found is None:
            return [NIL]
        if item.partial is not None:
            start, size = item.partial
            found = found[start : start + size]
        return [b"{%d}\r\n" % len(found), found]
    if item.name == "ENVELOPE":
        return [envelope(message)]
    return [body_structure(message, extended=item.name == "BODYSTRUCTURE")]


def section(message: Part, wanted: Section) -> Octets | None:
    """The bytes of a section; None if the message has no such part."""
    part = message.at(wanted.numbers) if wanted.numbers else message
    if part is None:
        return None
    if wanted.text == "MIME":
        return _bytes(part, part.header)
    if not wanted.text:
        return _bytes(part, part.body) if wanted.numbers else memoryview(message.raw)
    inside = part.message if wanted.numbers else message
    if inside is None:
        return None
    if wanted.text == "TEXT":
        return _bytes(inside, inside.body)
    if wanted.text == "HEADER":
        return _bytes(inside, inside.header)
    return _some_fields(inside, wanted)


def _bytes(part: Part, span: Span) -> memoryview:
    return memoryview(part.raw)[span.start : span.end]


def _some_fields(part: Part, wanted: Section) -> bytes:
    """The fields as they stand, with an empty line behind."""
    names = {each.lower() for each in wanted.names}
    inverted = wanted.text == "HEADER.FIELDS.NOT"
    lines = [
        part.raw[each.start : each.end]
        for each in part.fields
        if (each.name in names) is not inverted
    ]
    return b"".join(lines) + b"\r\n"
