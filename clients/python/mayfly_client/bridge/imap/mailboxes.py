"""Commands on folders: LIST, STATUS, SELECT, IDLE and their like."""

import asyncio
from typing import TYPE_CHECKING, Any

from mayfly_client.bridge import limits
from mayfly_client.bridge.errors import BridgeError
from mayfly_client.bridge.hub import Session as Opened
from mayfly_client.bridge.imap.answers import Bad, No, refusal
from mayfly_client.bridge.imap.folders import DELIMITER, Folder, matching, named
from mayfly_client.bridge.imap.messages import expunge_quietly
from mayfly_client.bridge.imap.scanner import Malformed, Scanner
from mayfly_client.bridge.imap.view import DELETED, SEEN, View
from mayfly_client.bridge.imap.writing import group, string

if TYPE_CHECKING:
    from mayfly_client.bridge.imap.session import ImapSession

_COUNTS = frozenset({b"MESSAGES", b"RECENT", b"UIDNEXT", b"UIDVALIDITY", b"UNSEEN"})
_KEPT = group([DELETED, SEEN])


def _opened(session: "ImapSession") -> Opened:
    if session.opened is None:
        raise Bad("log in first")
    return session.opened


async def noop(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.1.2: a look at what is new."""
    scanner.end()
    if session.view is not None:
        await session.view.inbox.look()
    return None


async def namespace(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 2342: one, of one's own."""
    scanner.end()
    await session.say(b'* NAMESPACE (("" "/")) NIL NIL\r\n')
    return None


async def list_all(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.3.8; the options of RFC 5258 that ask for what is told anyway."""
    opened = _opened(session)
    scanner.space()
    only = b""
    if scanner.sees(b"("):
        only = b" ".join(scanner.listed(scanner.word))
        scanner.space()
    reference = scanner.astring()
    scanner.space()
    if scanner.sees(b"("):
        patterns = scanner.listed(scanner.list_mailbox)
    else:
        patterns = [scanner.list_mailbox()]
    if not scanner.is_at_end:
        scanner.space()
        if scanner.word() != b"RETURN":
            raise Malformed("RETURN is expected")
        scanner.space()
        scanner.listed(scanner.word)
    scanner.end()
    _check_patterns([reference, *patterns])
    if patterns == [b""]:
        await session.say(b'* LIST (\\Noselect) "%b" ""\r\n' % DELIMITER)
        return None
    await opened.renew()
    for pattern in patterns:
        for each in matching(opened.login, reference, pattern):
            if each.use or b"SPECIAL-USE" not in only:
                await session.say(each.line(b"LIST"))
    return None


def _check_patterns(patterns: list[bytes]) -> None:
    """Reference and patterns."""
    if len(patterns) > limits.LIST_PATTERNS + 1:
        raise Malformed(f"a LIST may have {limits.LIST_PATTERNS} patterns")
    if sum(each.count(b"*") + each.count(b"%") for each in patterns) > limits.WILDCARDS:
        raise Malformed(f"a LIST may have {limits.WILDCARDS} wildcards")


async def list_subscribed(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.3.9: all folders are."""
    scanner.space()
    reference = scanner.astring()
    scanner.space()
    pattern = scanner.list_mailbox()
    scanner.end()
    _check_patterns([reference, pattern])
    for each in matching(_opened(session).login, reference, pattern):
        await session.say(each.line(b"LSUB"))
    return None


async def subscribe(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.3.6: all folders are already."""
    _folder(session, scanner)
    return None


def _folder(session: "ImapSession", scanner: Scanner) -> Folder:
    scanner.space()
    found = named(_opened(session).login, scanner.astring())
    if found is None:
        raise No("there is no such folder", "NONEXISTENT")
    return found


async def status(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.3.10."""
    folder = _folder(session, scanner)
    scanner.space()
    wanted = scanner.listed(scanner.word)
    scanner.end()
    if not {*wanted} <= _COUNTS:
        raise Malformed("there is no such count")
    inbox = _opened(session).inbox(folder.box)
    await inbox.look()
    view = View(inbox, folder.folder, read_only=True)
    unseen = sum(SEEN not in view.flags(each) for each in view.numbers)
    counts = {
        b"MESSAGES": len(view.numbers),
        b"RECENT": view.recent,
        b"UIDNEXT": view.next_number,
        b"UIDVALIDITY": view.validity,
        b"UNSEEN": unseen,
    }
    told = group(b"%b %d" % (each, counts[each]) for each in wanted)
    await session.say(b"* STATUS %b %b\r\n" % (string(folder.name), told))
    return None


async def select(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.3.1."""
    return await _select(session, scanner, read_only=False)


async def examine(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.3.2."""
    return await _select(session, scanner, read_only=True)


async def _select(session: "ImapSession", scanner: Scanner, *, read_only: bool) -> bytes | None:
    await session.leave()  # the old one is left even if the new one cannot be selected
    folder = _folder(session, scanner)
    scanner.end()
    opened = _opened(session)
    inbox = opened.inbox(folder.box)
    await inbox.open()
    view = View(inbox, folder.folder, read_only=read_only)
    await session.say(
        b"* FLAGS %b\r\n" % _KEPT,
        b"* %d EXISTS\r\n" % len(view.numbers),
        b"* %d RECENT\r\n" % view.recent,
        *_first_unseen(view),
        b"* OK [PERMANENTFLAGS %b] kept\r\n" % (b"()" if read_only else _KEPT),
        b"* OK [UIDVALIDITY %d] since the inbox was made\r\n" % view.validity,
        b"* OK [UIDNEXT %d] at least\r\n" % view.next_number,
    )
    await session.watching.enter_async_context(opened.watching(inbox))
    session.view = view
    return b"[READ-ONLY] selected" if read_only else b"[READ-WRITE] selected"


def _first_unseen(view: View) -> list[bytes]:
    place = view.first_unseen
    return [] if place is None else [b"* OK [UNSEEN %d] is the first\r\n" % place]


async def close(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.4.2: what is flagged as deleted goes, and nobody is told."""
    scanner.end()
    try:
        await expunge_quietly(session)
    except BridgeError as error:
        return b"closed; nothing was deleted: %b" % str(refusal(error)).encode("ascii", "replace")
    finally:
        await session.leave()
    return None


async def unselect(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3691."""
    scanner.end()
    await session.leave()
    return None


async def idle(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 2177: what changes is told at once, until the client has had enough."""
    scanner.end()
    await session.say(b"+ idling\r\n")
    done = asyncio.ensure_future(session.stream.line(limits.IDLE_SECONDS))
    try:
        if session.view is None:
            await done
        else:
            await _tell_until(session, session.view, done)
        if done.result().upper() != b"DONE":
            raise Bad("DONE is expected")
    finally:
        done.cancel()
    return None


async def _tell_until(session: "ImapSession", view: View, done: "asyncio.Future[bytes]") -> None:
    with view.inbox.watched() as changed:
        while not done.done():
            await session.say(*view.changes(may_expunge=True))
            if view.inbox.failure is not None:
                session.is_over = True
                refused = refusal(view.inbox.failure)
                await session.say(b"* BYE %b\r\n" % str(refused).encode("ascii", "replace"))
                raise refused
            if not await _either(done, changed):
                await session.say(b"* OK still here\r\n")
            changed.clear()


async def _either(done: "asyncio.Future[bytes]", changed: asyncio.Event) -> bool:
    """Whether one of them comes before it is time for a sign of life."""
    waiting = asyncio.ensure_future(changed.wait())
    both: set[asyncio.Future[Any]] = {done, waiting}
    try:
        come, _ = await asyncio.wait(
            both, timeout=limits.WORD_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        waiting.cancel()
    return bool(come)
