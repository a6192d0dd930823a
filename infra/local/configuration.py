"""What the environment asks of the laptop, checked before anything is started."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from infra.local import profile
from infra.local.account import (
    ACCOUNT,
    EXPORT_QUEUE,
    NOTICE_QUEUE,
    ORDER_QUEUE,
    SCHEDULE_GROUP,
    SLOW_WEBHOOK_QUEUE,
    WEBHOOK_QUEUE,
    WEBHOOK_SCHEDULES,
    queue_arn,
    queue_url,
)
from infra.local.apigateway.own_names import HOST
from infra.local.settings import LaptopSettings
from infra.local.smtp.certificate import Certificate, certificate
from mayfly.errors import InvalidInput
from mayfly.facades.settings import NAMES as FACADES
from mayfly.settings import Settings

_MOST_PORT = 65535
_BANNER_CHARS = 400  # of the 512 of a reply (RFC 5321 section 4.5.3.1.5)
MOTO = "moto"
ENGINES = ("embedded", MOTO)
LOG_LEVELS = frozenset({"", "DEBUG", "INFO", "WARN", "WARNING", "ERROR"})
_SECRET_BYTES = 32  # of a key for HS256: RFC 7518 section 3.2
_AUTHORITY = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)
# Who calls from this machine is its developer, and what counts as one client is their test suite.
HERE = {
    # A client that reaches this machine's ports needs no credential: pages of elsewhere must not.
    "CORS_ORIGIN": "",
    "POP3_TO_PRIVATE_ADDRESSES": "on",
    "RELAY_TO_PRIVATE_ADDRESSES": "on",
    "WEBHOOKS_TO_PRIVATE_ADDRESSES": "on",
    "WEBHOOK_ATTEMPTS": "0",
    "WEBHOOK_HOST_ATTEMPTS": "0",
    "FACADES": ",".join(FACADES),
    "SENDING": "on",
    "SENDING_NEEDS_APPROVAL": "off",
    "RATE_LIMIT_REQUESTS": "10000",
    "RATE_LIMIT_ADDRESS": "30000",
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
    # A request that waits holds a thread; the gateway has so many more for those that do not.
    "WAITS_AT_ONCE": "100",
    "WAITS_PER_ADDRESS": "100",
    "WAITS_PER_HOLDER": "20",
    "INBOXES_PER_CLIENT": "0",
    "DAILY_BUDGET_USD": "0",
    "PENDING_DOMAINS_PER_ACCOUNT": "100",
    "DOMAIN_CLAIMS_PER_DAY": "10000",
    "SENDS_PER_DAY": "10000",
    "SERVICE_MAILS_PER_DAY": "10000",
    "REGISTRATIONS_PER_DAY": "10000",
}
"""What settings of the functions are here unless they are set."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings of the laptop and those of the functions."""

    laptop: LaptopSettings
    functions: Settings
    tls: Certificate | None
    data: Path | None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Take what is set; InvalidInput names the variable whose value cannot be used.

        `SMTP_PORT`, `PORT`, `DOMAIN` and `RATE_LIMIT_MAX` count where `SMTP_SERVER_PORT`,
        `HTTP_PORT`, `DOMAINS` and `RATE_LIMIT_REQUESTS` are not set.
        """
        laptop = LaptopSettings.from_environment(environment)
        if laptop.port and "HTTP_PORT" not in environment:
            laptop = replace(laptop, http_port=laptop.port)
        if laptop.jwt_secret and len(laptop.jwt_secret.encode()) < _SECRET_BYTES:
            raise InvalidInput(f"JWT_SECRET must have {_SECRET_BYTES} bytes or more")
        if laptop.smtp_port and "SMTP_SERVER_PORT" not in environment:
            laptop = replace(laptop, smtp_server_port=laptop.smtp_port)
        if not (laptop.smtp_server_banner.isprintable() and laptop.smtp_server_banner.isascii()):
            raise InvalidInput("SMTP_SERVER_BANNER must be one line of printable ASCII")
        if len(laptop.smtp_server_banner) > _BANNER_CHARS:
            raise InvalidInput(f"SMTP_SERVER_BANNER may have {_BANNER_CHARS} characters")
        if not all("!" <= letter <= "~" for letter in laptop.admin_key):
            raise InvalidInput("ADMIN_KEY must be printable ASCII without spaces")
        profile.check(laptop)
        _check_visitors(laptop)
        if laptop.log_level.upper() not in LOG_LEVELS:
            raise InvalidInput("LOG_LEVEL must be DEBUG, INFO, WARN, WARNING or ERROR")
        if laptop.engine not in ENGINES:
            raise InvalidInput(f"ENGINE must be {' or '.join(ENGINES)}")
        if laptop.engine == MOTO and laptop.data:
            raise InvalidInput("DATA: ENGINE=moto keeps nothing; leave one of them out")
        if laptop.engine == MOTO and find_spec("moto") is None:
            raise InvalidInput("ENGINE=moto needs moto: pip install 'mayfly-mail[moto]'")
        here = profile.defaults(laptop, HERE)
        if "RATE_LIMIT_MAX" in environment:
            here["RATE_LIMIT_REQUESTS"] = str(laptop.rate_limit_max)
        functions = Settings.from_environment(here | dict(environment))
        laptop, functions = profile.placed(laptop, functions)
        return cls(
            laptop,
            functions,
            certificate(laptop.smtp_tls_cert, laptop.smtp_tls_key),
            Path(laptop.data) if laptop.data else None,
        )

    @property
    def is_server(self) -> bool:
        """Whether strangers reach it."""
        return profile.is_server(self.laptop)


def _check_visitors(laptop: LaptopSettings) -> None:
    """InvalidInput for what would silently let nobody in, or shut everybody out."""
    for each in laptop.allowed_hosts:
        found = _AUTHORITY.fullmatch(each)
        if not found or not 0 < int((found[2] or f":{_MOST_PORT}")[1:]) <= _MOST_PORT:
            raise InvalidInput(f"ALLOWED_HOSTS: {each!r} is no name or name:port")


@dataclass(frozen=True, slots=True)
class Deployment:
    """What only exists once it runs: the names that the functions read."""

    socket_port: int
    name_server: str = ""
    cors_origins: tuple[str, ...] = ()
    http_port: int = 0

    def environment(self, settings: Settings) -> dict[str, str]:
        """Every variable that the functions find, and those that keep AWS's libraries here."""
        socket = f"{HOST}:{self.socket_port}"
        return {
            # Neither the profile nor the proxy of whoever starts it has a say.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": f"{HOST},localhost",
            **{name: _text(getattr(settings, name.lower())) for name in (*HERE, "DOMAINS")},
            "CORS_ORIGIN": _text(self.cors_origins or settings.cors_origin),
            "DNS_SERVERS": self.name_server or _text(settings.dns_servers),
            "EXPORT_QUEUE_URL": queue_url(EXPORT_QUEUE),
            "ORDER_QUEUE_URL": queue_url(ORDER_QUEUE),
            "ORDER_QUEUE_ARN": queue_arn(ORDER_QUEUE),
            "SCHEDULE_GROUP": SCHEDULE_GROUP,
            "SCHEDULE_ROLE": f"arn:aws:iam::{ACCOUNT}:role/laptop",
            "WEBHOOK_QUEUE_URL": queue_url(WEBHOOK_QUEUE),
            "WEBHOOK_QUEUE_ARN": queue_arn(WEBHOOK_QUEUE),
            "SLOW_WEBHOOK_QUEUE_URL": queue_url(SLOW_WEBHOOK_QUEUE),
            "WEBHOOK_SCHEDULE_GROUP": WEBHOOK_SCHEDULES,
            "WEBHOOK_SCHEDULE_ROLE": f"arn:aws:iam::{ACCOUNT}:role/laptop",
            "API_URL": settings.page_url or f"http://{HOST}:{self.http_port}",
            "QUEUE_URL": queue_url(NOTICE_QUEUE),
            "SOCKET_ENDPOINT": f"http://{socket}",
            "SOCKET_URL": settings.socket_url or f"ws://{socket}",
            "PAGE_URL": settings.page_url or f"http://{HOST}:{self.http_port}",
            "POWERTOOLS_SERVICE_NAME": "mayfly",
            "POWERTOOLS_METRICS_NAMESPACE": "Mayfly",
            # Metrics are lines for CloudWatch; `/metrics` has the counters.
            "POWERTOOLS_METRICS_DISABLED": "true",
        }


def _text(value: object) -> str:
    """As `Settings.from_environment` reads it."""
    return ",".join(value) if isinstance(value, tuple) else str(value)
