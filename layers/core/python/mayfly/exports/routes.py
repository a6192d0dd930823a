"""The operations of exports: of a private inbox, a mailbox, and a whole account."""

from collections.abc import Sequence
from typing import Any

from mayfly.accounts.models import Account
from mayfly.admission.callers import ACCOUNT, HOLDER, INBOX
from mayfly.exports.models import of_account, of_inbox
from mayfly.exports.schemas import Export, WantedExport
from mayfly.inboxes.access import Bearer, Holder
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.route import FETCH, Call, Routes

_OF_INBOX = "/v1/inboxes/{inboxId}/exports"
_OF_MAILBOX = "/api/user/mailbox/{mailboxId}/exports"
_OF_ACCOUNT = "/api/user/exports"
_BEGUN = "It is being made; `Location` says how far it is"
_HEADERS = {"Location": "Where it is shown"}
_BUSY = {409: "One export at a time: another one is being made"}
_NO_INBOX = {404: "There is no such inbox or mailbox, or it is somebody else's"}
_NO_EXPORT = {404: "There is no such export, or it is over, or somebody else's"}
api = Routes("exports")


@api(
    "POST",
    _OF_INBOX,
    "Export a private inbox",
    INBOX,
    means=_BEGUN,
    status=202,
    headers=_HEADERS,
    errors=_BUSY,
    limit=FETCH,
)
def export_inbox(call: Call[Bearer, WantedExport]) -> Export:
    """All its messages in one file, however many: it is made in the background, and kept for a day.

    One at a time, every ten minutes; the next one takes its place. Deleting the inbox removes it.
    """
    inbox = call.flows.private_inboxes.service.show(call.caller)
    return _begun(call, f"/v1/inboxes/{inbox.id}/exports", of_inbox(inbox.id), [inbox])


@api(
    "GET",
    f"{_OF_INBOX}/{{exportId}}",
    "Get an inbox's export",
    INBOX,
    means="How far it is; once it is done, with a link to it",
    errors=_NO_EXPORT,
    limit=FETCH,
)
def show_inbox_export(call: Call[Bearer, None]) -> Export:
    inbox = call.flows.private_inboxes.service.show(call.caller)
    return _shown(call, of_inbox(inbox.id))


@api(
    "POST",
    _OF_MAILBOX,
    "Export a mailbox",
    HOLDER,
    means=_BEGUN,
    status=202,
    headers=_HEADERS,
    errors=_BUSY | _NO_INBOX,
    limit=FETCH,
)
def export_mailbox(call: Call[Holder, WantedExport]) -> Export:
    """As a private inbox's."""
    mailbox = call.flows.mailboxes.service.show(call.caller)
    path = f"/api/user/mailbox/{mailbox.id}/exports"
    return _begun(call, path, of_inbox(mailbox.id), [mailbox])


@api(
    "GET",
    f"{_OF_MAILBOX}/{{exportId}}",
    "Get a mailbox's export",
    HOLDER,
    means="How far it is; once it is done, with a link to it",
    errors=_NO_EXPORT,
    limit=FETCH,
)
def show_mailbox_export(call: Call[Holder, None]) -> Export:
    return _shown(call, of_inbox(call.flows.mailboxes.service.show(call.caller).id))


@api(
    "POST",
    _OF_ACCOUNT,
    "Export an account",
    ACCOUNT,
    means=_BEGUN,
    status=202,
    headers=_HEADERS,
    errors=_BUSY,
    limit=FETCH,
)
def export_account(call: Call[Account, WantedExport]) -> Export:
    """All messages of all its mailboxes. Deleting one of them removes the export."""
    mailboxes = call.flows.mailboxes.service.mailboxes(call.caller)
    return _begun(call, _OF_ACCOUNT, of_account(str(call.caller.id)), mailboxes)


@api(
    "GET",
    f"{_OF_ACCOUNT}/{{exportId}}",
    "Get an account's export",
    ACCOUNT,
    means="How far it is; once it is done, with a link to it",
    errors=_NO_EXPORT,
    limit=FETCH,
)
def show_account_export(call: Call[Account, None]) -> Export:
    return _shown(call, of_account(str(call.caller.id)))


def _begun(
    call: Call[Any, WantedExport], path: str, holder: str, inboxes: Sequence[Inbox]
) -> Export:
    export = call.flows.exports.service.begin(holder, inboxes, call.body.format)
    call.created(f"{path}/{export.id}")
    return Export.of(export)


def _shown(call: Call[Any, None], holder: str) -> Export:
    service = call.flows.exports.service
    export = service.show(holder, call.parameter("exportId"))
    return Export.of(export, service.link(export))
