"""Document 002's JSON of relays: where a domain's mail is sent through."""

from ipaddress import ip_address
from typing import Annotated, Self

from msgspec.structs import asdict

from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import Body, PreciseTime, Uuid, View, about
from mayfly.mail.address import normal_domain
from mayfly.relays import models
from mayfly.relays.models import RelayConfig, RelayTest, Stage

_SECURE_PORT = 465  # RFC 8314 section 7.3
_MAX_BYTES = 500
_PORT = "a whole number from 1 to 65535"
_WORKS = "The relay took the connection"
_EXAMPLE = {
    "host": "smtp.example.net",
    "port": 587,
    "secure": False,
    "username": "you@example.net",
    "password": "your-app-password",
}

Host = Annotated[
    str,
    about(
        "The relay's name, which its certificate must have",
        must="the name of the relay",
        examples=["smtp.example.net"],
    ),
]
Port = Annotated[int, about(must=_PORT, ge=1, le=65535, examples=[587])]
Secure = about(
    "TLS from the first byte, as port 465 has it; else STARTTLS comes before the password"
)
Username = Annotated[str | None, about("Without it, nothing is proved to the relay")]
Password = Annotated[
    str | None,
    about("Kept sealed, and never shown. Without it, the one that is kept for the same relay"),
]


class RelayRequest(Body):
    """A relay for a domain's mail."""

    EXAMPLE = _EXAMPLE

    host: Host
    port: Port
    secure: Annotated[bool | None, Secure] = None
    username: Username = None
    password: Password = None

    def relay(self) -> models.Relay:
        """The relay that is described; InvalidInput names the field that cannot be."""
        secure = self.port == _SECURE_PORT if self.secure is None else self.secure
        username = _credential("username", self.username) or ""
        password = _credential("password", self.password)
        if password and not username:
            raise InvalidInput("a password needs a username")
        return models.Relay(_host(self.host), self.port, secure, username, password)


class RelayTrial(Body, rename="camel"):
    """A relay to be tried: as it is described, or the one that is kept for a domain."""

    EXAMPLE = _EXAMPLE
    RULES = {"minProperties": 1}

    host: Host | None = None
    port: Port | None = None
    secure: Annotated[bool | None, Secure] = None
    username: Username = None
    password: Password = None
    domain_id: Annotated[
        str | None, about("Instead of all others: the relay that is kept for this domain")
    ] = None

    def kept(self) -> str | None:
        """The id of the domain whose relay to try, None if one is described instead."""
        if self.domain_id is None:
            return None
        given = [name for name, value in asdict(self).items() if value is not None]
        if given != ["domain_id"]:
            raise InvalidInput(f"domainId tries the relay that is kept: leave {given[0]} out")
        return self.domain_id

    def relay(self) -> models.Relay:
        """The relay that is described; see `RelayRequest.relay`."""
        if self.port is None:
            raise InvalidInput(f"port is needed: {_PORT}")
        if self.host is None:
            raise InvalidInput("host is needed: the name of the relay")
        described = RelayRequest(self.host, self.port, self.secure, self.username, self.password)
        return described.relay()


def _host(text: str) -> str:
    if not text.strip():
        raise InvalidInput("host must be the name of the relay")
    try:
        return str(ip_address(text.strip().removeprefix("[").removesuffix("]")))
    except ValueError:
        return normal_domain(text)


def _credential(name: str, text: str | None) -> str | None:
    """A user's name or password, None if it is missing or empty."""
    if not text:
        return None
    try:
        length = len(text.encode())
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{name} is no text") from error
    if length > _MAX_BYTES or any(letter in text for letter in "\0\r\n"):
        raise InvalidInput(f"{name} must have at most {_MAX_BYTES} bytes, all of one line")
    return text


class Relay(View, rename="camel"):
    """What a domain's mail is sent through."""

    domain_id: Uuid
    host: Host
    port: Port
    secure: Annotated[bool, Secure]
    username: str | None
    has_password: Annotated[bool, about("Whether one is kept")]
    updated_at: PreciseTime

    @classmethod
    def of(cls, config: RelayConfig) -> Self:
        """A relay as its account sees it: whether there is a password, and never which."""
        return cls.of_model(
            config,
            domain_id=config.domain,
            username=config.username or None,
            has_password=bool(config.sealed),
        )


class ForgottenRelay(View, rename="camel"):
    """What is answered when SES sends for the domain again."""

    domain_id: Uuid
    deleted: bool = True


class RelayTried(View):
    """What came of trying a relay."""

    success: Annotated[bool, about("Whether mail could be handed over now")]
    stage: Annotated[str | None, about("How far it came, if not all the way", enum=[*Stage, None])]
    code: Annotated[int | None, about("The server's answer, if it gave one")]
    message: Annotated[str, about("What the server said, or what is wrong, for a person")]
    tls: Annotated[str | None, about("The version of TLS", examples=["TLSv1.3"])]
    authentication: Annotated[str | None, about("PLAIN or LOGIN")]

    @classmethod
    def of(cls, result: RelayTest) -> Self:
        """All well without trouble."""
        trouble = result.trouble
        return cls(
            success=trouble is None,
            stage=trouble.stage if trouble else None,
            code=trouble.code or None if trouble else None,
            message=trouble.words if trouble else _WORKS,
            tls=result.tls or None,
            authentication=result.mechanism or None,
        )
