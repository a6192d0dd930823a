"""Commands on messages: FETCH, STORE, SEARCH, EXPUNGE and MOVE, by place and by UID."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from mayfly_client.bridge import limits
from mayfly_client.bridge.errors import BridgeError, Gone
from mayfly_client.bridge.imap.answers import Bad, No
from mayfly_client.bridge.imap.fetching import described
from mayfly_client.bridge.imap.folders import named
from mayfly_client.bridge.imap.items import Item, fetch_items
from mayfly_client.bridge.imap.read_ahead import read_ahead
from mayfly_client.bridge.imap.scanner import Malformed, Scanner
from mayfly_client.bridge.imap.search import BadCharset, Candidate, Ends, NeedsMessage, search_key
from mayfly_client.bridge.imap.view import DELETED, SEEN, View, shown
from mayfly_client.bridge.imap.writing import number_set
from mayfly_client.bridge.stream import Octets

if TYPE_CHECKING:
    from mayfly_client.bridge.imap.session import ImapSession

_TOGETHER = 1000  # pieces of answers that are sent at once
_IN_A_TURN = 500  # messages that are judged before others have their turn
_SEARCHED_IN_PLACE = 64 * limits.KIB  # what is larger keeps nobody waiting


def _view(session: "ImapSession", *, to_write: bool = False) -> View:
    if session.view is None:
        raise Bad("select a mailbox first")
    if session.view.inbox.failure is not None:
        raise session.view.inbox.failure
    if to_write and session.view.read_only:
        raise No("the mailbox is open for reading only")
    return session.view


async def fetch(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.4.5."""
    return await _fetch(session, scanner, by_uid=False)


