"""What can be sent: the rules that a draft has to meet before it is made into a mail."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from mayfly import limits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.sending.attachable import check_file, check_room
from mayfly.sending.draft_draft import Correspondent, Draft, Unsubscribing
from mayfly.sending.field_rules import check_text

_FIELD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,75}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._+-]{1,64}(?:@[A-Za-z0-9.-]{1,64})?")

RESERVED = frozenset(
    {
        *("from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id"),
        *("return-path", "received", "delivered-to", "errors-to", "authentication-results"),
        *("list-unsubscribe", "list-unsubscribe-post", "dkim-signature", "domainkey-signature"),
        *("mime-version", "bounces-to", "return-receipt-to", "auto-submitted"),
        *("apparently-to", "envelope-to", "x-original-to", "original-recipient"),
    }
)
"""Header fields that are made here, on the way, or by whoever receives the mail."""
RESERVED_BEGINNINGS = ("content-", "resent-", "arc-", "received-", "x-ses-", "x-mayfly-")


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
    for name, body in (("text", draft.text), ("html", draft.html)):
        if not _is_text(body or ""):
            raise InvalidInput(f"{name} must be Unicode text")
    check_text("subject", draft.subject, limits.SENT_SUBJECT_CHARS)
    _check_names(draft)
    if draft.unsubscribing:
        _check_unsubscribing(draft.unsubscribing)
    _check_headers(draft)
    _check_files(draft, most_file_bytes)


def _is_text(given: str) -> bool:
    """Not so for half of a surrogate pair."""
    return given.isascii() or given.encode("utf-8", "ignore").decode() == given


def _check_names(draft: Draft) -> None:
    if len(draft.reply_to) > limits.SENT_RECIPIENTS:
        raise InvalidInput(f"replyTo may have {limits.SENT_RECIPIENTS} addresses")
    whom = {
        "from": (draft.sender,),
        "to": draft.to,
        "cc": draft.cc,
        "bcc": draft.bcc,
        "replyTo": draft.reply_to,
    }
    for field, several in whom.items():
        for each in several:
            check_text(f"a name in {field}", each.name, limits.SENT_NAME_CHARS)


def _check_unsubscribing(how: Unsubscribing) -> None:
    """RFC 2369 section 3.2 and RFC 8058 section 3.1, which wants https."""
    if not how.url and not how.mailto:
        raise InvalidInput("unsubscribe needs url or mailto")
    if how.url:
        check_text("unsubscribe.url", how.url, limits.SENT_HEADER_BYTES)
        if set(how.url) & set('<>, "') or "=?" in how.url:
            words = "spaces, quotes, commas, angle brackets or =?, unless percent-encoded"
            raise InvalidInput(f"unsubscribe.url cannot have {words}")
        if not _is_https(how.url):
            raise InvalidInput("unsubscribe.url must be an https address in ASCII")
    if how.mailto:
        try:
            Correspondent.parse(how.mailto)
        except InvalidAddress as error:
            raise InvalidAddress(f"unsubscribe.mailto: {error}") from error


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no address
        return False
    return parts.scheme == "https" and bool(parts.hostname) and url.isascii()


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
        raise InvalidInput("headers has a field twice")
    for name, value in draft.headers.items():
        if not _FIELD_NAME.fullmatch(name):
            raise InvalidInput(f"headers: not the name of a header field: {name[:40]!r}")
        if name.lower() in RESERVED or name.lower().startswith(RESERVED_BEGINNINGS):
            raise InvalidInput(f"headers: the field {name} is set by the service, not by headers")
        check_text(f"headers.{name}", value, limits.SENT_HEADER_BYTES)
        if len(value.encode()) > limits.SENT_HEADER_BYTES:
            raise InvalidInput(f"headers.{name} may have {limits.SENT_HEADER_BYTES} bytes")


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
