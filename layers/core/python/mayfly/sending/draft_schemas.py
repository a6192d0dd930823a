"""Document 002's JSON of an email that an account submits, and of the files that go with it."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Self

import msgspec
from msgspec import UNSET, UnsetType

from mayfly import limits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.kit.clock import instant
from mayfly.kit.http.schemas import Body, Count, PreciseTime, View, about
from mayfly.sending import models
from mayfly.sending.draft import Correspondent, Draft, File, ListUnsubscribe, Uploaded
from mayfly.sending.errors import EmailNotFound
from mayfly.sending.models import known_id
from mayfly.sending.ports import Form

UPLOADS = "/api/v1/emails/attachments"
_DEFAULT_TYPE = "application/octet-stream"
_MOST_BYTES = limits.MAX_SENT_REQUEST_BYTES
_MOST_CHARS = (  # of a name, each may be escaped
    limits.SUMMARY.address_chars + 2 * limits.SENT_NAME_CHARS + len('"" <>')
)
_SEVERAL = f"an address, or a list of up to {limits.SENT_RECIPIENTS} addresses"
_UP_TO = about(must=f"a list of up to {limits.SENT_FILES} objects", max_length=limits.SENT_FILES)
_HEADERS = about(
    f"More header fields, their values as text of up to {limits.SENT_HEADER_BYTES} bytes; those"
    " that the service sets are refused",
    must=f"an object of up to {limits.SENT_HEADERS} strings",
    max_length=limits.SENT_HEADERS,
)
_SCHEDULED = about(
    "When to send it, within a year, with its zone; without it, at once",
    must="a date and time with a zone, as in 2026-01-31T10:15:30Z",
    format="date-time",
    min_length=len("2026-01-31T10:15Z"),
    examples=["2026-01-31T10:15:30Z"],
)

Address = Annotated[
    str,
    about(
        "`local@domain` or `Name <local@domain>`: the local part in ASCII and not in quotes, the"
        f" name of up to {limits.SENT_NAME_CHARS} characters",
        must="an address, as in Ann <ann@mail.example>",
        max_length=_MOST_CHARS,
        examples=["Ann <ann@yourdomain.com>"],
    ),
]
Addresses = Annotated[list[Address], about(max_length=limits.SENT_RECIPIENTS)] | Address | None
Headers = Annotated[dict[str, str], _HEADERS] | None
Scheduled = Annotated[str, _SCHEDULED] | None
Filename = Annotated[str, about(min_length=1, max_length=limits.SENT_FILENAME_CHARS)]
MediaType = Annotated[str, about(examples=["application/pdf"])]


TemplateVersion = (
    Annotated[int, about("A version of it that is kept; without it, the latest", ge=1)] | None
)
Variables = Annotated[
    dict[str, Any] | None,
    about("What the template reads, by name; null counts as missing", must="an object"),
]
_WRITES = ("subject", "text", "html")


class DraftAttachment(Body, rename="camel"):
    """A file: itself, or by its upload."""

    EXAMPLE = {"filename": "a.pdf", "content": "JVBERi0="}

    filename: Filename | UnsetType = UNSET
    content: (
        Annotated[bytes, about("Its bytes in base64", must="its bytes in base64")] | UnsetType
    ) = UNSET
    content_type: MediaType | None = None
    content_id: Annotated[str | None, about("The HTML shows it as `cid:` and this")] = None
    upload_id: Annotated[str, about(f"Of `POST {UPLOADS}`")] | UnsetType = UNSET

    def file(self) -> File | Uploaded:
        """The file, or what names it; InvalidInput without either, or with both."""
        if self.upload_id is not UNSET:
            return self._uploaded(self.upload_id)
        if self.filename is UNSET or self.content is UNSET:
            raise InvalidInput("an attachment needs filename and content, or uploadId")
        kind = (self.content_type or _DEFAULT_TYPE).lower()
        return File(self.filename, kind, self.content, self.content_id or "")

    def _uploaded(self, upload_id: str) -> Uploaded:
        if (self.filename, self.content, self.content_type) != (UNSET, UNSET, None):
            raise InvalidInput("an attachment with uploadId may have contentId, and nothing else")
        try:
            return Uploaded(known_id(upload_id), self.content_id or "")
        except EmailNotFound as error:
            raise InvalidInput("uploadId must be that of an upload of yours") from error


_EITHER = [{"required": ["filename", "content"]}, {"required": ["uploadId"]}]
AnyAttachment = Annotated[DraftAttachment, about(oneOf=_EITHER)]


class Unsubscribe(Body):
    """How a reader gets no more of such emails; one of the two, or both."""

    EXAMPLE = {"url": "https://yourdomain.com/unsubscribe/4711"}

    url: Annotated[
        str | None, about("An https address that unsubscribes when it is POSTed to (RFC 8058)")
    ] = None
    mailto: Annotated[str | None, about("An address that unsubscribes those who write to it")] = (
        None
    )


class EmailDraft(Body, rename="camel"):
    """An email to be sent."""

    EXAMPLE = {
        "from": "sender@yourdomain.com",
        "to": ["recipient@example.com"],
        "subject": "Test Email",
        "text": "Hello, World!",
        "html": "<h1>Hello, World!</h1>",
    }
    MOST_BYTES = _MOST_BYTES
    WHEN_LARGER = f"; upload attachments by POST {UPLOADS} first"
    LONGER = dict.fromkeys(("text", "html", "attachments"), _MOST_BYTES) | {
        "variables": limits.TEMPLATE_VARIABLES_BYTES
    }

    sender: Address = msgspec.field(name="from")
    to: Annotated[
        Addresses, about("Recipients; with cc and bcc at most 50, nobody twice", must=_SEVERAL)
    ] = None
    cc: Annotated[Addresses, about("More of them", must=_SEVERAL)] = None
    bcc: Annotated[Addresses, about("More, that no other sees", must=_SEVERAL)] = None
    reply_to: Annotated[Addresses, about("Where answers go, if not to `from`", must=_SEVERAL)] = (
        None
    )
    subject: (
        Annotated[str, about("One line of text", max_length=limits.SENT_SUBJECT_CHARS)] | None
    ) = None
    text: Annotated[str | None, about("The mail in plain text; this, or html, or both")] = None
    html: Annotated[str | None, about("The mail in HTML")] = None
    attachments: Annotated[list[AnyAttachment], _UP_TO] | None = None
    headers: Headers = None
    scheduled_at: Scheduled = None
    unsubscribe: Unsubscribe | None = None
    template_id: Annotated[
        str | None, about("Of a template of yours: it writes subject, text and html")
    ] = None
    template_version: TemplateVersion = None
    variables: Variables = None

    def check_template(self) -> None:
        """InvalidInput if the email is written both by a template and by itself, or by neither."""
        if self.template_id is None:
            if self.template_version is not None or self.variables is not None:
                raise InvalidInput("templateVersion and variables need templateId")
            return
        for name in _WRITES:
            if getattr(self, name) is not None:
                raise InvalidInput(f"{name} comes from the template: leave it out")

    def draft(self) -> Draft:
        """The requested email; InvalidInput names the field that cannot be."""
        files = [each.file() for each in self.attachments or ()]
        how = self.unsubscribe
        return Draft(
            sender=_correspondent("from", self.sender),
            to=_correspondents("to", self.to),
            cc=_correspondents("cc", self.cc),
            bcc=_correspondents("bcc", self.bcc),
            reply_to=_correspondents("replyTo", self.reply_to),
            subject=self.subject or "",
            text=self.text,
            html=self.html,
            files=tuple(each for each in files if isinstance(each, File)),
            uploads=tuple(each for each in files if isinstance(each, Uploaded)),
            headers=self.headers or {},
            unsubscribing=ListUnsubscribe(how.url or "", how.mailto or "") if how else None,
            scheduled_at=_to_the_second(instant("scheduledAt", self.scheduled_at)),
        )


def _correspondents(name: str, given: list[str] | str | None) -> tuple[Correspondent, ...]:
    several = [given] if isinstance(given, str) else given or ()
    return tuple(_correspondent(name, each) for each in several)


def _correspondent(name: str, given: str) -> Correspondent:
    try:
        return Correspondent.parse(given)
    except InvalidAddress as error:
        raise InvalidAddress(f"{name}: {error}") from error


def _to_the_second(when: datetime | None) -> datetime | None:
    return when and when.replace(microsecond=0)


def key_hash(key: str) -> str:
    """What is kept of an `Idempotency-Key`; InvalidInput for what is none."""
    if not 0 < len(key) <= limits.MAX_IDEMPOTENCY_KEY_CHARS or not key.isascii():
        raise InvalidInput(
            f"Idempotency-Key must be 1 to {limits.MAX_IDEMPOTENCY_KEY_CHARS} ASCII characters"
        )
    return sha256(key.encode()).hexdigest()[:32]


def request_hash(sent: Mapping[str, Any]) -> str:
    """The same for the same JSON, however it is spaced and ordered."""
    ordered = json.dumps(sent, sort_keys=True, separators=(",", ":"))
    return sha256(ordered.encode()).hexdigest()[:32]


class WantedUpload(Body, rename="camel"):
    """A file that an account wants to send."""

    EXAMPLE = {"filename": "catalogue.pdf", "contentType": "application/pdf", "size": 9_000_000}

    filename: Filename
    size: Annotated[Count, about("Bytes: the file that is sent must have as many")]
    content_type: MediaType = _DEFAULT_TYPE


class Upload(View, rename="camel"):
    """Room for a file."""

    upload_id: Annotated[str, about("The id that emails name it by, in `attachments`")]
    filename: str
    content_type: str
    size: Annotated[Count, about("Bytes")]
    url: Annotated[
        str,
        about(
            "Where to POST it, as `multipart/form-data`; that must begin within"
            f" {limits.UPLOAD_TIME.total_seconds() / 60:.0f} minutes",
            format="uri",
        ),
    ]
    fields: Annotated[
        dict[str, str], about("Fields of the form, as they are; the last one after them is `file`")
    ]
    expires_at: Annotated[PreciseTime, about("Until then emails can take it")]

    @classmethod
    def of(cls, upload: models.Upload, form: Form) -> Self:
        """Where to send the file, and how."""
        return cls.of_model(
            upload,
            upload_id=upload.id,
            size=upload.size_bytes,
            url=form.url,
            fields=dict(form.fields),
        )
