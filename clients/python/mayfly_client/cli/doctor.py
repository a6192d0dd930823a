"""`mayfly doctor`: the service as a client sees it; what is wrong, and what to do about it."""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import mayfly_client
from mayfly_client.bridge.api.client import socket_of
from mayfly_client.bridge.api.http import Http, Origin
from mayfly_client.bridge.errors import BridgeError
from mayfly_client.cli.context import Context
from mayfly_client.cli.printing import as_json, plain
from mayfly_client.cli.settings import LAPTOP
from mayfly_client.cli.watching import pong, trust
from mayfly_client.client import Mayfly
from mayfly_client.errors import ApiError, MayflyError, Unauthenticated, Unreachable, WaitTimeout
from mayfly_client.waits import CODE

GOOD, DOUBTFUL, WRONG = "ok", "look", "wrong"
_SAMPLE_SECONDS = 60.0
_SLOW_SECONDS = 15.0
_CLOCK_SECONDS = 30.0
_CERTIFICATE_DAYS = 14
_TLS_SECONDS = 10.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_VERSION = re.compile(r'^mayfly_info\{version="([^"]*)"\} 1$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is, and what to do if it is not as it should be."""

    what: str
    state: str
    says: str
    advice: str = ""


def doctor(context: Context) -> int:
    """Look at everything; 0 if nothing is wrong, else 1."""
    client = context.client()
    findings = []
    for each in _looks(context, client):
        findings.append(each)
        if not context.arguments.json:
            print(f"{each.state:<5} {each.what}: {plain(each.says)}", flush=True)
            if each.advice:
                print(f"      {plain(each.advice)}")
    if context.arguments.json:
        print(as_json({"url": client.url, "findings": findings}))
    return int(any(each.state == WRONG for each in findings))


def _looks(context: Context, client: Mayfly) -> Iterator[Finding]:
    """One after the other; what cannot be reached is not looked at further."""
    reached, time_there = _reached(client)
    yield reached
    yield _encrypted(client.url, trust(context))
    if reached.state == WRONG:
        return
    yield _clock(time_there)
    yield from _tried("version", lambda: _version(client))
    yield from _tried("state", lambda: _state(client))
    yield from _tried("WebSocket", lambda: _websocket(context, client))
    yield from _tried("credentials", lambda: _credentials(context, client))
    yield from _tried("mail", lambda: _mail(client))


def _tried(what: str, look: Callable[[], Finding | None]) -> Iterator[Finding]:
    try:
        found = look()
    except MayflyError as error:
        found = Finding(
            what, WRONG, str(error), "Ask whoever runs it; name the request, if it has one."
        )
    if found is not None:
        yield found


def _reached(client: Mayfly) -> tuple[Finding, float]:
    begun = time.time()
    try:
        there = client.service.health_ping().timestamp
    except Unreachable as error:
        advice = (
            "Start it with `mayfly serve` or `make run`, or say where it is: --url or MAYFLY_URL."
            if client.url == LAPTOP
            else "Look at the URL, at the network, and at whether a proxy is needed."
        )
        return Finding("service", WRONG, str(error), advice), 0.0
    except MayflyError as error:
        advice = "Is this the URL of a Mayfly, and all of it?"
        return Finding("service", WRONG, str(error), advice), 0.0
    took = time.time() - begun
    apart = there.timestamp() - (begun + took / 2)
    return Finding("service", GOOD, f"{client.url} answers in {took * 1000:.0f} ms"), apart


def _encrypted(url: str, context: ssl.SSLContext | None) -> Finding:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https":
        if host in _LOOPBACK:
            return Finding("TLS", GOOD, "not needed on this machine")
        return Finding("TLS", WRONG, "tokens go through the network in clear", "Use its https URL.")
    context = context or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), _TLS_SECONDS) as plain_socket,
            context.wrap_socket(plain_socket, server_hostname=host) as secured,
        ):
            found, version = secured.getpeercert() or {}, secured.version()
    except ssl.SSLCertVerificationError as error:
        advice = "A certificate of your own is trusted with --trust FILE or MAYFLY_TRUST."
        return Finding(
            "TLS", WRONG, f"the certificate is not trusted: {error.verify_message}", advice
        )
    except OSError as error:
        return Finding("TLS", WRONG, f"no handshake: {error}", "Is there TLS at that port?")
    left = (ssl.cert_time_to_seconds(str(found["notAfter"])) - time.time()) / 86_400
    says = f"{version}, certificate for {left:.0f} more days"
    if left < _CERTIFICATE_DAYS:
        return Finding("TLS", DOUBTFUL, says, "It ought to have been renewed.")
    return Finding("TLS", GOOD, says)


