"""The mail's own headers, decoded by the kind of field they are."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import islice

from mayfly.mail.mime.addresses import mailboxes
from mayfly.mail.mime.charsets import decode_octets, decode_text
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
        if name not in self._block.first:
            return ()
        limit = self._limits.addresses
        if name in self._block.repeated and name in _MERGED:
            found: list[Mailbox] = []
            for octets in self._block.every(name):
                if len(found) <= limit:
                    found += mailboxes(self._cut(name, octets), limit, self._fallback)
        else:
            found = mailboxes(self._cut(name, self._block.first[name]), limit, self._fallback)
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


Parameters = Mapping[str, str]
"""Values by lower-case name, as octets; those in RFC 2231's form have become UTF-8."""

# Either one parameter or rubbish up to the next semicolon: every byte is passed once. Some senders
# write a colon for the equals sign.
_PARAMETER = re.compile(
    r"[\s;]*+(?:([^\s=:;\"]++)\s*+[=:]\s*+(?:\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)\"?|([^;]*+))|[^;]++|\Z)",
    re.ASCII | re.DOTALL,
)
# What most headers have: one parameter, and nothing unusual in it.
_ONE = re.compile(r"; ?([A-Za-z]++)=(?:\"([^\"\\]*+)\"|([^\s\";]++))\Z", re.ASCII)
_ESCAPED = re.compile(r"\\([\"\\])")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_TYPE = re.compile(
    r"[\w!#$%&'*+.^`{|}~-]{1,63}/[\w!#$%&'*+.^`{|}~-]{1,100}(?=[\s;,:]|\Z)", re.ASCII
)
_BARE_TYPES = {"html": "text/html", "text/html": "text/html"}


def media_type(octets: str, max_parameters: int) -> tuple[str, Parameters]:
    """The media type of a Content-Type and its parameters; "" if the header is absent.

    What makes no sense is text/plain (RFC 2045, section 5.2).
    """
    if len(octets) <= _REMEMBERED_LENGTH:
        return _remembered(octets, max_parameters)
    return _media_type(octets, max_parameters)


def _media_type(octets: str, max_parameters: int) -> tuple[str, Parameters]:
    if not octets:
        return "", {}
    match = _TYPE.match(octets)
    if match and (octets[match.end() : match.end() + 1] != ":" or match[0][:5].lower() == "text/"):
        end = match.end()
        if octets[end : end + 1] in (",", ":"):  # for a semicolon, of senders that mix them up
            end += 1
        return match[0].lower(), parameters(octets, end, max_parameters)
    end = octets.find(";")
    end = end if end >= 0 else len(octets)
    name = _BARE_TYPES.get(octets[:end].strip(" /\"'").lower(), "text/plain")
    return name, parameters(octets, end, max_parameters)


# "text/plain; charset=utf-8" and a few others make up most of all mail.
_REMEMBERED_LENGTH = 60
_remembered = lru_cache(maxsize=256)(_media_type)


def parameters(octets: str, start: int, max_parameters: int) -> Parameters:
    """The parameters from octets[start:] on; of two with one name the first counts."""
    one = _ONE.match(octets, start)
    if one:
        name, quoted, bare = one.groups()
        return {name.lower(): bare if quoted is None else quoted}
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in islice(_PARAMETER.finditer(octets, start), max_parameters):
        name, quoted, bare = match.groups()
        if name is None:
            continue
        name = name.lower()
        text = bare.strip(" \t") if quoted is None else quoted
        if quoted and "\\" in quoted:
            text = _ESCAPED.sub(r"\1", quoted)
        if "*" in name:
            base, _, section = name.partition("*")
            number = section.rstrip("*")[:6]
            sections = extended.setdefault(base, {})
            encoded = section.endswith("*") or not section
            sections.setdefault(int(number) if number.isdigit() else 0, (encoded, text))
        else:
            plain.setdefault(name, text)
    for base, sections in extended.items():
        plain[base] = _joined([sections[number] for number in sorted(sections)])
    return plain


def _joined(sections: list[tuple[bool, str]]) -> str:
    """The value that RFC 2231 spread over numbered sections, as UTF-8."""
    charset = ""
    encoded, first = sections[0]
    if encoded and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
        sections = [(True, first), *sections[1:]]
    joined = "".join(_unescaped(text) if encoded else text for encoded, text in sections)
    if not charset and "=?" in joined:
        text = decode_words(joined)
    else:
        text = decode_text(joined.encode("latin-1"), charset)[0]
    return text.encode().decode("latin-1")


def _unescaped(text: str) -> str:
    return _PERCENT.sub(lambda match: chr(int(match[1], 16)), text)
