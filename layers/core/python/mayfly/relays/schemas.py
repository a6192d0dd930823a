"""Document 002's JSON of relays: where a domain's mail is sent through."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from mayfly.errors import InvalidInput
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.schema import Schema, body, flag, or_null, precise_time, record, text
from mayfly.kit.http.times import precise_stamp
from mayfly.mail.address import normal_domain
from mayfly.relays.models import RelayConfig, RelayRequest, RelayTest, Stage

Document = dict[str, object]

CONFIG_FIELDS = ("host", "port", "secure", "username", "password")
TEST_FIELDS = (*CONFIG_FIELDS, "domainId")
_SECURE_PORT = 465  # RFC 8314 section 7.3
_MAX_CHARS = 500
_WORKS = "The relay took the connection"


def wanted(sent: Mapping[str, Any]) -> RelayRequest:
    """The relay that is described."""
    port = sent.get("port")
    if type(port) is not int or not 1 <= port <= 65535:
        raise InvalidInput("port must be a whole number from 1 to 65535")
    secure = port == _SECURE_PORT if sent.get("secure") is None else wanted_flag(sent, "secure")
    username = _credential(sent, "username") or ""
    password = _credential(sent, "password")
    if password and not username:
        raise InvalidInput("a password needs a username")
    return RelayRequest(_host(sent), port, secure, username, password)


def wanted_domain_id(sent: Mapping[str, Any]) -> str | None:
    """The id of the domain whose relay shall be tried, None if one is described instead."""
    domain_id = sent.get("domainId")
    if domain_id is None:
        return None
    if not isinstance(domain_id, str):
        raise InvalidInput("domainId must be a string")
    extra = [name for name in CONFIG_FIELDS if sent.get(name) is not None]
    if extra:
        raise InvalidInput(f"domainId tries the relay that is kept: leave {extra[0]} out")
    return domain_id


def _host(sent: Mapping[str, Any]) -> str:
    host = sent.get("host")
    if not isinstance(host, str) or not host.strip():
        raise InvalidInput("host must be the name of the relay")
    try:
        return str(ip_address(host.strip().removeprefix("[").removesuffix("]")))
    except ValueError:
        return normal_domain(host)


def _credential(sent: Mapping[str, Any], name: str) -> str | None:
    """A user's name or password, None if it is not told or empty."""
    value = sent.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InvalidInput(f"{name} must be a string")
    try:
        length = len(value.encode())
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{name} is no text") from error
    if length > _MAX_CHARS or any(letter in value for letter in "\0\r\n"):
        raise InvalidInput(f"{name} must have at most {_MAX_CHARS} bytes, all of one line")
    return value


def shown(config: RelayConfig) -> Document:
    """A relay as its account sees it: whether there is a password, and never which."""
    return {
        "domainId": config.domain,
        "host": config.host,
        "port": config.port,
        "secure": config.secure,
        "username": config.username or None,
        "hasPassword": bool(config.sealed),
        "updatedAt": precise_stamp(config.updated_at),
    }


def forgotten(domain_id: str) -> Document:
    """What is answered when SES sends for the domain again."""
    return {"domainId": domain_id, "deleted": True}


def tested(result: RelayTest) -> Document:
    """What came of trying a relay."""
    trouble = result.trouble
    return {
        "success": trouble is None,
        "stage": trouble.stage.value if trouble else None,
        "code": trouble.code or None if trouble else None,
        "message": trouble.words if trouble else _WORKS,
        "tls": result.tls or None,
        "authentication": result.mechanism or None,
    }


_HOST = text("The relay's name, which its certificate must have", examples=["smtp.example.net"])
_PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535, "examples": [587]}
_SECURE = "TLS from the first byte, as port 465 has it; else STARTTLS comes before the password"
_CREDENTIALS = {
    "username": or_null(text("Without it, nothing is proved to the relay")),
    "password": or_null(
        text("Kept sealed, and never shown. Without it, the one that is kept for the same relay")
    ),
}
_EXAMPLE: dict[str, object] = {
    "host": "smtp.example.net",
    "port": 587,
    "secure": False,
    "username": "you@example.net",
    "password": "your-app-password",
}
_CONFIG = {"host": _HOST, "port": _PORT, "secure": or_null(flag(_SECURE)), **_CREDENTIALS}
WANTED_SCHEMA = body(_CONFIG, _EXAMPLE, required=("host", "port"))
TEST_SCHEMA = body(
    {
        **_CONFIG,
        "host": or_null(_HOST),
        "port": or_null(_PORT),
        "domainId": or_null(text("Instead of all others: the relay that is kept for this domain")),
    },
    _EXAMPLE,
)
SCHEMA = record(
    {
        "domainId": text(format="uuid"),
        "host": _HOST,
        "port": _PORT,
        "secure": flag(_SECURE),
        "username": or_null(text()),
        "hasPassword": flag("Whether one is kept"),
        "updatedAt": precise_time(),
    },
    "What a domain's mail is sent through",
)
FORGOTTEN_SCHEMA = record({"domainId": text(format="uuid"), "deleted": flag()})
_STAGE: Schema = {
    "type": ["string", "null"],
    "enum": [*(each.value for each in Stage), None],
    "description": "How far it came, if not all the way",
}
_CODE: Schema = {"type": ["integer", "null"], "description": "The server's answer, if it gave one"}
TESTED_SCHEMA = record(
    {
        "success": flag("Whether mail could be handed over now"),
        "stage": _STAGE,
        "code": _CODE,
        "message": text("What the server said, or what is wrong, for a person"),
        "tls": or_null(text("The version of TLS", examples=["TLSv1.3"])),
        "authentication": or_null(text("PLAIN or LOGIN")),
    }
)