def _clock(apart: float) -> Finding:
    says = f"{abs(apart):.1f} seconds apart"
    if abs(apart) > _CLOCK_SECONDS:
        advice = "Set this machine's clock: times of filters and tokens are those of the service."
        return Finding("clocks", DOUBTFUL, says, advice)
    return Finding("clocks", GOOD, says)


def _version(client: Mayfly) -> Finding:
    found = _VERSION.search(client.service.metrics())
    there, ours = found[1] if found else "", mayfly_client.__version__
    if not there:
        return Finding(
            "version", DOUBTFUL, "the service does not say", "Is /metrics closed to you?"
        )
    says = f"service {there}, client {ours}"
    if there.split(".")[:2] != ours.split(".")[:2]:
        advice = "They may not know all of one another: install the client of that version."
        return Finding("version", DOUBTFUL, says, advice)
    return Finding("version", GOOD, says)


def _state(client: Mayfly) -> Finding:
    health = client.service.health()
    if health.restriction is not None:
        until = f"{health.restriction.until:%Y-%m-%d %H:%M} UTC"
        says = f"{health.restriction.kind} until {until}: the budget of the day is spent"
        return Finding("state", WRONG, says, "It ends by itself; its operator can end it before.")
    try:
        client.service.health_ready()
    except ApiError as error:
        says = f"not all that it needs answers: {error.message}"
        return Finding("state", WRONG, says, "Its operator's `make doctor` says more.")
    return Finding("state", GOOD, f"{health.status}, up for {health.uptime}")


def _websocket(context: Context, client: Mayfly) -> Finding:
    async def look() -> str:
        url = context.settings.socket
        if not url:
            http = Http(Origin.of(client.url), trust(context))
            try:
                url = await socket_of(http)
            finally:
                await http.close()
        if url:
            await pong(url, trust(context))
        return url

    try:
        url = asyncio.run(look())
    except (BridgeError, TimeoutError, ValueError) as error:
        says, advice = str(error) or "no answer", "Does a proxy pass WebSockets on?"
        return Finding("WebSocket", WRONG, says, advice)
    if not url:
        advice = "Name it by --socket or MAYFLY_SOCKET; without it, `watch` asks again and again."
        return Finding("WebSocket", DOUBTFUL, "nothing says where it is", advice)
    return Finding("WebSocket", GOOD, f"{url} answers")


def _credentials(context: Context, client: Mayfly) -> Finding | None:
    """Whether what is configured opens anything; None if there is nothing."""
    settings = context.settings
    looks: dict[str, Callable[[], object]] = {}
    if settings.token:
        looks["token"] = client.accounts.show_user
    if settings.api_key:
        looks["API key"] = client.sending.email_stats
    if settings.admin_key:
        looks["admin key"] = client.admin.list_domains
    if not looks:
        return None
    for name, look in looks.items():
        try:
            look()
        except Unauthenticated as error:
            advice = "Get another one, and remove it from the file or the environment."
            return Finding(
                "credentials", WRONG, f"the {name} opens nothing: {error.message}", advice
            )
    return Finding("credentials", GOOD, f"{', '.join(looks)} taken")


def _mail(client: Mayfly) -> Finding:
    begun = time.monotonic()
    try:
        with client.inbox() as inbox:
            inbox.send_sample()
            inbox.wait_for_code(timeout=_SAMPLE_SECONDS)
    except WaitTimeout as error:
        says = f"a sample message did not come: {error}"
        return Finding("mail", WRONG, says, "Mail is not received: its operator has to look.")
    took = time.monotonic() - begun
    says = f"a sample message came in {took:.1f} seconds, and its {CODE} was read"
    if took > _SLOW_SECONDS:
        return Finding("mail", DOUBTFUL, says, "That is slow: wait for longer than you did.")
    return Finding("mail", GOOD, says)
