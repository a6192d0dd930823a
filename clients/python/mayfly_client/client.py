"""`Mayfly`: one service, with what the caller holds; and what `AsyncMayfly` has of it, too."""

import os
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from mayfly_client.api import Api
from mayfly_client.api.accounts import AccountsApi
from mayfly_client.api.addresses import AddressesApi
from mayfly_client.api.mailboxes import MailboxesApi
from mayfly_client.api.private_inboxes import PrivateInboxesApi
from mayfly_client.flows import Answer, Call, Flow, M, Sync
from mayfly_client.inbox import Inbox, InboxFlows, Opened
from mayfly_client.options import Options
from mayfly_client.places import MAILBOX, PLACES, PRIVATE, PUBLIC
from mayfly_client.sending import Credentials, Patience, Sender
from mayfly_client.transport import Threads
from mayfly_client.urls import checked_url

I = TypeVar("I", bound=InboxFlows[Any])  # noqa: E741
TTL_SECONDS = 3600


class Client(Api[M]):
    """What both have: the operations of the API, and where they go."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._sender.url

    def answer(self, call: Call[Any]) -> Flow[Answer]:
        """With what the caller holds."""
        return self._sender.answer(call)

    def _private(self, make: Callable[[Opened], I], ttl: int, domain: str | None) -> Flow[I]:
        create = PrivateInboxesApi.create_inbox
        made = yield from self.call(
            create.of(None, mode="generated", token_ttl_seconds=ttl, domain=domain)
        )
        return make(
            Opened(
                PRIVATE,
                made.inbox_id,
                made.email_address,
                made.access_token,
                made.token_expires_at,
            )
        )

    def _public(self, make: Callable[[Opened], I], domain: str | None) -> Flow[I]:
        made = yield from self.call(AddressesApi.create_address.of(None, domain=domain))
        return make(Opened(PUBLIC, made.email, made.email, made.access_token))

    def _mailbox(
        self, make: Callable[[Opened], I], alias: str | None, domain: str | None
    ) -> Flow[I]:
        create = MailboxesApi.create_mailbox
        made = yield from self.call(create.of(None, alias=alias, domain=domain))
        return make(Opened(MAILBOX, made.id, made.email_address, self._sender.credentials.token))

    def _reopened(
        self, make: Callable[[Opened, int], I], opened: Opened, after: int | None
    ) -> Flow[I]:
        """Waits begin with what comes from now on, unless the caller says from where."""
        if after is None:
            inbox = make(opened, 0)
            shown = yield from inbox.call(opened.place.shows.of(None, opened.id))
            after = opened.place.last_number(shown)
        return make(opened, after)

    def _logged_in(self, email: str, password: str) -> Flow[Sender]:
        login = AccountsApi.login_user
        found = yield from self.call(login.of(None, email=email, password=password))
        return self._sender.with_token(found.token)


def sender_of(url: str, options: Options) -> Sender:
    """What makes calls, of what a caller gave."""
    url = (url or os.environ.get("MAYFLY_URL", "")).strip()
    try:
        parts = checked_url(url)
    except ValueError as error:
        needed = "the URL of a Mayfly is needed, as in https://mail.example.org"
        raise ValueError(f"{needed}; of what was given, {error}" if url else needed) from error
    if parts.query or parts.fragment:
        raise ValueError("the URL of a Mayfly has neither ? nor #")
    credentials = Credentials(
        options.get("token", ""), options.get("api_key", ""), options.get("admin_key", "")
    )
    patience = options.get("patience", Patience())
    return Sender(url.rstrip("/"), credentials, patience, options.get("request_seconds", 60.0))


def trust_of(options: Options) -> ssl.SSLContext | None:
    """What certificates are checked with; None for what the system trusts."""
    trust = options.get("trust")
    return ssl.create_default_context(cafile=trust) if isinstance(trust, str) else trust


def opened_of(kind: str, id: str, address: str, token: str) -> Opened:
    """An inbox of this kind; ValueError for a kind that there is not."""
    if kind not in PLACES:
        raise ValueError(f"{kind!r} is none of {', '.join(PLACES)}")
    return Opened(PLACES[kind], id or address, address, token)


class Mayfly(Client[Sync]):
    """A Mayfly. Its methods answer at once, from any thread."""

    def __init__(self, url: str = "", **options: Unpack[Options]) -> None:
        super().__init__(sender_of(url, options))
        self._threads = Threads(trust_of(options))

    def run(self, flow: Flow[Any]) -> Any:
        """What comes of it."""
        return self._threads.run(flow)

    def inbox(self, *, token_ttl_seconds: int = TTL_SECONDS, domain: str | None = None) -> Inbox:
        """A new private inbox: nobody opens it without its token. As a context, deleted at the end.

        Its token lives for an hour at most; see `Inbox.rotate`.
        """
        made: Inbox = self.run(self._private(self._made, token_ttl_seconds, domain))
        return made

    def public_address(self, *, domain: str | None = None) -> Inbox:
        """A new public address: whoever knows it can read what comes in."""
        made: Inbox = self.run(self._public(self._made, domain))
        return made

    def mailbox(self, alias: str | None = None, *, domain: str | None = None) -> Inbox:
        """A new mailbox of the account that the client's token is of."""
        made: Inbox = self.run(self._mailbox(self._made, alias, domain))
        return made

    def open(
        self,
        address: str,
        *,
        kind: str = "private",
        id: str = "",
        token: str = "",
        after: int | None = None,
    ) -> Inbox:
        """An inbox that there is. Its waits begin with what comes from now on, or behind `after`.

        `kind` is `private` or `mailbox`, with its `id`, or `public`.
        """
        opened = opened_of(kind, id, address, token or self._sender.credentials.token)
        made: Inbox = self.run(self._reopened(self._made, opened, after))
        return made

    def logged_in(self, email: str, password: str) -> "Mayfly":
        """The same Mayfly as this account."""
        found = Mayfly.__new__(Mayfly)
        found._threads = self._threads
        found._sender = self.run(self._logged_in(email, password))
        return found

    def _made(self, opened: Opened, after: int = 0) -> Inbox:
        return Inbox(self, self._sender.with_token(opened.token), opened, after)

    def close(self) -> None:
        """End the connections that are kept."""
        self._threads.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
