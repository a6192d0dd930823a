"""ENVELOPE and BODYSTRUCTURE of a message (RFC 3501 section 7.4.2)."""

from mayfly_client.bridge.imap.writing import NIL, group, nstring, string
from mayfly_client.bridge.mime import fields
from mayfly_client.bridge.mime.addresses import addresses
from mayfly_client.bridge.mime.fields import Parameters
from mayfly_client.bridge.mime.structure import Part

_EMPTY = ((b"text", b"plain"),)


def envelope(part: Part) -> bytes:
    """The envelope. What the header does not have is NIL, what is empty there is ""."""
    sender = part.field(b"from")
    return group(
        [
            nstring(part.field(b"date")),
            nstring(part.field(b"subject")),
            _addresses(sender),
            _addresses(part.field(b"sender") or sender),
            _addresses(part.field(b"reply-to") or sender),
            *(_addresses(part.field(name)) for name in (b"to", b"cc", b"bcc")),
            nstring(part.field(b"in-reply-to")),
            nstring(part.field(b"message-id")),
        ]
    )


def _addresses(value: bytes | None) -> bytes:
    found = addresses(value or b"")
    if not found:
        return NIL
    return b"(%b)" % b"".join(
        group([nstring(each.name), NIL, nstring(each.mailbox), nstring(each.host)])
        for each in found
    )


def body_structure(part: Part, *, extended: bool) -> bytes:
    """The structure of a message; `extended` as BODYSTRUCTURE has it, else as BODY."""
    if part.is_multipart:
        inside = b"".join(body_structure(each, extended=extended) for each in part.parts)
        described = [inside + b" " + string(part.type[1])]
        if extended:
            described += [_parameters(part.parameters), *_extension(part)]
        return group(described)
    described = [*map(string, part.type), _parameters(_told(part))]
    described += [nstring(part.field(name)) for name in (b"content-id", b"content-description")]
    encoding = fields.word(part.field(b"content-transfer-encoding") or b"") or b"7bit"
    described += [string(encoding), b"%d" % part.body.size]
    if part.message is not None:
        described += [envelope(part.message), body_structure(part.message, extended=extended)]
    if part.message is not None or part.type[0] == b"text":
        described.append(b"%d" % part.lines)
    if extended:
        described += [nstring(part.field(b"content-md5")), *_extension(part)]
    return group(described)


def _told(part: Part) -> Parameters:
    """Text without a charset is US-ASCII (RFC 2045 section 5.2)."""
    found = part.parameters
    if part.type[0] == b"text" and not any(name == b"charset" for name, _ in found):
        return (*found, (b"charset", b"us-ascii"))
    return found


def _parameters(found: Parameters) -> bytes:
    if not found:
        return NIL
    return group(string(each) for pair in found for each in pair)


def _extension(part: Part) -> list[bytes]:
    """Disposition, language and location."""
    disposition = part.field(b"content-disposition")
    kind = fields.word(disposition or b"")
    told = group([string(kind), _parameters(fields.parameters(disposition or b""))])
    language = part.field(b"content-language")
    return [told if kind else NIL, nstring(language), nstring(part.field(b"content-location"))]
