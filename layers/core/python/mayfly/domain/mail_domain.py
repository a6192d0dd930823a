"""A mail domain that inboxes can be made at."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where a domain's mail could be fetched with POP3 (document 003); kept, and not used yet."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class MailDomain:
    """A domain; while it is not active no inbox is made there, and those it has go on.

    `is_deployed` says that the deployment's settings name it: it can be made inactive and not
    removed. `name` is in its one spelling (`domain.address.normal_domain`). When a deployment began
    to name a domain is not known: it has no `created_at`, and no `updated_at` until an admin
    changes it.
    """

    name: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    is_active: bool = True
    is_deployed: bool = False
    pop3: MailServer | None = None

    @property
    def id(self) -> str:
        """A UUID (RFC 9562 version 8) made of the name: a domain that comes back has the same."""
        digest = bytearray(hashlib.sha256(b"mayfly-domain:" + self.name.encode()).digest()[:16])
        digest[6] = digest[6] & 0x0F | 0x80
        digest[8] = digest[8] & 0x3F | 0x80
        return str(uuid.UUID(bytes=bytes(digest)))
