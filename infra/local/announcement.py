"""Where the laptop can be reached, and what it says about it when it starts."""

import json
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.error import HTTPError

from infra.local.apigateway.own_names import HOST, OwnNames
from infra.local.cloud import Cloud
from infra.local.command import command
from infra.local.configuration import Configuration
from infra.local.connections import Bounds
from infra.local.data.private_file import ADMIN_KEY
from infra.local.listeners import Listeners, port_of
from infra.local.profile import authority
from infra.local.s3.server import BucketDoor
from infra.local.s3.signatures import AccessKey

_SECONDS = 10
_REFUSALS = {
    "AUTHORIZATION_ERROR": "Public addresses are off (PUBLIC_INBOXES)",
    "PROOF_OF_WORK_REQUIRED": "Whoever makes an address solves a challenge first (PROOF_OF_WORK)",
    "RATE_LIMIT_EXCEEDED": "The limit or the day's budget of new inboxes is spent",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the laptop can be reached, and what admins send."""

    smtp_host: str
    smtp_port: int
    http: str
    websocket: str
    admin_key: str = field(repr=False)
    outbox: Path | None = None
    name_server: str = ""
    mail_clients: Mapping[str, str] = field(default_factory=dict)
    https: str = ""
    trust: Path | None = None

    @classmethod
    def of(
        cls,
        configuration: Configuration,
        listeners: Listeners,
        admin_key: str,
        sent: Path | None,
        name_server: str,
        trust: Path | None = None,
    ) -> Self:
        """Those of these listeners."""
        return cls(
            configuration.laptop.smtp_server_host,
            port_of(listeners.smtp),
            f"http://{HOST}:{port_of(listeners.http)}",
            f"ws://{HOST}:{port_of(listeners.websocket)}",
            admin_key,
            sent,
            name_server,
            {
                each.kind: f"{configuration.laptop.imap_host}:{each.port}"
                for each in listeners.mail_clients
            },
            f"https://{HOST}:{port_of(listeners.https)}" if listeners.https else "",
            trust,
        )


def own_names(configuration: Configuration, listeners: Listeners) -> OwnNames:
    """The names that requests may be for; pages of others may ask if a setting says so."""
    port, functions = port_of(listeners.http), configuration.functions
    chosen = map(authority, (functions.page_url, functions.socket_url))
    return OwnNames(
        functions.domains,
        (*configuration.laptop.allowed_hosts, *filter(None, chosen)),
        functions.cors_origin or (functions.page_url.lower() or f"http://{HOST}:{port}",),
        port,
        port_of(listeners.https) if listeners.https else None,
    )


def _with_files(names: OwnNames, configuration: Configuration) -> OwnNames:
    """Who asks for files may name the place where they are, too."""
    added = authority(configuration.laptop.files_url)
    return replace(names, allowed_hosts=(*names.allowed_hosts, added)) if added else names


def bucket_door(
    configuration: Configuration, listeners: Listeners, cloud: Cloud, access_key: AccessKey
) -> BucketDoor:
    """The way to what was signed with this key."""
    settings, s3 = configuration.functions, cloud.client("s3")
    return BucketDoor(
        settings.mail_bucket,
        access_key,
        cloud.object_answer,
        lambda key, content: s3.put_object(Bucket=settings.mail_bucket, Key=key, Body=content),
        settings.max_attachment_size,
        lambda: datetime.now(UTC),
        _with_files(own_names(configuration, listeners), configuration),
        Bounds(share=configuration.laptop.peer_share),
    )


def announcement(addresses: Addresses, configuration: Configuration) -> str:
    """The whole text. Makes an inbox, if everybody may; not on a server, whose log others read."""
    lines = [*_places(addresses, configuration), ""]
    if not configuration.is_server:
        lines += [*_first_steps(addresses), ""]
    return "\n".join(lines)


def _places(addresses: Addresses, configuration: Configuration) -> Iterator[str]:
    kept = (
        f"kept in {configuration.data}" if configuration.data else "in memory; set DATA to keep it"
    )
    laptop, functions = configuration.laptop, configuration.functions
    yield "Mayfly is running." if configuration.is_server else "Mayfly is running. Ctrl-C ends it."
    yield ""
    if functions.page_url:
        yield f"  open at    {functions.page_url}/"
    yield f"  page       {addresses.http}/"
    yield f"  mail       {addresses.smtp_host}:{addresses.smtp_port} (SMTP)"
    yield f"  domains    {', '.join(functions.domains)}"
    yield f"  API        {addresses.http}/api (described at {addresses.http}/docs)"
    if addresses.https:
        trust = f" (trust {addresses.trust}: see docs/laptop.md)" if addresses.trust else ""
        yield f"  HTTPS      {addresses.https}{trust}"
    yield f"  WebSocket  {addresses.websocket}"
    for kind, place in addresses.mail_clients.items():
        yield f"  {kind:<10} {place}"
    if addresses.name_server:
        zone_file = laptop.zone_file
        yield f"  DNS        {addresses.name_server} (answers from {zone_file}: see docs/laptop.md)"
    yield f"  data       {kept}"
    if addresses.outbox is not None:
        yield f"  sent mail  {addresses.outbox} (it goes nowhere else)"
    yield f"  admin key  {_admin_key(addresses, configuration)}"


def _admin_key(addresses: Addresses, configuration: Configuration) -> str:
    if not configuration.is_server or configuration.data is None:
        return addresses.admin_key
    if configuration.laptop.admin_key:
        return "as ADMIN_KEY has it"
    return f"in {configuration.data / ADMIN_KEY}, for its owner only"


def _first_steps(addresses: Addresses) -> Iterator[str]:
    address, refusal = _first_address(addresses)
    if refusal:
        yield f"  {refusal}: there is no address to try."
        return
    server = f"{addresses.smtp_host}:{addresses.smtp_port}"
    yield f"An address to try: {address}"
    yield ""
    option = "" if addresses.smtp_port == 2525 else f" --port {addresses.smtp_port}"
    yield f"  {command()} send {address}{option}"
    yield f"  swaks --server {server} --to {address}"
    yield (
        f"  curl smtp://{server} --mail-from you@example.org --mail-rcpt {address}"
        " --upload-file mail.eml"
    )
    yield f"  curl {addresses.http}/api/emails/{address}/messages"


def _first_address(addresses: Addresses) -> tuple[str, str]:
    """An address, or why there is none."""
    request = urllib.request.Request(f"{addresses.http}/api/emails", method="POST")
    # Not through a proxy of whoever starts it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_SECONDS) as response:
            return str(json.load(response)["email"]), ""
    except HTTPError as error:
        with error:
            code = json.load(error)["error"]["code"]
        if code not in _REFUSALS:
            raise
        return "", _REFUSALS[code]
