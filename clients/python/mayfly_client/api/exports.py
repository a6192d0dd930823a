"""Exports: all messages of an inbox, or of an account, as one file.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file of all messages, or how far it is."""

    id: str
    format: str
    status: str
    messages: int
    expected: int
    missing: int
    size: int
    created_at: datetime
    expires_at: datetime
    download_url: str | None = field(repr=False)


class ExportsApi(Subject[M]):
    """All messages of an inbox, or of an account, as one file."""

    @operation("POST", "/v1/inboxes/{inboxId}/exports", Export, ("token",))
    def export_inbox(self, inbox_id: str, *, format: Literal["mbox", "zip"] | None = None) -> Sent:
        """Export a private inbox.

        All its messages in one file, however many: it is made in the background, and kept
        for a day. One at a time, every ten minutes; the next one takes its place. Deleting
        the inbox removes it.
        """
        return Sent((inbox_id,), body={"format": format})

    @operation("GET", "/v1/inboxes/{inboxId}/exports/{exportId}", Export, ("token",))
    def show_inbox_export(self, inbox_id: str, export_id: str) -> Sent:
        """Get an inbox's export."""
        return Sent((inbox_id, export_id))

    @operation("POST", "/api/user/mailbox/{mailboxId}/exports", Export, ("token",))
    def export_mailbox(
        self, mailbox_id: str, *, format: Literal["mbox", "zip"] | None = None
    ) -> Sent:
        """Export a mailbox. As a private inbox's."""
        return Sent((mailbox_id,), body={"format": format})

    @operation("GET", "/api/user/mailbox/{mailboxId}/exports/{exportId}", Export, ("token",))
    def show_mailbox_export(self, mailbox_id: str, export_id: str) -> Sent:
        """Get a mailbox's export."""
        return Sent((mailbox_id, export_id))

    @operation("POST", "/api/user/exports", Export, ("token",))
    def export_account(self, *, format: Literal["mbox", "zip"] | None = None) -> Sent:
        """Export an account.

        All messages of all its mailboxes. Deleting one of them removes the export.
        """
        return Sent(body={"format": format})

    @operation("GET", "/api/user/exports/{exportId}", Export, ("token",))
    def show_account_export(self, export_id: str) -> Sent:
        """Get an account's export."""
        return Sent((export_id,))
