"""What the environment asks of the laptop, checked before anything is started."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from infra.local.mail_server import tls_context
from infra.local.moto_guard import ACCOUNT
from infra.local.moto_server import NOTICE_QUEUE, ORDER_QUEUE, SCHEDULE_GROUP, queue_arn
from mayfly.blueprint.settings import RATE_LIMITS, SOCKET_LIMITS, LaptopSettings, Settings
from mayfly.domain.errors import InvalidInput

HOST = "127.0.0.1"
_PORTS = {
    "smtp_server_port": "SMTP_SERVER_PORT",
    "http_port": "HTTP_PORT",
    "ws_port": "WS_PORT",
    "dns_port": "DNS_PORT",
}
# Who calls from this machine is its developer, and what counts as one client is their test suite.
RATE_LIMITS_HERE = {
    "RATE_LIMIT_REQUESTS": "10000",
    "RATE_LIMIT_CREATE": "2000",
    "RATE_LIMIT_FETCH": "5000",
    "RATE_LIMIT_LOGIN": "500",
    "RATE_LIMIT_ADMIN": "1000",
    "RATE_LIMIT_FAILURES": "100",
    "SOCKET_FRAMES": "1200",
    "SOCKET_ADDRESS_FRAMES": "12000",
    "SOCKET_REPLAYED": "5000",
    "SOCKET_ADDRESS_REPLAYED": "50000",
    "SOCKET_REPLAYS": "20",
    "SOCKET_SUBSCRIPTIONS": "100",
    "SOCKET_ADDRESS_WATCHERS": "40",
    "SOCKET_ADDRESS_CONNECTIONS": "500",
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings of the laptop and those of the functions."""

    laptop: LaptopSettings
    functions: Settings
    tls: ssl.SSLContext | None
    data: Path | None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Take what is set; InvalidInput names the variable whose value cannot be used.

        `SMTP_PORT` and `DOMAIN` count where `SMTP_SERVER_PORT` and `DOMAINS` are not set.
        """
        laptop = LaptopSettings.from_environment(environment)
        if laptop.smtp_port and "SMTP_SERVER_PORT" not in environment:
            laptop = replace(laptop, smtp_server_port=laptop.smtp_port)
        for field, variable in _PORTS.items():
            if not 0 <= getattr(laptop, field) <= 65535:
                raise InvalidInput(f"{variable} must be a port, 0 to 65535")
        if not all("!" <= letter <= "~" for letter in laptop.admin_key):
            raise InvalidInput("ADMIN_KEY must be printable ASCII without spaces")
        here = {"DOMAINS": laptop.domain, "RELAY_TO_PRIVATE_ADDRESSES": "on"} | RATE_LIMITS_HERE
        here |= {"SENDING": "on", "SENDS_PER_DAY": "10000"}
        functions = Settings.from_environment(here | dict(environment))
        return cls(
            laptop,
            functions,
            tls_context(laptop.smtp_tls_cert, laptop.smtp_tls_key),
            Path(laptop.data) if laptop.data else None,
        )


@dataclass(frozen=True, slots=True)
class Deployment:
    """What only exists once it runs: the names that the functions are told."""

    aws_endpoint: str
    queue_url: str
    socket_port: int
    name_server: str = ""

    def environment(self, settings: Settings) -> dict[str, str]:
        """Every variable that the functions find, and those that keep AWS's libraries here."""
        socket = f"{HOST}:{self.socket_port}"
        return {
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            # Neither the profile nor the proxy of whoever starts it has a say.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": f"{HOST},localhost",
            "DOMAINS": ",".join(settings.domains),
            "DNS_SERVERS": self.name_server or ",".join(settings.dns_servers),
            "RELAY_TO_PRIVATE_ADDRESSES": "on" if settings.relay_to_private_addresses else "off",
            "SENDING": "on" if settings.sending else "off",
            "SENDS_PER_DAY": str(settings.sends_per_day),
            "ORDER_QUEUE_URL": self.queue_url.replace(NOTICE_QUEUE, ORDER_QUEUE),
            "ORDER_QUEUE_ARN": queue_arn(ORDER_QUEUE),
            "SCHEDULE_GROUP": SCHEDULE_GROUP,
            "SCHEDULE_ROLE": f"arn:aws:iam::{ACCOUNT}:role/laptop",
            **{
                name.upper(): str(getattr(settings, name))
                for name in (*RATE_LIMITS, *SOCKET_LIMITS)
            },
            "QUEUE_URL": self.queue_url,
            "SOCKET_ENDPOINT": f"http://{socket}",
            "SOCKET_URL": f"ws://{socket}",
            "POWERTOOLS_SERVICE_NAME": "mayfly",
            "POWERTOOLS_METRICS_NAMESPACE": "Mayfly",
            # Metrics are lines for CloudWatch; `/metrics` has the counters.
            "POWERTOOLS_METRICS_DISABLED": "true",
        }
