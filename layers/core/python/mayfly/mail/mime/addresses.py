"""Address lists of RFC 5322, section 3.4, read in one pass whatever they hold."""

import re
from dataclasses import dataclass, field

from mayfly.mail.mime.charsets import decode_octets
from mayfly.mail.mime.models import Mailbox
from mayfly.mail.mime.words import decode_words, one_line

_ADDRESS = r"[^\s\"<>(),;:\\@]++@[^\s\"<>(),;:\\@]++"
# Nearly all of real mail: one mailbox, nothing unusual.
_USUAL = re.compile(
    r"(?:(?:\"([^\"\\]*+)\"|([^\"<>(),;:\\@]*+))\s*<(" + _ADDRESS + r")>|(" + _ADDRESS + r"))\Z",
    re.ASCII,
)
# An encoded word is one token: senders leave commas and quotes in it.
_TOKEN = re.compile(
    r"(?P<word>=\?[^?\s]++\?[bBqQ]\?[^?\s]*+\?=)"
    r"|\"(?P<quoted>[^\"\\]*+(?:\\.[^\"\\]*+)*+)(?:\"|\\?\Z)"
    r"|(?P<special>[<>(),;:])"
    r"|(?P<blank>\s++)"
    r"|(?P<atom>\\.?|(?:[^\s\"<>(),;:=\\]++|=(?!\?))++|=)",
    re.ASCII | re.DOTALL,
)
MAX_ADDRESS_CHARS = 320
"""A longer one is not put together of pieces (RFC 3696, section 3)."""
_BLANKS = " \t\r\n\v\f"
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def mailboxes(octets: str, max_mailboxes: int, fallback: str = "") -> list[Mailbox]:
    """The mailboxes of an address header, those of groups included, up to one over the limit.

    Where no address can be made out, what stands in angle brackets is taken for one, and an
    address hidden in an encoded word is looked for.
    """
    octets = octets.strip(" \t")
    usual = _USUAL.match(octets)
    if usual:
        quoted, bare, address, alone = usual.groups()
        name = quoted or bare or ""
        if octets.isascii() and octets.isprintable() and "=?" not in octets:
            return [Mailbox(" ".join(name.split()) if name else "", address or alone)]
        return [Mailbox(_name(name.strip(" \t"), fallback), _address(address or alone))]
    found = _Reading(max_mailboxes, fallback, ";" in octets).read(octets)
    if any("@" in mailbox.address and "<" not in mailbox.address for mailbox in found):
        found.sort(key=lambda mailbox: "@" not in mailbox.address)
        return found
    before, opened, after = octets.rpartition("<")
    if opened and "@" in after:
        name = _name(before.strip(' "\t'), fallback)
        address = _address(after.partition(">")[0])
        if address:
            return [Mailbox(name, address)]
    if "=?" in octets and "@" in (plain := decode_words(octets, fallback)):
        return mailboxes(plain.replace("=?", "=").encode().decode("latin-1"), max_mailboxes)
    return found


