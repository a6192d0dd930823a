"""Drafts made into mails (RFC 5322, RFC 2045), by the standard library.

What is composed has lines of ASCII only, so that no host on the way has to change it, and a
signature over it holds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from urllib.parse import urlsplit

from mayfly.blueprint import limits
from mayfly.domain.draft import (
    Correspondent,
    Draft,
    File,
    Unsubscribing,
    has_control_characters,
)
from mayfly.domain.errors import BodyTooLarge, InvalidInput

_LINE_CHARS = 78  # RFC 5322 section 2.1.1
_STRUCTURED = frozenset({"from", "to", "cc", "reply-to", "subject", "mime-version"})


class _Ascii(EmailPolicy):
    """Lines of ASCII; a field whose value is ASCII is folded between its words and nowhere else.

    The library would make encoded words of words that are too long for a line: of the address of
    `List-Unsubscribe`, of the ids of `References`, which nobody reads any more then.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """The field, with its line ends."""
        plain = name.lower() not in _STRUCTURED and not name.lower().startswith("content-")
        if not plain or not str(value).isascii():
            return super().fold_binary(name, value)
        lines = [f"{name}:"]
        for word in str(value).split(" "):
            if len(lines[-1]) + 1 + len(word) > _LINE_CHARS and lines[-1].strip(" ") and word:
                lines.append("")
            lines[-1] += f" {word}"
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")


_POLICY = _Ascii(linesep="\r\n", cte_type="7bit")
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


@dataclass(frozen=True, slots=True)
class Named:
    """What a mail gets from us: its id, which is in its Message-ID, and its date."""

    id: str
    date: datetime


def compose(draft: Draft, named: Named, most_file_bytes: int) -> bytes:
    """The mail; Bcc is not in it. InvalidInput or BodyTooLarge say what cannot be sent."""
    check(draft, most_file_bytes)
    mail = EmailMessage(policy=_POLICY)
    # First of all, and of a known form.
    mail["Message-ID"] = f"<{named.id}@{draft.sender.domain}>"
    mail["Date"] = format_datetime(named.date)
    mail["From"] = _header(draft.sender)
    for name, whom in (("To", draft.to), ("Cc", draft.cc), ("Reply-To", draft.reply_to)):
        if whom:
            mail[name] = [_header(each) for each in whom]
    mail["Subject"] = draft.subject
    if draft.unsubscribing:
        _add_unsubscribing(mail, draft.unsubscribing)
    for name, value in draft.headers.items():
        mail[name] = value
    _add_bodies(mail, draft)
    raw = mail.as_bytes()
    if len(raw) > limits.MAX_SENT_BYTES:
        raise BodyTooLarge(f"a mail may have {limits.MAX_SENT_BYTES} bytes, files in base64")
    return raw


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
        ending = each.filename.rpartition(".")[2].lower() if "." in each.filename else ""
        if not each.filename or len(each.filename) > 200 or has_control_characters(each.filename):
            raise InvalidInput("an attachment needs a filename of up to 200 characters")
        if ending in REFUSED_FILES or each.content_type in REFUSED_TYPES:
            raise InvalidInput(f"attachments of this kind are not sent: {each.filename[:80]!r}")
        if not _TYPE.fullmatch(each.content_type) or each.content_type.startswith("multipart/"):
            raise InvalidInput(f"not a media type: {each.content_type[:80]!r}")
        if each.content_id and not _CONTENT_ID.fullmatch(each.content_id):
            raise InvalidInput(f"not a content id: {each.content_id[:80]!r}")
        if each.content_id and draft.html is None:
            raise InvalidInput("an attachment with contentId needs html that shows it")
    if sum(len(each.content) for each in draft.files) > most_bytes:
        raise BodyTooLarge(f"all attachments together may have {most_bytes} bytes")


def _header(whom: Correspondent) -> Address:
    return Address(whom.name, whom.local, whom.domain)


def _add_unsubscribing(mail: EmailMessage, how: Unsubscribing) -> None:
    """RFC 2369 section 3.2 and RFC 8058 section 3.1, which wants https."""
    targets = []
    if how.url:
        if has_control_characters(how.url) or set(how.url) & set("<>, "):
            raise InvalidInput("unsubscribe.url cannot have spaces, commas or angle brackets")
        parts = urlsplit(how.url)
        if parts.scheme != "https" or not parts.hostname or not how.url.isascii():
            raise InvalidInput("unsubscribe.url must be an https address in ASCII")
        targets.append(f"<{how.url}>")
    if how.mailto:
        targets.append(f"<mailto:{Correspondent.parse(how.mailto).address}>")
    if not targets:
        raise InvalidInput("unsubscribe needs url or mailto")
    mail["List-Unsubscribe"] = ", ".join(targets)
    if how.url:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _add_bodies(mail: EmailMessage, draft: Draft) -> None:
    html = draft.html
    if draft.text is not None:
        mail.set_content(_lines(draft.text), charset="utf-8")
    if html is not None:
        if draft.text is None:
            mail.set_content(_lines(html), subtype="html", charset="utf-8")
        else:
            mail.add_alternative(_lines(html), subtype="html", charset="utf-8")
        shown = [each for each in draft.files if each.content_id]
        if shown:
            target = mail.get_body(("html",))
            assert isinstance(target, EmailMessage)  # it was just put there
            for each in shown:
                target.add_related(
                    each.content,
                    *_kinds(each),
                    disposition="inline",
                    filename=each.filename,
                    cid=f"<{each.content_id}>",
                )
    for each in draft.files:
        if not each.content_id:
            mail.add_attachment(each.content, *_kinds(each), filename=each.filename)


def _kinds(file: File) -> tuple[str, str]:
    main, _, sub = file.content_type.partition("/")
    # As bytes, text has no charset that we could know.
    return (main, sub)


def _lines(text: str) -> str:
    """With the line ends that the library makes into CR LF; lone surrogates are no text."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput("text and html must be Unicode text") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
