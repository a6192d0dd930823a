"""The table of commands: what each does, and when it may come."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from mayfly_client.bridge.imap import entering, mailboxes, messages
from mayfly_client.bridge.imap.answers import No
from mayfly_client.bridge.imap.scanner import Scanner

if TYPE_CHECKING:
    from mayfly_client.bridge.imap.session import ImapSession


class State(Enum):
    """What a connection has come to (RFC 3501 section 3)."""

    NOBODY = "not authenticated"
    LOGGED_IN = "authenticated"
    SELECTED = "selected"


Run = Callable[["ImapSession", Scanner], Awaitable[bytes | None]]


class Known(NamedTuple):
    """A command."""

    run: Run
    states: frozenset[State]


_ANY = frozenset(State)
_NOBODY = frozenset({State.NOBODY})
_OPEN = frozenset({State.LOGGED_IN, State.SELECTED})
_SELECTED = frozenset({State.SELECTED})


def _refused(why: str) -> Run:
    async def refuse(session: "ImapSession", scanner: Scanner) -> bytes | None:
        raise No(why, "CANNOT")

    return refuse


_NO_FOLDERS = _refused("folders are as Mayfly has them")

COMMANDS: dict[str, Known] = {
    "CAPABILITY": Known(entering.capability, _ANY),
    "NOOP": Known(mailboxes.noop, _ANY),
    "LOGOUT": Known(entering.logout, _ANY),
    "ID": Known(entering.identify, _ANY),
    "STARTTLS": Known(entering.start_tls, _NOBODY),
    "LOGIN": Known(entering.login, _NOBODY),
    "AUTHENTICATE": Known(entering.authenticate, _NOBODY),
    "ENABLE": Known(entering.enable, _OPEN),
    "NAMESPACE": Known(mailboxes.namespace, _OPEN),
    "LIST": Known(mailboxes.list_all, _OPEN),
    "LSUB": Known(mailboxes.list_subscribed, _OPEN),
    "SUBSCRIBE": Known(mailboxes.subscribe, _OPEN),
    "UNSUBSCRIBE": Known(_refused("all folders are subscribed to"), _OPEN),
    "STATUS": Known(mailboxes.status, _OPEN),
    "SELECT": Known(mailboxes.select, _OPEN),
    "EXAMINE": Known(mailboxes.examine, _OPEN),
    "CREATE": Known(_NO_FOLDERS, _OPEN),
    "DELETE": Known(_NO_FOLDERS, _OPEN),
    "RENAME": Known(_NO_FOLDERS, _OPEN),
    "APPEND": Known(_refused("messages come in by SMTP only"), _OPEN),
    "IDLE": Known(mailboxes.idle, _OPEN),
    "CHECK": Known(mailboxes.noop, _SELECTED),
    "CLOSE": Known(mailboxes.close, _SELECTED),
    "UNSELECT": Known(mailboxes.unselect, _SELECTED),
    "EXPUNGE": Known(messages.expunge, _SELECTED),
    "UID EXPUNGE": Known(messages.uid_expunge, _SELECTED),
    "COPY": Known(_refused("a message lies in one folder: MOVE it"), _SELECTED),
    "UID COPY": Known(_refused("a message lies in one folder: MOVE it"), _SELECTED),
    "FETCH": Known(messages.fetch, _SELECTED),
    "UID FETCH": Known(messages.uid_fetch, _SELECTED),
    "STORE": Known(messages.store, _SELECTED),
    "UID STORE": Known(messages.uid_store, _SELECTED),
    "SEARCH": Known(messages.search, _SELECTED),
    "UID SEARCH": Known(messages.uid_search, _SELECTED),
    "MOVE": Known(messages.move, _SELECTED),
    "UID MOVE": Known(messages.uid_move, _SELECTED),
}
