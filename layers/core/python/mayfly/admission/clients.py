"""Decide which client a request is counted for (docs/decisions/0027)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from mayfly.assembly import Assembly
from mayfly.errors import MayflyError, Unauthenticated
from mayfly.kit.http.cookies import SESSION_TOKEN, TOKEN
from mayfly.kit.http.log import logger
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import ADMIN, CONFIRM, CREATE, LOGIN, UNLOCK
from mayfly.kit.log import aws_code
from mayfly.page.edge import HOST_HEADER, SECRET_HEADER, VIEWER_HEADER
from mayfly.rate_limits.models import Client

FOR_ADDRESSES = frozenset({CREATE, LOGIN, UNLOCK, ADMIN})
"""Groups counted for the address whatever token comes along.

Anybody can do these without a token, and gets tokens by them: counted for the token, each new
inbox would bring the right to make five more.
"""
ADMINS = Client("admin", "key")
"""The holder of the admin key: strangers at the same address do not use up its limit."""


WITH_KEYS = "/api/v1/"
"""What API keys open begins so; elsewhere nothing looks at them."""


class Audience(NamedTuple):
    """A kind of token: the cookie that may carry it, and which client it names until when."""

    kind: str
    cookie: str
    holder: Callable[[Assembly, str], tuple[str, datetime]]


def _account(flows: Assembly, token: str) -> tuple[str, datetime]:
    grant = flows.accounts.tokens.read(token)
    return str(grant.account), grant.expires_at


def _inbox(flows: Assembly, token: str) -> tuple[str, datetime]:
    grant = flows.private_inboxes.tokens.read(token)
    return str(grant.inbox), grant.expires_at


AUDIENCES = (
    Audience("account", TOKEN, _account),
    Audience("inbox", SESSION_TOKEN, _inbox),
)


def client_of(request: Request, flows: Assembly, group: str) -> Client:
    """The holder of a token that we signed or of an API key, else the address API Gateway saw.

    Nothing is looked up but the signing keys and the API key: whether a token was revoked is not
    known here. All keys of an account count as the account. Where a session has to confirm the
    password, it is the session: neither strangers nor another session keep it from that.
    """
    if (
        group == ADMIN
        and request.admin_key
        and flows.admin.authenticator.opens_to(request.admin_key)
    ):
        return ADMINS
    if group == CONFIRM:
        return _session(request, flows) or Client.at(request.client)
    if group not in FOR_ADDRESSES:
        if request.api_key and request.resource.startswith(WITH_KEYS):
            try:
                return Client(
                    "account", str(flows.api_keys.authenticator.holder(request.api_key).account)
                )
            except MayflyError:
                return Client.at(request.client)
        for audience in AUDIENCES:
            for token in _tokens(request, audience.cookie):
                try:
                    name, ends_at = audience.holder(flows, token)
                except MayflyError:
                    continue  # forged, for another audience, or no key to check it with
                if ends_at > flows.now():
                    return Client(audience.kind, name)
    return Client.at(request.client)


def _session(request: Request, flows: Assembly) -> Client | None:
    for token in _tokens(request, TOKEN):
        try:
            grant = flows.accounts.tokens.read(token)
        except MayflyError:
            continue
        if grant.expires_at > flows.now():
            return Client("session", grant.session)
    return None


def _tokens(request: Request, cookie: str) -> list[str]:
    try:
        sent = request.token
    except Unauthenticated:
        sent = ""
    # A JWT has two dots (RFC 7515 section 3.1): the tokens of public addresses, which have none,
    # need not load what reads JWTs.
    return [each for each in (sent, *request.cookies(cookie)) if each.count(".") == 2]


def as_viewed(request: Request, flows: Assembly) -> Request:
    """The request with the caller's address, and the name that the caller asked for.

    As it is, if CloudFront's secret did not come along, or cannot be looked up: then it counts for
    the address that API Gateway saw.
    """
    sent = request.headers.get(SECRET_HEADER.lower(), "")
    host = request.headers.get(HOST_HEADER.lower(), "")
    viewer = request.headers.get(VIEWER_HEADER.lower(), "")
    try:
        if sent and host and viewer and flows.page.edge.matches(sent):
            return replace(request, client=viewer, base_url=f"https://{host}")
    except Exception as error:
        logger.warning("Not viewed", error=type(error).__name__, reason=aws_code(error))
    return request