async def uid_fetch(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """The same, by UID."""
    return await _fetch(session, scanner, by_uid=True)


async def _fetch(session: "ImapSession", scanner: Scanner, *, by_uid: bool) -> bytes | None:
    view = _view(session)
    scanner.space()
    wanted = scanner.number_set()
    scanner.space()
    items = fetch_items(scanner)
    scanner.end()
    numbers = view.chosen(wanted, by_uid=by_uid)
    if by_uid and not any(each.name == "UID" for each in items):
        items = [Item("UID"), *items]
    if not view.read_only and any(each.marks_read for each in items):
        newly = [each for each in numbers if SEEN not in view.flags(each)]
        with suppress(BridgeError):  # to read them matters more
            await view.inbox.mark(newly, True)
    missing = await _answer_fetch(session, view, numbers, items)
    if missing:
        raise No("some of the messages are not there any more", "EXPUNGEISSUED")
    return None


async def _answer_fetch(
    session: "ImapSession", view: View, numbers: list[int], items: list[Item]
) -> bool:
    """Send them; whether any is gone."""
    missing = False
    needs_raw = any(each.needs_raw for each in items)
    tells_flags = any(each.name == "FLAGS" for each in items)
    told: list[Octets] = []
    async for line, message in read_ahead(view, numbers, needs_raw=needs_raw):
        if line is None:
            missing = True
            continue
        flags = view.flags(line.number)
        is_news = not tells_flags and view.is_news(line.number)
        found = described(
            [*items, Item("FLAGS")] if is_news else items,
            line.number,
            flags=shown(flags),
            size=line.size,
            received_at=line.received_at,
            message=message,
        )
        if is_news or tells_flags:
            view.note([line.number])
        told += [b"* %d FETCH " % view.place(line.number), *found, b"\r\n"]
        if needs_raw or len(told) > _TOGETHER:
            await session.say(*told)
            told = []
    await session.say(*told)
    return missing


async def store(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.4.6."""
    return await _store(session, scanner, by_uid=False)


async def uid_store(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """The same, by UID."""
    return await _store(session, scanner, by_uid=True)


async def _store(session: "ImapSession", scanner: Scanner, *, by_uid: bool) -> bytes | None:
    view = _view(session, to_write=True)
    scanner.space()
    wanted = scanner.number_set()
    scanner.space()
    sign = b"+" if scanner.skip(b"+") else b"-" if scanner.skip(b"-") else b""
    word = scanner.word()
    is_silent = word == b"FLAGS.SILENT"
    if word != b"FLAGS" and not is_silent:
        raise Malformed("FLAGS is expected")
    scanner.space()
    flags = _flags(scanner)
    numbers = view.chosen(wanted, by_uid=by_uid)
    for flag in (SEEN, DELETED):
        is_named = flag.lower() in flags
        if is_named or not sign:
            await _set(view, numbers, flag, is_named and sign != b"-")
    if not is_silent:
        told = [each for each in numbers if view.line(each) is not None]
        await session.say(*(_flag_line(view, each) for each in told))
    view.note(numbers)
    return None


def _flags(scanner: Scanner) -> set[bytes]:
    if scanner.sees(b"("):
        found = scanner.listed(scanner.flag)
    else:
        found = [scanner.flag()]
        while not scanner.is_at_end:
            scanner.space()
            found.append(scanner.flag())
    scanner.end()
    return {each.lower() for each in found}


async def _set(view: View, numbers: list[int], flag: bytes, value: bool) -> None:
    if flag == SEEN:
        await view.inbox.mark(numbers, value)
    else:
        view.inbox.flag(numbers, value)


def _flag_line(view: View, number: int) -> bytes:
    flags = shown(view.flags(number))
    return b"* %d FETCH (UID %d FLAGS %b)\r\n" % (view.place(number), number, flags)


async def search(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.4.4."""
    return await _search(session, scanner, by_uid=False)


async def uid_search(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """The same, answering UIDs."""
    return await _search(session, scanner, by_uid=True)


async def _search(session: "ImapSession", scanner: Scanner, *, by_uid: bool) -> bytes | None:
    view = _view(session)
    scanner.space()
    numbers = view.numbers
    ends = Ends(len(numbers), numbers[-1] if numbers else 0)
    try:
        key = search_key(scanner, ends)
    except BadCharset as error:
        raise No("the charset must be UTF-8", "BADCHARSET (UTF-8 US-ASCII)") from error
    fits, unread = [], []
    for place, number in enumerate(numbers, 1):
        if place % _IN_A_TURN == 0:
            await asyncio.sleep(0)  # others have their turn
        line = view.line(number)
        if line is None:
            continue
        try:
            if key(Candidate(place, line, view.flags(number))):
                fits.append(number)
        except NeedsMessage:
            unread.append(number)
    async for line, message in read_ahead(view, unread, needs_raw=True):
        if line is not None:
            number = line.number
            found_one = Candidate(view.place(number), line, view.flags(number), message)
            is_small = line.size <= _SEARCHED_IN_PLACE
            if key(found_one) if is_small else await asyncio.to_thread(key, found_one):
                fits.append(number)
    found = sorted(fits) if by_uid else map(view.place, sorted(fits))
    await session.say(b"* SEARCH%b\r\n" % b"".join(b" %d" % each for each in found))
    return None


async def expunge(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.4.3."""
    scanner.end()
    _view(session, to_write=True)
    await expunge_quietly(session)
    return None


async def uid_expunge(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 4315 section 2.1: only those of the set."""
    view = _view(session, to_write=True)
    scanner.space()
    wanted = scanner.number_set()
    scanner.end()
    numbers = view.chosen(wanted, by_uid=True)
    await view.inbox.delete(each for each in numbers if DELETED in view.flags(each))
    return None


async def expunge_quietly(session: "ImapSession") -> None:
    """Delete what is flagged so."""
    view = _view(session)
    if not view.read_only:
        await view.inbox.delete(each for each in view.numbers if DELETED in view.flags(each))


async def move(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 6851."""
    return await _move(session, scanner, by_uid=False)


async def uid_move(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """The same, by UID."""
    return await _move(session, scanner, by_uid=True)


async def _move(session: "ImapSession", scanner: Scanner, *, by_uid: bool) -> bytes | None:
    view = _view(session, to_write=True)
    scanner.space()
    wanted = scanner.number_set()
    scanner.space()
    name = scanner.astring()
    scanner.end()
    folder = named(session.opened.login, name) if session.opened else None
    if folder is None:
        raise No("there is no such folder", "TRYCREATE")
    if folder.box.id != view.inbox.box.id:
        raise No("a message stays in the inbox that it came to", "CANNOT")
    try:
        moved = await view.inbox.move(view.chosen(wanted, by_uid=by_uid), folder.folder)
    except Gone as error:
        raise No(str(error), "NONEXISTENT") from error
    if moved and folder.folder != view.folder:
        told = number_set(moved)
        await session.say(b"* OK [COPYUID %d %b %b] moved\r\n" % (view.validity, told, told))
    return None
