"""Document 003's JSON of generated inboxes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.schema import array, body, number, record, text
from mayfly.kit.http.times import precise_stamp
from mayfly.kit.tokens.models import AccessToken
from mayfly.private_inboxes.schemas import INBOX_ID, TOKEN_FIELDS, token_lifetime

Document = dict[str, object]

GENERATE_FIELDS = ("count", "domain_ids", "token_ttl_seconds")
_LONGEST = int(limits.MAX_ADMIN_TOKEN_LIFETIME.total_seconds())


def wanted_count(sent: Mapping[str, Any]) -> int:
    """How many inboxes shall be generated."""
    count = sent.get("count")
    if type(count) is not int or not 1 <= count <= limits.MAX_GENERATED:
        raise InvalidInput(f"count must be a whole number from 1 to {limits.MAX_GENERATED}")
    return count


def wanted_domains(sent: Mapping[str, Any]) -> list[str] | None:
    """The ids of the domains they shall be at, each once; None for all that are active."""
    ids = sent.get("domain_ids")
    if ids is None:
        return None
    if not isinstance(ids, list) or not ids or not all(isinstance(each, str) for each in ids):
        raise InvalidInput("domain_ids must be a list of at least one domain's id")
    return list(dict.fromkeys(ids))


def wanted_lifetime(sent: Mapping[str, Any]) -> timedelta:
    """How long their tokens shall be valid."""
    return token_lifetime(sent, limits.MAX_ADMIN_TOKEN_LIFETIME)


def inbox(made: Inbox, password: str, token: AccessToken) -> Document:
    """A new inbox, with all that opens it."""
    return {
        "inbox_id": str(made.id),
        "email_address": str(made.address),
        "password": password,
        "access_token": token.text,
        "token_expires_at": precise_stamp(token.expires_at),
    }


def generated(batch: str, inboxes: list[Document], wanted: int) -> Document:
    """What was generated; says so if it is less than was wanted."""
    document: Document = {"batch_id": batch, "generated": len(inboxes), "inboxes": inboxes}
    missing = wanted - len(inboxes)
    if missing:
        document["details"] = [f"{missing} of {wanted} were not made; ask again for so many"]
    return document


_ADDRESS = text("Mail to it comes in here", examples=["sarah.mitchell42@mayfly.example"])
PASSWORD = text(
    "Gets a token at `/v1/inboxes:login`; admins can export it, nobody else sees it again",
    minLength=24,
    examples=["aB3xY9mKpQ7wR2nLkT5uV8jH"],
)
WANTED_SCHEMA = body(
    {
        "count": number("How many", minimum=1, maximum=limits.MAX_GENERATED),
        "domain_ids": array(
            text(format="uuid"),
            "At these domains in turn, each of them active; without it, at all active ones",
        )
        | {"minItems": 1},
        "token_ttl_seconds": number(
            "Seconds; the inboxes live at least as long",
            minimum=int(limits.MIN_TOKEN_LIFETIME.total_seconds()),
            maximum=_LONGEST,
            default=int(limits.TOKEN_LIFETIME.total_seconds()),
        ),
    },
    example={"count": 50, "token_ttl_seconds": 86400},
    required=("count",),
)
GENERATED_SCHEMA = record(
    {
        "batch_id": text(format="uuid"),
        "generated": number("How many there are in `inboxes`"),
        "inboxes": array(
            record(
                {
                    "inbox_id": INBOX_ID,
                    "email_address": _ADDRESS,
                    "password": PASSWORD,
                    **TOKEN_FIELDS,
                }
            )
        ),
    },
    "New private inboxes. Only this answer has their tokens.",
    optional={
        "details": array(
            text(), "Only if fewer were generated than were asked for: how many are missing"
        )
    },
)
