"""Drafts made into mails (RFC 5322, RFC 2045), by the standard library.

What is composed has lines of ASCII only, so that no host on the way has to change it, and a
signature over it holds.
"""

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
from mayfly.sendable import check

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
