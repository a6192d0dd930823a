"""Document 003's JSON of mail domains."""

from collections.abc import Mapping, Sequence
from typing import Any

from mayfly.domains.models import MailDomain, MailServer, Status
from mayfly.errors import InvalidInput
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.schema import (
    array,
    body,
    flag,
    named,
    number,
    or_null,
    precise_time,
    record,
    text,
)
from mayfly.kit.http.times import precise_stamp
from mayfly.mail.address import normal_domain
from mayfly.mail.codes.excerpt import excerpt

Document = dict[str, object]

POP3_FIELDS = ("pop3_host", "pop3_port", "pop3_tls")
ADD_FIELDS = ("domain", *POP3_FIELDS)
CHANGE_FIELDS = ("is_active", *POP3_FIELDS)
_PORT = 110  # RFC 1939
_TLS_PORT = 995  # RFC 8314 section 7.3


def wanted_name(sent: Mapping[str, Any]) -> str:
    """The domain that shall be added, in its one spelling."""
    return mail_domain_name(sent, "domain")


def mail_domain_name(sent: Mapping[str, Any], field: str) -> str:
    """The domain that this field names, in its one spelling; InvalidInput if none can be."""
    name = sent.get(field)
    if not isinstance(name, str):
        raise InvalidInput(f"{field} must be a string")
    normal = normal_domain(name)
    last = normal.rpartition(".")[2]
    # No public name is a single word or ends with a number (RFC 3696 section 2): it is an IP
    # address, or a slip of the keyboard.
    if last == normal or last.isdigit():
        raise InvalidInput(
            f"not a mail domain: {excerpt(name)}; it must look like mail.example.org"
        )
    return normal


def wanted_server(sent: Mapping[str, Any], there: MailServer | None = None) -> MailServer | None:
    """The POP3 server that is told, None without one. What is not told stays as it is `there`."""
    host = sent.get("pop3_host", there.host if there else None)
    if host is None:
        extra = [name for name in POP3_FIELDS[1:] if sent.get(name) is not None]
        if extra:
            raise InvalidInput(f"{extra[0]} needs pop3_host")
        return None
    if not isinstance(host, str):
        raise InvalidInput("pop3_host must be a string")
    tls = _optional_flag(sent, "pop3_tls")
    if tls is None:
        tls = there.tls if there else True
    # Another server with another kind of port has the usual one.
    is_another = "pop3_host" in sent and "pop3_tls" in sent
    port = sent.get("pop3_port", there.port if there and not is_another else None)
    port = (_TLS_PORT if tls else _PORT) if port is None else port
    if type(port) is not int or not 1 <= port <= 65535:
        raise InvalidInput("pop3_port must be a whole number from 1 to 65535")
    return MailServer(normal_domain(host), port, tls)


def wanted_activity(sent: Mapping[str, Any]) -> bool | None:
    """Whether the domain shall be active, None if that is not said."""
    return _optional_flag(sent, "is_active")


def changes_server(sent: Mapping[str, Any]) -> bool:
    """Whether the POP3 server shall change; InvalidInput if nothing at all shall."""
    if not sent:
        raise InvalidInput(f"nothing to change; possible: {', '.join(CHANGE_FIELDS)}")
    return any(name in sent for name in POP3_FIELDS)


def _optional_flag(sent: Mapping[str, Any], name: str) -> bool | None:
    return None if sent.get(name) is None else wanted_flag(sent, name)


def shown(domain: MailDomain) -> Document:
    """A domain as admins see it."""
    server = domain.pop3
    return {
        "id": domain.id,
        "domain": domain.name,
        "is_active": domain.is_active,
        "source": _source(domain),
        "owner": domain.owner or None,
        "status": domain.status.value,
        "pop3_host": server.host if server else None,
        "pop3_port": server.port if server else None,
        "pop3_tls": server.tls if server else None,
        "created_at": precise_stamp(domain.created_at) if domain.created_at else None,
        "updated_at": precise_stamp(domain.updated_at) if domain.updated_at else None,
    }


def _source(domain: MailDomain) -> str:
    if domain.is_deployed:
        return "deployment"
    return "account" if domain.owner else "admin"


def listed(domains: Sequence[MailDomain]) -> Document:
    """All domains."""
    return {"domains": [shown(each) for each in domains], "count": len(domains)}


def deleted(domain: MailDomain) -> Document:
    """What is answered when a domain is gone."""
    return {"id": domain.id, "deleted": True}


_ID = text("Made of the name: a domain that comes back has the same", format="uuid")
_NAME = text("In ASCII (RFC 5891)", examples=["tempbox.example"])
_KEPT = "Kept with the domain, and not used yet: mail comes by SES"
_HOST = text(_KEPT, examples=["mail.tempbox.example"])
_PORT_NUMBER: dict[str, object] = {"type": "integer", "minimum": 1, "maximum": 65535}
_SERVER = {
    "pop3_host": or_null(_HOST),
    "pop3_port": or_null(_PORT_NUMBER | {"description": "Without it, 995, or 110 without TLS"}),
    "pop3_tls": or_null(flag("Without it, true")),
}
_TOGETHER: dict[str, object] = {
    "dependentRequired": {name: ["pop3_host"] for name in POP3_FIELDS[1:]}
}
WANTED_SCHEMA = _TOGETHER | body(
    {"domain": text("A domain whose mail reaches this deployment"), **_SERVER},
    example={"domain": "tempbox.example"},
    required=("domain",),
)
CHANGE_SCHEMA = (
    _TOGETHER
    | body(
        {
            "is_active": or_null(flag("Whether inboxes may be made there; those it has go on")),
            **_SERVER,
            "pop3_host": or_null(
                text("The three `pop3_` fields change together; null forgets them")
            ),
        },
        example={"is_active": False},
    )
    | {"minProperties": 1}
)
SCHEMA = record(
    {
        "id": _ID,
        "domain": _NAME,
        "is_active": flag("Whether inboxes may be made there"),
        "source": text(
            "`deployment`: its settings name it, so it can be made inactive and not deleted;"
            " `account`: an account brought it",
            enum=["deployment", "admin", "account"],
        ),
        "owner": or_null(text("The id of the account that brought it", format="uuid")),
        "status": text(
            "Of an account's domain; all others are `active`, also while `is_active` is false",
            enum=[each.value for each in Status],
        ),
        "pop3_host": or_null(_HOST),
        "pop3_port": or_null(_PORT_NUMBER),
        "pop3_tls": or_null(flag()),
        "created_at": or_null(
            precise_time("null: the deployment names it, since when is not kept")
        ),
        "updated_at": or_null(precise_time("null: nobody has changed it here")),
    },
    "A mail domain. Whether SES has it verified and DNS leads its mail here is not looked at.",
)
LIST_SCHEMA = record({"domains": array(named("Domain")), "count": number()})
DELETED_SCHEMA = record({"id": _ID, "deleted": flag()})
