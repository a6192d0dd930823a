"""Who logs in: a public address, a private inbox, or an account with its mailboxes."""

import re
from dataclasses import dataclass, field
from typing import Any

from mayfly_client.bridge import limits
from mayfly_client.bridge.api.client import Client, path
from mayfly_client.bridge.boxes import Box, EmptyBox, HeldBox, PublicBox, instant
from mayfly_client.bridge.credentials import Credential
from mayfly_client.bridge.errors import Gone, LoginRefused, Refused

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_KEY = "mfk_"
_TOKEN_SECONDS = 3600  # the longest that a private inbox's token lives
_NOTHING = "this name and secret open nothing here"


@dataclass(frozen=True, slots=True)
class Login:
    """What a name and a secret have opened; the first box is the one that clients call INBOX.

    `credential` is None for a public address.
    """

    name: str
    boxes: tuple[Box, ...]
    credential: Credential | None = field(repr=False, default=None)
    mailbox: str = ""
    """Of an account, the one mailbox that was asked for; "" for all."""


async def log_in(client: Client, name: str, secret: str) -> Login:
    """Open what the name says; LoginRefused if that is nothing, or the secret is wrong.

    A secret that looks like a token is one. Anything opens a public address, as everybody may read
    it. An account's name may have a slash and the address of one of its mailboxes behind it.
    """
    if not 0 < len(name) <= limits.SECRET_CHARS or len(secret) > limits.SECRET_CHARS:
        raise LoginRefused(_NOTHING)
    account, _, mailbox = name.partition("/")
    if secret.startswith(_KEY):
        raise LoginRefused("API keys read no inboxes: use the password of the account")
    if not mailbox and (found := await _public(client, account, secret)):
        return found
    if _TOKEN.fullmatch(secret):
        return await _by_token(client, account, mailbox, secret)
    return await _by_password(client, account, mailbox, secret)


async def _public(client: Client, name: str, secret: str) -> Login | None:
    try:
        found = (await client.ask("GET", path("api", "emails", name))).document
    except (Gone, Refused):
        return None
    validity = int(instant(found["createdAt"]).timestamp())
    return Login(name, (PublicBox(client, found["email"], found["id"], validity, secret),))


async def _by_token(client: Client, name: str, mailbox: str, token: str) -> Login:
    if not mailbox:
        try:
            found = (await client.ask("GET", "/api/session", token=token)).document["mailbox"]
        except LoginRefused:
            pass  # it may be an account's
        else:
            credential = Credential(token, None, is_account=False)
            return _private(client, name, found, credential)
    user = (await client.ask("GET", "/api/users/me", token=token)).document
    _check(name, user["email"])
    return await _account(client, name, mailbox, Credential(token, None, is_account=True))


async def _by_password(client: Client, name: str, mailbox: str, secret: str) -> Login:
    async def inbox() -> str:
        sent = {"email": name, "password": secret, "token_ttl_seconds": _TOKEN_SECONDS}
        return str((await client.ask("POST", "/v1/inboxes:login", sent)).document["access_token"])

    async def account() -> str:
        sent = {"email": name, "password": secret}
        return str((await client.ask("POST", "/api/users/login", sent)).document["token"])

    kinds = [account] if mailbox else await _likely_first(client, name, inbox, account)
    for each in kinds:
        try:
            token = await each()
        except (LoginRefused, Refused):
            continue
        credential = Credential(token, each, is_account=each is account)
        if each is account:
            return await _account(client, name, mailbox, credential)
        found = (await client.ask("GET", "/api/session", token=token)).document["mailbox"]
        return _private(client, name, found, credential)
    raise LoginRefused(_NOTHING)


async def _likely_first(client: Client, name: str, inbox: Any, account: Any) -> list[Any]:
    """Inboxes are at the service's domains; an account's name is an address of elsewhere.

    Each wrong guess counts as a failed login.
    """
    listed = (await client.ask("GET", "/api/domains")).document["domains"]
    domain = name.rpartition("@")[2].lower()
    is_here = any(each["name"] == domain for each in listed)
    return [inbox, account] if is_here else [account, inbox]


def _private(client: Client, name: str, found: Any, credential: Credential) -> Login:
    _check(name, found["emailAddress"])
    box = _held(client, found, credential, has_folders=False)
    return Login(name, (box,), credential)


async def _account(client: Client, name: str, mailbox: str, credential: Credential) -> Login:
    listed = await credential.using(
        lambda token: client.ask("GET", "/api/user/mailbox", token=token)
    )
    boxes: list[Box] = [
        _held(client, each, credential, has_folders=True)
        for each in listed.document["mailboxes"]
        if not mailbox or each["emailAddress"] == mailbox.lower()
    ]
    if mailbox and not boxes:
        raise LoginRefused("the account has no such mailbox")
    return Login(name, tuple(boxes) or (EmptyBox(name, credential),), credential, mailbox)


def _held(client: Client, found: Any, credential: Credential, *, has_folders: bool) -> HeldBox:
    validity = int(instant(found["createdAt"]).timestamp())
    return HeldBox(
        client, found["emailAddress"], found["id"], validity, credential, has_folders=has_folders
    )


def _check(name: str, owner: str) -> None:
    if name.lower() != owner.lower():
        raise LoginRefused(_NOTHING)


async def still_open(client: Client, login: Login) -> Login:
    """The same login, with what it has now; LoginRefused or Gone if it opens nothing any more."""
    if login.credential is None:
        (box,) = login.boxes
        found = await _public(client, login.name, "")
        if found is None or found.boxes[0].id != box.id:
            raise Gone(_NOTHING)
        return login
    if login.credential.is_account:
        account = login.name.partition("/")[0]
        return await _account(client, account, login.mailbox, login.credential)
    await login.boxes[0].held()
    return login
