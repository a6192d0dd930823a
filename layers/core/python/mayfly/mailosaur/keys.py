"""What a Mailosaur client's key is here, and which servers it opens.

It is an API key with the scope `mailboxes`, the token of an account's session or of a private
inbox, or a public address, to delete with its access token after a colon.
"""

from dataclasses import dataclass

from mayfly.accounts.models import Account
from mayfly.assembly import Assembly
from mayfly.errors import (
    InboxNotFound,
    InvalidAddress,
    MessageNotFound,
    NotPermitted,
    Unauthenticated,
)
from mayfly.facades.credentials import account_of_key, basic_of
from mayfly.inboxes.access import Bearer, HoldersMessage, InboxRef, MessageRef, Owner
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.cookies import check_origin
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import BUSY, Caller
from mayfly.mailosaur.models import BadField, server_ids


@dataclass(frozen=True, slots=True)
class Server:
    """An inbox as the clients know it; `token` opens a public one to whoever wants to delete."""

    id: str
    inbox: Inbox
    ref: InboxRef
    token: str = ""

    def message(self, message: MessageId) -> MessageRef:
        """A message of it, as flows ask for one."""
        if isinstance(self.ref, str):
            return str(message)
        return HoldersMessage(self.ref, message.sequence)


@dataclass(frozen=True, slots=True)
class Key:
    """The servers that a caller's key opens, and the account that it is of, if it is of one."""

    servers: tuple[Server, ...]
    account: Account | None = None

    def server(self, id: str) -> Server:
        """That of this id; InboxNotFound if the key does not open it."""
        for each in self.servers:
            if each.id == id:
                return each
        raise InboxNotFound("no such server")

    def of_message(self, message: MessageId) -> Server:
        """That which has this message; MessageNotFound if the key does not open it."""
        for each in self.servers:
            if each.inbox.id == message.inbox:
                return each
        raise MessageNotFound("no such message")

    def owner(self) -> Account:
        """The account; NotPermitted for the key of one inbox."""
        if self.account is None:
            raise NotPermitted("this key is of one inbox: it makes no servers")
        return self.account


def key_of(request: Request, flows: Assembly) -> Key:
    """What the request's key opens; Unauthenticated for none, or one that opens nothing (more).

    OutOfScope for an API key without the scope, CrossSite for a write that a page of another site
    sent: a browser adds to it the name and password that somebody has once typed.
    """
    if request.method not in ("GET", "HEAD"):
        check_origin(request, flows.settings.cors_origin)
    sent = basic_of(request)
    name, rest = sent or ("", "")
    if not name:
        raise Unauthenticated("send a key as the name of Basic authentication, without a password")
    try:
        if account := account_of_key(name, request, flows):
            return _accounts(account, flows)
        if "@" in name:  # the clients end every key with a colon
            return _public(flows, name, rest.removesuffix(":"))
        return _by_token(flows, name)
    except (InboxNotFound, InvalidAddress) as error:
        raise Unauthenticated(
            "the inbox of this key is not there any more, or never was"
        ) from error


def _by_token(flows: Assembly, token: str) -> Key:
    try:
        account = flows.accounts.authenticator.admit(token).account
    except Unauthenticated:  # it may be the token of an inbox
        grant = flows.private_inboxes.tokens.read(token)
        bearer = Bearer(str(grant.inbox), grant)
        return _of_one(flows.private_inboxes.service.show(bearer), bearer)
    return _accounts(account, flows)


def _public(flows: Assembly, address: str, token: str) -> Key:
    inbox = flows.inboxes.service.show(address)
    return _of_one(inbox, str(inbox.address), token)


def _of_one(inbox: Inbox, ref: InboxRef, token: str = "") -> Key:
    (id,) = server_ids([inbox])
    return Key((Server(id, inbox, ref, token),))


def _accounts(account: Account, flows: Assembly) -> Key:
    now = flows.now()
    active = [each for each in flows.mailboxes.service.mailboxes(account) if each.is_active(now)]
    servers = tuple(
        Server(id, inbox, Owner(str(inbox.id), str(account.id)))
        for id, inbox in server_ids(active).items()
    )
    return Key(servers, account)


def asked_server(key: Key, request: Request) -> Server:
    """The server that the query names; BadField without one."""
    id = request.query.get("server", "")
    if not id:
        raise BadField("server", "a request for messages needs the id of a server")
    return key.server(id)


KEY = Caller(
    key_of,
    {
        401: "There is no key, or it opens nothing",
        403: "The API key is not for `mailboxes`",
        503: BUSY,
    },
)
"""Whoever sends a key as Mailosaur's clients do."""
