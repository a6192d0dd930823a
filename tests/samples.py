"""Values that many tests start from."""

import itertools
from datetime import UTC, datetime, timedelta

from mayfly.inboxes.ids import GENERATION_BYTES, InboxId, mail_key
from mayfly.inboxes.models import Access, Inbox, token_hash
from mayfly.mail.address import Address
from mayfly.messages.models import AttachmentLine, Summary, Verdicts
from mayfly.receiving.models import Accepted
from mayfly.receiving.notice import Notice

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TOKEN = "a-token-of-the-tests"
_generations = itertools.count(1)


def inbox(address: str = "alice@mayfly.example", **changes: object) -> Inbox:
    """A new generation of an inbox, active for a day."""
    where = Address.parse(address)
    fields: dict[str, object] = {
        "id": InboxId.make(where, next(_generations).to_bytes(GENERATION_BYTES, "big")),
        "address": where,
        "access": Access.ADDRESS,
        "created_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
        "message_lifetime": timedelta(hours=72),
        "token_hash": token_hash(TOKEN),
    }
    return Inbox(**(fields | changes))  # type: ignore[arg-type]


def accepted(name: str = "mail-1", deliveries: int = 1) -> Accepted:
    """A mail that is in the bucket."""
    return Accepted(mail_key(f"raw/{name}"), f"raw/{name}", deliveries)


def summary(**changes: object) -> Summary:
    """What a list shows of an ordinary mail."""
    fields: dict[str, object] = {
        "from_name": "The Shop",
        "from_address": "orders@shop.example",
        "subject": "Your order",
        "preview": "Thank you for your order.",
        "received_at": NOW,
        "size_bytes": 1234,
        "attachments": (AttachmentLine("invoice.pdf", 999),),
        "thread_id": "abcdefgh",
        "verdicts": Verdicts("PASS", "PASS", "PASS", "GRAY", ""),
    }
    return Summary(**(fields | changes))  # type: ignore[arg-type]


def notice(name: str = "mail-1", *recipients: str, **changes: object) -> Notice:
    """SES's word that a mail is in the bucket."""
    fields: dict[str, object] = {
        "bucket": "mayfly-mail",
        "object_key": f"raw/{name}",
        "recipients": recipients or ("alice@mayfly.example",),
        "received_at": NOW,
        "verdicts": Verdicts("PASS", "PASS", "PASS", "PASS", "PASS"),
    }
    return Notice(**(fields | changes))  # type: ignore[arg-type]
