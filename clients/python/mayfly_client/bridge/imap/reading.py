"""Read one command with its literals, bounded before anything is done with it."""

import re
from dataclasses import dataclass

from mayfly_client.bridge import limits
from mayfly_client.bridge.imap.scanner import Malformed, Scanner
from mayfly_client.bridge.stream import LineTooLong, Stream

_LITERAL = re.compile(rb"\{(\d{1,10})(\+?)\}\Z")
_TAG = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\+]{1,64}")
_APPEND = re.compile(rb"\S+ +APPEND ", re.IGNORECASE)
_WORD = re.compile(rb"[A-Za-z]{1,32}")


class TooLarge(Exception):
    """The command is too large, or cannot be read at all; `tag` is whose answer that is."""

    def __init__(self, tag: bytes, text: str) -> None:
        super().__init__(text)
        self.tag = tag


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `name` is in upper case, with its second word after UID."""

    tag: bytes
    name: str
    scanner: Scanner


async def read_command(stream: Stream, *, is_known: bool) -> Command:
    """The next command; `is_known` once somebody has logged in."""
    seconds = limits.IDLE_SECONDS if is_known else limits.LOGIN_SECONDS
    text = last = await stream.line(seconds)
    tag = _TAG.match(text)
    name = tag[0] if tag else b"*"
    most = limits.LITERAL_BYTES if is_known else limits.LOGIN_BYTES
    room = most
    while found := _LITERAL.search(last):  # what a literal itself ends with announces none
        size, is_coming = int(found[1]), bool(found[2])
        if not is_coming and _APPEND.match(text):
            break  # it is refused: the message need not come
        if is_coming and size > limits.UNASKED_LITERAL_BYTES:
            raise LineTooLong  # what follows cannot be told from commands
        if size > room:
            if is_coming:
                raise LineTooLong
            raise TooLarge(name, f"a command may have {most} bytes of literals")
        room -= size
        if not is_coming:
            await stream.send(b"+ go on\r\n")
        octets, last = await stream.octets(size, seconds), await stream.line(seconds)
        text += b"\r\n" + octets + last
        if len(text) > limits.LINE_BYTES + most:
            raise LineTooLong
    return _command(text, name)


def _command(text: bytes, tag: bytes) -> Command:
    scanner = Scanner(text)
    try:
        scanner.expect(tag)
        scanner.space()
        name = _name(scanner)
        if name == "UID":
            scanner.space()
            name = f"UID {_name(scanner)}"
    except Malformed as error:
        raise TooLarge(tag, "this is no command") from error
    return Command(tag, name, scanner)


def _name(scanner: Scanner) -> str:
    found = _WORD.match(scanner.text, scanner.at)
    if found is None:
        raise Malformed("a command is expected")
    scanner.at = found.end()
    return found[0].decode().upper()
