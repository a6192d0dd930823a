"""The mail's own headers, decoded by the kind of field they are."""

import re
from collections.abc import Callable
from itertools import islice

from mayfly.mail.mime.addresses import mailboxes
from mayfly.mail.mime.charsets import decode_octets
from mayfly.mail.mime.header_block import HeaderBlock
from mayfly.mail.mime.models import Defects, Mailbox, MimeLimits
from mayfly.mail.mime.words import decode_words

_MESSAGE_ID = re.compile(r"<([^<>]++)>")
_ONE_ID = re.compile(r"<[!-;=?-~]++>")
_BARE_ID = re.compile(r"([^\s<>()\",;]++)")
# A comma within a bare one belongs to it, unless another one follows.
_LINK = re.compile(
    r"<([^<>]++)>"
    r"|((?:https?|mailto):(?:[^\s,<>\"]++|,++(?=[^\s,<>\"])(?!(?:https?|mailto):))+)",
    re.IGNORECASE,
)
_CUT_SLACK_BYTES = 1000
_MERGED = frozenset({"to", "cc"})
_ONCE = frozenset({"from", "sender", "reply-to", "subject", "date", "message-id"})


class MailFields:
    """Reads the fields of one header block, each cut to its limit before it is decoded."""

    def __init__(
        self, block: HeaderBlock, limits: MimeLimits, defects: Defects, charset: Callable[[], str]
    ) -> None:
        """`charset` is that of the mail's text: 8-bit headers that are not UTF-8 are in it."""
        self._block = block
        self._limits = limits
        self._defects = defects
        plain = block.plain
        self._usual = plain and len(block.octets) <= limits.header_bytes
        if not _ONCE.isdisjoint(block.repeated):
            for name in sorted(_ONCE & block.repeated):
                defects.add("repeated-header", name)
        self._fallback = "" if plain else charset()

    def decoded(self) -> tuple[tuple[str, str], ...]:
        """Every field: the name as written, and the value as text."""
        fields = self._block.fields
        if self._usual:
            return tuple(fields)
        return tuple((decode_octets(name), self._text(name, value)) for name, value in fields)

    def text(self, name: str) -> str:
        """The first such field that is not empty; "" if there is none."""
        octets = self._block.first.get(name, "")
        return octets if self._usual else self._text(name, octets)

    def mailboxes(self, name: str) -> tuple[Mailbox, ...]:
        """The mailboxes of the first such field, or of all where mail has several recipients'."""
        octets = self._block.first.get(name)
        if octets is None:
            return ()
        limit = self._limits.addresses
        if name in _MERGED and name in self._block.repeated:
            found: list[Mailbox] = []
            for octets in self._block.every(name):
                if len(found) <= limit:
                    found += mailboxes(self._cut(name, octets), limit, self._fallback)
        else:
            found = mailboxes(self._cut(name, octets), limit, self._fallback)
        if len(found) > limit:
            self._defects.add("too-many-addresses", name)
        return tuple(found[:limit])

    def message_id(self) -> str:
        """The mail's own identifier in its one form, `<…>`; "" without one."""
        return next(iter(self.message_ids("message-id")), "")

    def message_ids(self, name: str) -> tuple[str, ...]:
        """The identifiers in the first such field, each as `<…>` without blanks.

        Where no angle brackets are, words that could be one are taken, those with an @ first.
        """
        if name not in self._block.first:
            return ()
        if _ONE_ID.fullmatch(self._block.first[name]) and self._usual:
            return (self._block.first[name],)
        found = self._each(name, _MESSAGE_ID)
        if not found:
            words = self._each(name, _BARE_ID)
            found = tuple(word for word in words if "@" in word) or words[:1]
        ids = ("".join(each.split()) for each in found)
        return tuple(f"<{each}>" for each in ids if each)

    def links(self, name: str) -> tuple[str, ...]:
        """The links of RFC 2369 in the first such field; folding may have put blanks in them."""
        found = ("".join(link.split()).strip("\"'") for link in self._each(name, _LINK))
        return tuple(link for link in found if link)

    def _each(self, name: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
        text = self.text(name)
        if not text:
            return ()
        limit = self._limits.message_ids
        matches = islice(pattern.finditer(text), limit + 1)
        found = [next(group for group in match.groups() if group is not None) for match in matches]
        if len(found) > limit:
            self._defects.add("too-many-entries", name)
        return tuple(found[:limit])

    def _text(self, name: str, octets: str) -> str:
        if octets.isascii() and octets.isprintable() and "=?" not in octets:
            return self._cut(name, octets)
        return decode_words(self._cut(name, octets), self._fallback)

    def _cut(self, name: str, octets: str) -> str:
        limit = self._limits.header_bytes
        if len(octets) <= limit:
            return octets
        self._defects.add("header-too-long", name.lower())
        # At a blank if there is one: half an encoded word would be shown as it is.
        blank = octets.rfind(" ", max(limit - _CUT_SLACK_BYTES, 0), limit)
        return octets[: blank if blank > 0 else limit]
