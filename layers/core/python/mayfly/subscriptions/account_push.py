"""Announcing to accounts: new mail of their mailboxes, with as much of it as a frame holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial

from mayfly.accounts.models import AccountId
from mayfly.accounts.ports import Accounts
from mayfly.errors import AccountNotFound, MessageNotFound
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock
from mayfly.mailboxes.threads import filed
from mayfly.messages.ports import Messages
from mayfly.messages.search import Look
from mayfly.messages.service import ContentLoader
from mayfly.subscriptions import account_frames as account_socket
from mayfly.subscriptions.models import AccountSubscription
from mayfly.subscriptions.ports import AccountSubscriptions
from mayfly.subscriptions.push import PushQueues


@dataclass(frozen=True, slots=True)
class AccountPusher:
    """Pushes new mail of an account's mailboxes to its subscribers.

    It shares its lanes with `MessagePusher`, so that a connection gets its frames in their order.
    """

    accounts: Accounts
    watching: AccountSubscriptions
    messages: Messages
    loader: ContentLoader
    lanes: PushQueues
    now: Clock

    def announce(self, message: MessageId, owner: str) -> None:
        """Send the new message to its owner's subscribers whose sessions go on.

        While nobody does, it costs one query; the mail's content is read once, however many do.
        """
        self.announced(message, owner)()

    def announced(self, message: MessageId, owner: str) -> Callable[[], None]:
        """Read what `announce` has to; what is returned sends, and reads nothing any more."""
        try:
            return self._announced(message, owner)
        except MessageNotFound:  # deleted before it could be announced, or hidden
            return _nothing

    def tell_full(self, mailbox: Inbox) -> None:
        """Tell its owner's subscribers that mail of the mailbox is being dropped."""
        if open_ones := self._watchers(mailbox.owner):
            self._push(open_ones, account_socket.inbox_full(mailbox))

    def _announced(self, message: MessageId, owner: str) -> Callable[[], None]:
        open_ones = self._watchers(owner)
        if not open_ones:
            return _nothing
        inbox, found = self.messages.get(message, self.now())
        if inbox.owner != owner or inbox.hides(found):
            raise MessageNotFound("no such message")
        read = cache(self.loader.open)
        meant = [each for each in open_ones if Look(read, each.wanted).means(found)]
        if not meant:
            return _nothing
        (line,) = filed(self.messages, lambda: inbox, [found], self.now())
        return partial(self._push, meant, account_socket.new_email(line, read(found)))

    def _watchers(self, owner: str) -> list[AccountSubscription]:
        """Those whose sessions go on; the account is read only if anybody watches."""
        watchers = self.watching.watchers(AccountId.parse(owner), self.now())
        if not watchers:
            return []
        try:
            account = self.accounts.get(AccountId.parse(owner))
        except AccountNotFound:
            return []
        return [each for each in watchers if account.has_session(each.session, self.now())]

    def _push(self, watchers: Iterable[AccountSubscription], text: str) -> None:
        for each in watchers:
            self.lanes.push(each.connection_id, text)


def _nothing() -> None:
    """There is no subscriber."""
