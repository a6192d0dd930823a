"""Commands around the login: CAPABILITY, STARTTLS, LOGIN, AUTHENTICATE, LOGOUT and ID."""

import base64
import binascii
from typing import TYPE_CHECKING

from mayfly_client.bridge import limits
from mayfly_client.bridge.errors import LoginRefused
from mayfly_client.bridge.imap.answers import Bad, No
from mayfly_client.bridge.imap.scanner import Scanner

if TYPE_CHECKING:
    from mayfly_client.bridge.imap.session import ImapSession


async def capability(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.1.1."""
    scanner.end()
    await session.say(b"* CAPABILITY %b\r\n" % session.capabilities)
    return None


async def logout(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.1.3."""
    scanner.end()
    await session.leave()
    session.is_over = True
    await session.say(b"* BYE until next time\r\n")
    return None


async def identify(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 2971. What the client says of itself is nobody's business."""
    await session.say(b'* ID ("name" "Mayfly bridge")\r\n')
    return None


async def enable(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 5161: there is nothing to enable."""
    await session.say(b"* ENABLED\r\n")
    return None


async def start_tls(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.2.1; the answer goes out before the handshake."""
    scanner.end()
    context = session.tls.context
    if context is None or session.stream.is_secure:
        raise Bad("there is no STARTTLS")
    tag = scanner.text.partition(b" ")[0]
    await session.say(b"%b OK begin\r\n" % tag)
    await session.stream.secure(context())
    session.is_silent = True
    return None


async def login(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """RFC 3501 section 6.2.3."""
    scanner.space()
    name = scanner.astring()
    scanner.space()
    secret = scanner.astring()
    scanner.end()
    return await _log_in(session, name, secret)


async def authenticate(session: "ImapSession", scanner: Scanner) -> bytes | None:
    """PLAIN (RFC 4616), with or without a first answer (RFC 4959)."""
    scanner.space()
    if scanner.word() != b"PLAIN":
        raise No("only PLAIN is known", "CANNOT")
    if scanner.is_at_end:
        await session.say(b"+ \r\n")
        answer = await session.stream.line(limits.LOGIN_SECONDS)
    else:
        scanner.space()
        answer = scanner.text[scanner.at :]
    if answer == b"*":
        raise Bad("the login was given up")
    name, secret = plain(answer)
    return await _log_in(session, name, secret)


def plain(answer: bytes) -> tuple[bytes, bytes]:
    """Name and secret of SASL's PLAIN; Bad for what is none."""
    try:
        octets = base64.b64decode(answer, validate=True)
        _, name, secret = octets.split(b"\x00")
    except (binascii.Error, ValueError) as error:
        raise Bad("this is not as PLAIN has it") from error
    return name, secret


async def _log_in(session: "ImapSession", name: bytes, secret: bytes) -> bytes | None:
    if not session.tls.may_log_in(session.stream):
        raise No("secrets are taken within TLS only", "PRIVACYREQUIRED")
    try:
        words = name.decode(), secret.decode()
        session.opened = await session.hub.log_in(*words, session.stream.peer)
    except (LoginRefused, UnicodeDecodeError) as error:
        session.failed_logins += 1
        session.is_over = session.failed_logins >= limits.FAILED_LOGINS
        text = str(error) if isinstance(error, LoginRefused) else "names and secrets are UTF-8"
        raise No(text, "AUTHENTICATIONFAILED") from error
    session.stream.be_patient()
    return b"[CAPABILITY %b] welcome" % session.capabilities
