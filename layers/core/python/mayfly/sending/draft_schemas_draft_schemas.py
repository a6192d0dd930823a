"""What the JSON of a mail that somebody wants to be sent looks like; `wire.drafts` reads it."""

from mayfly import limits
from mayfly.kit.http.schema import Schema, array, body, text, time

_ADDRESS = text(
    "`local@domain` or `Name <local@domain>`: the local part in ASCII and not in quotes, the name"
    f" of up to {limits.SENT_NAME_CHARS} characters",
    examples=["Ann <ann@yourdomain.com>"],
)


_CONTENT_ID = text("The HTML shows it as `cid:` and this")
_FILE = body(
    {
        "filename": text(minLength=1, maxLength=limits.SENT_FILENAME_CHARS),
        "content": text("Its bytes in base64", contentEncoding="base64"),
        "contentType": text(examples=["application/pdf"]),
        "contentId": _CONTENT_ID,
    },
    example={"filename": "a.pdf", "content": "JVBERi0="},
    required=("filename", "content"),
)
_UPLOADED = body(
    {"uploadId": text("Of `POST /api/v1/emails/attachments`"), "contentId": _CONTENT_ID},
    example={"uploadId": "019b76da-a800-7000-8000-000000000001"},
    required=("uploadId",),
)


def _addresses(description: str) -> Schema:
    return {
        "anyOf": [array(_ADDRESS) | {"maxItems": limits.SENT_RECIPIENTS}, _ADDRESS],
        "description": description,
    }


DRAFT_SCHEMA = body(
    {
        "from": _ADDRESS,
        "to": _addresses("Recipients; with cc and bcc at most 50, nobody twice"),
        "cc": _addresses("More of them"),
        "bcc": _addresses("More, that no other sees"),
        "replyTo": _addresses("Where answers go, if not to `from`"),
        "subject": text("One line of text", maxLength=limits.SENT_SUBJECT_CHARS),
        "text": text("The mail in plain text; this, or html, or both"),
        "html": text("The mail in HTML"),
        "attachments": array({"oneOf": [_FILE, _UPLOADED]}) | {"maxItems": limits.SENT_FILES},
        "headers": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "maxProperties": limits.SENT_HEADERS,
            "description": "More header fields, their values as text of up to"
            f" {limits.SENT_HEADER_BYTES} bytes; those that the service sets are refused",
        },
        "unsubscribe": body(
            {
                "url": text("An https address that unsubscribes when it is POSTed to (RFC 8058)"),
                "mailto": text("An address that unsubscribes who writes to it"),
            },
            example={"url": "https://yourdomain.com/unsubscribe/4711"},
        ),
        "scheduledAt": time("When it shall go, within a year, with its zone; else at once"),
    },
    example={
        "from": "sender@yourdomain.com",
        "to": ["recipient@example.com"],
        "subject": "Test Email",
        "text": "Hello, World!",
        "html": "<h1>Hello, World!</h1>",
    },
    required=("from",),
)