@dataclass(slots=True)
class _Reading:
    """The state of one pass: what was read of the current mailbox, and what is complete."""

    limit: int
    fallback: str
    has_groups: bool
    words: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: list[str] | None = None
    in_angle: bool = False
    in_group: bool = False
    comments_open: int = 0
    left_over: str = ""
    found: list[Mailbox] = field(default_factory=list)

    def read(self, octets: str) -> list[Mailbox]:
        for token in _TOKEN.finditer(octets):
            if len(self.found) > self.limit:
                return self.found
            if token.lastgroup == "special":
                self._special(token[0])
            elif self.comments_open:
                self.comment.append(token[0])
            elif self.in_angle and self.angle is not None:
                self.angle.append(token[0])
            else:
                self.words.append(token[0])
        self._complete("")
        return self.found

    def _special(self, token: str) -> None:
        if token == "(":
            self.comment.append(" (" if self.comments_open else " ")
            self.comments_open += 1
        elif self.comments_open:
            self.comments_open -= token == ")"
            if self.comments_open:
                self.comment.append(token)
        elif token == "<":
            self.angle, self.in_angle = [], True
        elif token == ">":
            self.in_angle = False
        elif token == ":":
            # The name of a group ends, or in angle brackets a route or a scheme.
            if self.in_angle and self.angle is not None:
                self.angle.clear()
            elif self.has_groups:
                self.words.clear()
                self.in_group = True
            else:  # of a group that never ends, or of a name that nobody quoted
                self.words.append(token)
        elif not (self.in_angle and self.angle and self.angle[0].startswith("@")):
            self._complete(token)
            self.in_group = self.in_group and token != ";"

    def _complete(self, separator: str) -> None:
        """Take what was read as a mailbox, unless it is the first half of an unquoted name."""
        if self.angle is not None:
            name = "".join(map(_unquoted, self.words)) or "".join(self.comment)
            if self.left_over:
                name = self.left_over + " " + name
            self._add(name, "".join(self.angle))
            self.left_over = ""
        else:
            if self.left_over:
                self._add_bare([self.left_over[:-1]], "")
            self.left_over = ""
            if ":" in self.words:
                del self.words[: len(self.words) - self.words[::-1].index(":")]
            words = _words(self.words)
            if (
                words
                and self._may_go_on(separator)
                and not self.comment
                and "@" not in "".join(words)
            ):
                self.left_over = " ".join(words) + separator
            elif words:
                self._add_bare(words, "".join(self.comment))
        self.words, self.comment, self.angle, self.in_angle = [], [], None, False

    def _may_go_on(self, separator: str) -> bool:
        """Whether a name may go on after this: a semicolon ends a group if there was one."""
        return separator == "," or (separator == ";" and not self.in_group)

    def _add_bare(self, words: list[str], comment: str) -> None:
        """A mailbox without angle brackets: a word with an @ is an address."""
        if len(words) == 1 and " " not in words[0]:
            self._add(comment, words[0])
            return
        addresses = [word for word in words if "@" in word]
        rest = " ".join(_unquoted(word) for word in words if "@" not in word)
        self._add(comment or rest, addresses[0] if addresses else "")
        for address in addresses[1:]:
            self._add("", address)

    def _add(self, name: str, address: str) -> None:
        checked = _address(address)
        name = name.strip(" \t") or ("" if checked else address)
        mailbox = Mailbox(_name(name, self.fallback), checked)
        if mailbox.name or mailbox.address:
            self.found.append(mailbox)


def _words(tokens: list[str]) -> list[str]:
    """What stands between blanks: a quoted local part belongs to the domain that follows it."""
    words = [""]
    for token in tokens:
        if token[0] in _BLANKS:
            words.append("")
        elif len(words) > 1 and not words[-1] and "@" in words[-2] and _goes_on(words[-2], token):
            words[-2:] = [words[-2] + token]
        else:
            words[-1] += token
    return [word for word in words if word]


def _goes_on(address: str, token: str) -> bool:
    """Whether a dot joins both, as in `jdoe@test . example` (RFC 5322, section 4.4)."""
    return len(address) <= MAX_ADDRESS_CHARS and (token[0] == "." or address[-1:] == ".")


def _unquoted(token: str) -> str:
    if token[0] != '"':
        return token
    token = token[1:].removesuffix('"')
    return _ESCAPED.sub(r"\1", token) if "\\" in token else token


def display_name(text: str) -> str:
    """A display name as readers of mail are shown it: single blanks, and no quotes around it."""
    text = " ".join(text.split())
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


def _name(name: str, fallback: str) -> str:
    return display_name(decode_words(name, fallback)) if name else ""


def _address(address: str) -> str:
    text = one_line(decode_octets(address.strip(" \t")))
    if '"' in text:
        return text
    # What has nothing before its @ or after it is none.
    return (
        "" if text.startswith("@") or text.endswith("@") or "@@" in text else text.replace(" ", "")
    )
