"""Lists of a server's messages by page and criteria, and deleting them all."""

from collections.abc import Iterator

from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.errors import Contended, MessageNotFound
from mayfly.mailosaur.keys import Server
from mayfly.mailosaur.models import Asked, Criteria
from mayfly.messages.models import Content, Message
from mayfly.messages.search import Look
from mayfly.private_inboxes.fetched import fetch_first

_ROUNDS = 50
"""Of deleting, each of so many messages as one request deletes elsewhere."""


class _Opened:
    """Opens contents, each once."""

    def __init__(self, flows: Assembly) -> None:
        self._loader = flows.messages.reader.loader
        self._known: dict[int, Content] = {}
        self._left = limits.MAX_PAGE_CONTENTS

    def open(self, message: Message) -> Content:
        number = message.id.sequence
        if number not in self._known:
            self._known[number] = self._loader.open(message)
        return self._known[number]

    def shown(self, message: Message) -> Content | None:
        """The content, or None once so many were read as a list of whole messages has."""
        if message.id.sequence in self._known:
            return self._known[message.id.sequence]
        if not self._left:
            return None
        self._left -= 1
        return self.open(message)


def found(
    flows: Assembly, server: Server, asked: Asked, criteria: Criteria
) -> Iterator[tuple[Message, Content | None]]:
    """The messages of that page that are meant, newest first; spam as well.

    Mails are read for criteria as by any other filter: so many, and what has not been looked at
    then is not found. Of a page, some are shown with their content.
    """
    if not isinstance(server.ref, str):
        fetch_first(flows, server.ref)
    opened = _Opened(flows)
    look = Look(opened.open, criteria)
    for each in _meant(flows, server, asked.end, look, criteria)[asked.start :]:
        try:
            yield each, opened.shown(each)
        except MessageNotFound:  # deleted since it was listed
            continue


def _meant(
    flows: Assembly, server: Server, most: int, look: Look, criteria: Criteria
) -> list[Message]:
    reader = flows.messages.reader.with_spam()
    meant: list[Message] = []
    cursor: str | None = None
    while True:
        page = reader.page(server.ref, limits.MAX_PAGE_MESSAGES, cursor)
        more, _ = look.among(page.messages, most - len(meant))
        meant += more
        cursor = page.cursor
        is_over = cursor is None or len(meant) == most or look.has_read_enough
        if is_over or criteria.is_past(page.messages[-1].summary.received_at):
            return meant


def erase(flows: Assembly, server: Server) -> None:
    """Delete all messages; Unauthenticated without the access token of a public address.

    Contended if they are too many for one request: the rest can be deleted by another.
    """
    search = flows.messages.search.with_spam(shows_spam=True)
    after = 0
    for _ in range(_ROUNDS):
        look = Look(search.reader.loader.open)
        erased = search.erase(server.ref, after, look, server.token)
        if not erased.more:
            return
        after = erased.sequence
    raise Contended("not all messages were deleted; ask again")
