"""A selected folder as its client knows it: which message is at which place, with which flags."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from mayfly_client.bridge.boxes import Line
from mayfly_client.bridge.imap.scanner import NumberSet
from mayfly_client.bridge.imap.writing import group
from mayfly_client.bridge.inbox import Inbox

SEEN, DELETED, RECENT = b"\\Seen", b"\\Deleted", b"\\Recent"
Flags = frozenset[bytes]


def shown(flags: Flags) -> bytes:
    """The flags as they are answered."""
    return group(sorted(flags))


class View:
    """What a client was told. What has changed since is told when it may hear of it.

    A message that is moved here keeps its number; if that is below the last one here, it is told
    with the next SELECT, as numbers go up with places (RFC 3501 section 2.3.1.1).
    """

    def __init__(self, inbox: Inbox, folder: str, *, read_only: bool) -> None:
        self.inbox = inbox
        self.folder = folder
        self.read_only = read_only
        self._version = inbox.version
        self.numbers = [n for n, line in inbox.lines.items() if line.folder == folder]
        self._last = self.numbers[-1] if self.numbers else 0
        self._recent_above = inbox.recent
        if not read_only:
            inbox.recent = inbox.last
        self._told = {number: self.flags(number) for number in self.numbers}

    @property
    def validity(self) -> int:
        """UIDVALIDITY."""
        return self.inbox.box.validity

    @property
    def next_number(self) -> int:
        """UIDNEXT."""
        return self.inbox.last + 1

    @property
    def recent(self) -> int:
        """How many messages no client was told of before."""
        return len(self.numbers) - bisect_right(self.numbers, self._recent_above)

    @property
    def first_unseen(self) -> int | None:
        """The place of the first message that is not read."""
        places = enumerate(self.numbers, 1)
        return next((at for at, n in places if SEEN not in self.flags(n)), None)

    def line(self, number: int) -> Line | None:
        """The message, if it is still here."""
        found = self.inbox.lines.get(number)
        return found if found is not None and found.folder == self.folder else None

    def flags(self, number: int) -> Flags:
        """Its flags now; those it had last, if it is gone."""
        line = self.inbox.lines.get(number)
        if line is None:
            return self._told.get(number, frozenset())
        found = {SEEN} if line.is_read else set()
        if number in self.inbox.deleted:
            found.add(DELETED)
        if number > self._recent_above:
            found.add(RECENT)
        return frozenset(found)

    def place(self, number: int) -> int:
        """Where the message is, from 1 on."""
        return bisect_left(self.numbers, number) + 1

    def chosen(self, wanted: NumberSet, *, by_uid: bool) -> list[int]:
        """The numbers of the messages that a set means, each once; what is not there is left out.

        By UID, `*` is the last message even if the other end is above it.
        """
        last = self._last_number if by_uid else len(self.numbers)
        found: set[int] = set()
        for start, end in wanted.within(last):
            if by_uid:
                at, until = bisect_left(self.numbers, start), bisect_right(self.numbers, end)
            else:
                at, until = max(start - 1, 0), end
            found.update(self.numbers[at:until])
        return sorted(found)

    @property
    def _last_number(self) -> int:
        return self.numbers[-1] if self.numbers else 0

    def is_news(self, number: int) -> bool:
        """Whether the client does not know the message's flags as they are."""
        return self.flags(number) != self._told.get(number)

    def note(self, numbers: Iterable[int]) -> None:
        """The client knows the flags of these."""
        self._told.update((each, self.flags(each)) for each in numbers)

    def changes(self, *, may_expunge: bool) -> list[bytes]:
        """What has changed since it was told, as untagged answers."""
        if self._version == self.inbox.version:
            return []
        found = self._gone() if may_expunge else []
        found += self._come()
        for at, number in enumerate(self.numbers, 1):
            flags = self.flags(number)
            if flags != self._told[number]:
                self._told[number] = flags
                found.append(b"* %d FETCH (UID %d FLAGS %b)\r\n" % (at, number, shown(flags)))
        if may_expunge:
            self._version = self.inbox.version
        return found

    def _gone(self) -> list[bytes]:
        kept: list[int] = []
        found: list[bytes] = []
        for number in self.numbers:
            if self.line(number) is None:
                found.append(b"* %d EXPUNGE\r\n" % (len(kept) + 1))
                self._told.pop(number, None)
            else:
                kept.append(number)
        self.numbers = kept
        return found

    def _come(self) -> list[bytes]:
        new = []
        for number, line in reversed(self.inbox.lines.items()):
            if number <= self._last:
                break
            if line.folder == self.folder:
                new.append(number)
        if not new:
            return []
        self.numbers += reversed(new)
        self._last = self.numbers[-1]
        self._told.update((each, self.flags(each)) for each in new)
        if not self.read_only:
            self.inbox.recent = max(self.inbox.recent, self._last)
        return [b"* %d EXISTS\r\n" % len(self.numbers), b"* %d RECENT\r\n" % self.recent]
