"""The JSON of mail domains as admins see them."""

from collections.abc import Sequence
from typing import Annotated, Self, TypeVar

from msgspec import UNSET, UnsetType

from mayfly.domains.models import MailDomain, MailServer, Status
from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import Body, Count, PreciseTime, View, about, field_names
from mayfly.mail.address import normal_domain

_T = TypeVar("_T")
_PORT = 110  # RFC 1939
_TLS_PORT = 995  # RFC 8314 section 7.3
_TOGETHER = {"dependentRequired": {name: ["pop3_host"] for name in ("pop3_port", "pop3_tls")}}

_Id = Annotated[
    str, about("Made of the name: a domain that comes back has the same", format="uuid")
]
_Host = Annotated[
    str,
    about(
        "A POP3 server that has the domain's mail: what inboxes are generated with later fetch from"
        " there, too, and the default of external inboxes at the domain",
        examples=["mail.tempbox.example"],
    ),
]
_Port = Annotated[int, about("Without it, 995, or 110 without TLS", ge=1, le=65535)]
_Tls = Annotated[bool, about("Without it, true")]


class WantedDomain(Body):
    """A mail domain that an admin adds."""

    EXAMPLE = {"domain": "tempbox.example"}
    RULES = _TOGETHER

    domain: Annotated[str, about("A domain whose mail reaches this deployment")]
    pop3_host: _Host | None = None
    pop3_port: _Port | None = None
    pop3_tls: _Tls | None = None

    def server(self) -> MailServer | None:
        """Its POP3 server, None without one; InvalidInput for what cannot be one."""
        return mail_server(self.pop3_host, self.pop3_port, self.pop3_tls)


class DomainChange(Body):
    """What an admin changes of a domain; what is not sent stays."""

    EXAMPLE = {"is_active": False}
    RULES = {**_TOGETHER, "minProperties": 1}

    is_active: Annotated[
        bool | UnsetType | None,
        about("Whether inboxes may be made there; those it has go on"),
    ] = UNSET
    pop3_host: Annotated[
        str | UnsetType | None,
        about("The three `pop3_` fields change together; null forgets them"),
    ] = UNSET
    pop3_port: _Port | UnsetType | None = UNSET
    pop3_tls: _Tls | UnsetType | None = UNSET

    def changes_server(self) -> bool:
        """Whether to change the POP3 server; InvalidInput if there is nothing to change."""
        server = (self.pop3_host, self.pop3_port, self.pop3_tls)
        changes = any(each is not UNSET for each in server)
        if not changes and self.is_active is UNSET:
            possible = ", ".join(field_names(DomainChange))
            raise InvalidInput(f"nothing to change; possible: {possible}")
        return changes

    def server(self, there: MailServer | None) -> MailServer | None:
        """The new POP3 server, None without one. What is not sent stays as it is `there`."""
        host, port, tls = _set(self.pop3_host), _set(self.pop3_port), _set(self.pop3_tls)
        if there is None or self.pop3_host is None:
            return mail_server(host, port, tls)
        # Another server with another kind of port has the usual one.
        is_another = self.pop3_host is not UNSET and self.pop3_tls is not UNSET
        if self.pop3_port is UNSET and not is_another:
            port = there.port
        return mail_server(
            there.host if host is None else host, port, there.tls if tls is None else tls
        )


def _set(value: _T | UnsetType | None) -> _T | None:
    return None if value is UNSET else value


def mail_server(host: str | None, port: int | None, tls: bool | None) -> MailServer | None:
    """The POP3 server of these fields, None without a host; InvalidInput for what cannot be one."""
    if host is None:
        for name, value in (("pop3_port", port), ("pop3_tls", tls)):
            if value is not None:
                raise InvalidInput(f"{name} needs pop3_host")
        return None
    has_tls = tls is not False
    usual = _TLS_PORT if has_tls else _PORT
    return MailServer(normal_domain(host), usual if port is None else port, has_tls)


class Domain(View):
    """A mail domain. Whether SES has it verified and DNS leads its mail here is not looked at."""

    id: _Id
    domain: Annotated[str, about("In ASCII (RFC 5891)", examples=["tempbox.example"])]
    is_active: Annotated[bool, about("Whether inboxes may be made there")]
    source: Annotated[
        str,
        about(
            "`deployment`: its settings name it, so it can be made inactive and not deleted;"
            " `account`: an account brought it",
            enum=["deployment", "admin", "account"],
        ),
    ]
    owner: Annotated[str, about("The id of the account that brought it", format="uuid")] | None
    status: Annotated[
        str,
        about(
            "Of an account's domain; all others are `active`, also while `is_active` is false",
            enum=[*Status],
        ),
    ]
    pop3_host: _Host | None
    pop3_port: Annotated[int, about(ge=1, le=65535)] | None
    pop3_tls: bool | None
    created_at: Annotated[
        PreciseTime | None, about("null: the deployment names it, since when is not kept")
    ]
    updated_at: Annotated[PreciseTime | None, about("null: never changed here")]

    @classmethod
    def of(cls, domain: MailDomain) -> Self:
        """A domain as admins see it."""
        server = domain.pop3
        return cls.of_model(
            domain,
            domain=domain.name,
            source=_source(domain),
            owner=domain.owner or None,
            pop3_host=server.host if server else None,
            pop3_port=server.port if server else None,
            pop3_tls=server.tls if server else None,
        )


def _source(domain: MailDomain) -> str:
    if domain.is_deployed:
        return "deployment"
    return "account" if domain.owner else "admin"


class Domains(View):
    """All mail domains."""

    domains: list[Domain]
    count: Count

    @classmethod
    def of(cls, domains: Sequence[MailDomain]) -> Self:
        """All of these."""
        return cls(domains=[Domain.of(each) for each in domains], count=len(domains))


class DeletedDomain(View):
    """What is answered when a domain is gone."""

    id: _Id
    deleted: bool = True
