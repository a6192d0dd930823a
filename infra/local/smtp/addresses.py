"""Where the laptop can be reached: what it tells of it, and what it takes as meant for it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from infra.local.apigateway.own_names import HOST, OwnNames
from infra.local.configuration import Configuration
from infra.local.listeners import Listeners, port_of
from infra.local.moto.server import Cloud, client
from infra.local.s3.server import BucketDoor
from infra.local.s3.signatures import AccessKey
from infra.local.smtp.connections import Bounds


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

    @classmethod
    def of(
        cls,
        configuration: Configuration,
        listeners: Listeners,
        admin_key: str,
        sent: Path | None,
        name_server: str,
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
        )


def own_names(configuration: Configuration, listeners: Listeners) -> OwnNames:
    """The names that requests may be for; pages of others may ask if a setting says so."""
    port = port_of(listeners.http)
    return OwnNames(
        configuration.functions.domains,
        configuration.laptop.allowed_hosts,
        configuration.functions.cors_origin or (f"http://{HOST}:{port}",),
        port,
    )


def bucket_door(
    configuration: Configuration, listeners: Listeners, cloud: Cloud, access_key: AccessKey
) -> BucketDoor:
    """The way to what was signed with this key."""
    settings, s3 = configuration.functions, client("s3", cloud.endpoint)
    return BucketDoor(
        settings.mail_bucket,
        access_key,
        lambda key, content: s3.put_object(Bucket=settings.mail_bucket, Key=key, Body=content),
        settings.max_attachment_size,
        lambda: datetime.now(UTC),
        own_names(configuration, listeners),
        Bounds(share=configuration.laptop.peer_share),
    )
