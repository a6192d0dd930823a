"""What can be sent: the rules that a draft has to meet before it is made into a mail."""

import re
from collections.abc import Iterable

from mayfly.blueprint import limits
from mayfly.domain.draft import Draft, has_control_characters
from mayfly.domain.errors import BodyTooLarge, InvalidInput

_FIELD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,75}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._+-]{1,64}(?:@[A-Za-z0-9.-]{1,64})?")

RESERVED = frozenset(
    {
        *("from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id"),
        *("return-path", "received", "delivered-to", "errors-to", "authentication-results"),
        *("list-unsubscribe", "list-unsubscribe-post", "dkim-signature", "domainkey-signature"),
        *("mime-version", "bounces-to", "return-receipt-to", "auto-submitted"),
    }
)
"""Header fields that are made here, on the way, or by whoever receives the mail."""
RESERVED_BEGINNINGS = ("content-", "resent-", "arc-", "received-", "x-ses-", "x-mayfly-")

_ENDINGS = """
ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js
jse jar ksh lib lnk mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1
msh2 mshxml msh1xml msh2xml msi msp mst ops pcd pif plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 reg
scf scr sct shb shs sys tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk
"""
REFUSED_FILES = frozenset(_ENDINGS.split())
"""Endings that SES refuses: mail with them would be accepted here and never arrive.

https://docs.aws.amazon.com/ses/latest/dg/mime-types.html
"""
REFUSED_TYPES = frozenset(
    {
        *("application/x-msdownload", "application/x-msdos-program", "application/x-executable"),
        *("application/hta", "application/x-ms-shortcut", "application/java-archive"),
        *("message/rfc822", "message/partial", "message/external-body"),
    }
)


def check(draft: Draft, most_file_bytes: int) -> None:
    """InvalidInput or BodyTooLarge if the draft cannot be sent; the message says why."""
    everybody = (*draft.to, *draft.cc, *draft.bcc)
    if not everybody:
        raise InvalidInput("a mail needs a recipient: to, cc or bcc")
    if len(everybody) > limits.SENT_RECIPIENTS:
        raise InvalidInput(f"a mail may have {limits.SENT_RECIPIENTS} recipients, all together")
    _no_repeats(each.key for each in everybody)
    if draft.text is None and draft.html is None:
        raise InvalidInput("a mail needs text or html")
    if has_control_characters(draft.subject):
        raise InvalidInput("subject cannot have line breaks or control characters")
    for each in (draft.sender, *everybody, *draft.reply_to):
        if has_control_characters(each.name):
            raise InvalidInput("a name cannot have line breaks or control characters")
    _check_headers(draft)
    _check_files(draft, most_file_bytes)


def check_file(filename: str, content_type: str) -> None:
    """InvalidInput if no file of this name and kind is sent."""
    ending = filename.rpartition(".")[2].lower() if "." in filename else ""
    if not 0 < len(filename) <= limits.SENT_FILENAME_CHARS or has_control_characters(filename):
        raise InvalidInput(
            f"an attachment needs a filename of up to {limits.SENT_FILENAME_CHARS} characters"
        )
    if ending in REFUSED_FILES or content_type in REFUSED_TYPES:
        raise InvalidInput(f"attachments of this kind are not sent: {filename[:80]!r}")
    if not _TYPE.fullmatch(content_type) or content_type.startswith("multipart/"):
        raise InvalidInput(f"not a media type: {content_type[:80]!r}")


def check_room(file_bytes: int, most_bytes: int) -> None:
    """BodyTooLarge if all attachments of a mail together have more than they may."""
    if file_bytes > most_bytes:
        raise BodyTooLarge(f"all attachments together may have {most_bytes} bytes")


def _no_repeats(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidInput("an address is there twice among to, cc and bcc")
        seen.add(key)


def _check_headers(draft: Draft) -> None:
    if len(draft.headers) > limits.SENT_HEADERS:
        raise InvalidInput(f"headers may have {limits.SENT_HEADERS} fields")
    names = [name.lower() for name in draft.headers]
    if len(set(names)) < len(names):
        raise InvalidInput("a header field is there twice")
    for name, value in draft.headers.items():
        if not _FIELD_NAME.fullmatch(name):
            raise InvalidInput(f"not the name of a header field: {name[:40]!r}")
        if name.lower() in RESERVED or name.lower().startswith(RESERVED_BEGINNINGS):
            raise InvalidInput(f"the header field {name} is set by the service, not by headers")
        if has_control_characters(value):
            raise InvalidInput(f"the header field {name} has line breaks or control characters")
        if len(value.encode("utf-8", "replace")) > limits.SENT_HEADER_BYTES:
            raise InvalidInput(f"the header field {name} is over {limits.SENT_HEADER_BYTES} bytes")


def _check_files(draft: Draft, most_bytes: int) -> None:
    if len(draft.files) > limits.SENT_FILES:
        raise InvalidInput(f"a mail may have {limits.SENT_FILES} attachments")
    for each in draft.files:
        check_file(each.filename, each.content_type)
        if each.content_id and not _CONTENT_ID.fullmatch(each.content_id):
            raise InvalidInput(f"not a content id: {each.content_id[:80]!r}")
        if each.content_id and draft.html is None:
            raise InvalidInput("an attachment with contentId needs html that shows it")
    check_room(sum(len(each.content) for each in draft.files), most_bytes)
