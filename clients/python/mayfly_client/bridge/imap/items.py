"""The items of FETCH (RFC 3501 section 6.4.5)."""

from dataclasses import dataclass

from mayfly_client.bridge import limits
from mayfly_client.bridge.imap.scanner import Malformed, Scanner

_ALL = ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE")
MACROS = {"ALL": _ALL, "FAST": _ALL[:3], "FULL": (*_ALL, "BODY")}
_PLAIN = frozenset({"FLAGS", "INTERNALDATE", "RFC822.SIZE", "UID", "ENVELOPE", "BODYSTRUCTURE"})
_OLD = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}
_TEXTS = frozenset({"HEADER", "TEXT", "MIME"})
_FIELDS = ("HEADER.FIELDS", "HEADER.FIELDS.NOT")
_LISTED = frozenset({"FLAGS", "INTERNALDATE", "RFC822.SIZE", "UID"})


@dataclass(frozen=True, slots=True)
class Section:
    """A part, and what of it: all, HEADER, TEXT, MIME, or only some of the header's fields."""

    numbers: tuple[int, ...] = ()
    text: str = ""
    names: tuple[bytes, ...] = ()

    @property
    def written(self) -> bytes:
        """As the answer names it."""
        words = [*map(str, self.numbers), *([self.text] if self.text else [])]
        written = ".".join(words).encode()
        return written + (b" (%b)" % b" ".join(map(_quoted, self.names)) if self.names else b"")


def _quoted(name: bytes) -> bytes:
    is_atom = name and all(0x20 < each < 0x7F and each not in b'(){%*"\\]' for each in name)
    return name if is_atom else b'"%b"' % name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `name` is the answer's; `section` is there for bytes of the message."""

    name: str
    section: Section | None = None
    partial: tuple[int, int] | None = None
    marks_read: bool = False

    @property
    def needs_raw(self) -> bool:
        """Whether the message has to be read for it."""
        return self.name not in _LISTED


def fetch_items(scanner: Scanner) -> list[Item]:
    """The items of one FETCH, macros put into words."""
    if scanner.sees(b"("):
        found = scanner.listed(lambda: _item(scanner))
    else:
        before = scanner.at
        word = scanner.word().decode("ascii")
        if word in MACROS:
            return [Item(each) for each in MACROS[word]]
        scanner.at = before
        found = [_item(scanner)]
    if not 0 < len(found) <= limits.FETCH_ITEMS:
        raise Malformed(f"a FETCH may have {limits.FETCH_ITEMS} items")
    return found


def _item(scanner: Scanner) -> Item:
    start = scanner.at
    while not scanner.is_at_end and scanner.text[scanner.at] not in b" ()[<":
        scanner.at += 1
    name = scanner.text[start : scanner.at].decode("latin-1").upper()
    if name in ("BODY", "BODY.PEEK") and scanner.skip(b"["):
        section = _section(scanner)
        return Item("BODY", section, _partial(scanner), marks_read=name == "BODY")
    if name in _PLAIN or name == "BODY":
        return Item(name)
    if name in _OLD:
        return Item(name, Section(text=_OLD[name]), marks_read=name != "RFC822.HEADER")
    raise Malformed(f"there is no item {name[:20]!r}")


def _section(scanner: Scanner) -> Section:
    numbers: list[int] = []
    while not scanner.sees(b"]") and scanner.text[scanner.at : scanner.at + 1].isdigit():
        numbers.append(scanner.number())
        if not numbers[-1] or len(numbers) > limits.DEPTH:
            raise Malformed("there is no such part")
        if not scanner.skip(b"."):
            break
    text = "" if scanner.sees(b"]") else scanner.word().decode("ascii")
    names: tuple[bytes, ...] = ()
    if text in _FIELDS:
        scanner.space()
        names = tuple(each.upper() for each in scanner.listed(scanner.astring))
        if not names:
            raise Malformed("a field is expected")
    elif text and (text not in _TEXTS or (text == "MIME" and not numbers)):
        raise Malformed("there is no such section")
    scanner.expect(b"]")
    return Section(tuple(numbers), text, names)


def _partial(scanner: Scanner) -> tuple[int, int] | None:
    if not scanner.skip(b"<"):
        return None
    start = scanner.number()
    scanner.expect(b".")
    size = scanner.number()
    scanner.expect(b">")
    if not size:
        raise Malformed("a part of nothing")
    return start, size
