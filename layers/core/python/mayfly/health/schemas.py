"""How the service itself is: documents 000, 002 and 003 on its health."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from msgspec import UNSET, UnsetType

from mayfly.breaker import models
from mayfly.breaker.models import UNRESTRAINED, Restraint
from mayfly.health.models import CheckResult, CheckStatus
from mayfly.kit.clock import span, stamp, stamp_or_none
from mayfly.kit.http.schemas import Count, PreciseTime, Time, View, about

_Ready = Literal["ready", "not ready"]


class Restriction(View):
    """What the service does not do, as it has done as much as it may in a day."""

    kind: Annotated[
        str,
        about(
            "`no-new-inboxes`; `no-mail`: it takes no new mail, and answers accounts only;"
            " `closed`: it answers admins only",
            enum=[each.value for each in models.Restriction if each != models.Restriction.NONE],
        ),
    ]
    since: Annotated[Time | None, about("When that began")]
    until: Annotated[Time, about("When it ends by itself")]

    @classmethod
    def of(cls, restraint: Restraint) -> Self | UnsetType:
        """What is not done now, if anything is not."""
        if restraint.kind is models.Restriction.NONE or restraint.until is None:
            return UNSET
        return cls(
            kind=restraint.kind.value,
            since=stamp_or_none(restraint.since),
            until=stamp(restraint.until),
        )


class Health(View, rename="camel"):
    """Whether the service works."""

    EXAMPLE: ClassVar[Mapping[str, object]] = {
        "status": "OK",
        "dbConnected": True,
        "smtpServer": "running",
        "websocketConnections": 3,
        "uptime": "12h 34m",
        "restriction": {
            "kind": "no-mail",
            "since": "2026-01-31T10:15:30Z",
            "until": "2026-02-01T00:00:00Z",
        },
    }

    status: Literal["OK", "DEGRADED"]
    db_connected: Annotated[bool, about("Whether the table answers")]
    smtp_server: Annotated[Literal["running"], about("Receiving does not depend on this API")]
    websocket_connections: Annotated[
        Count | None, about("Open now; null when the table does not answer")
    ]
    uptime: Annotated[str, about("Of the instance that answers", examples=["12h 34m"])]
    restriction: Annotated[
        Restriction | UnsetType,
        about(
            "There only while the service does not do all it can, as it has done as much as it may"
            " in a day. Up to two minutes old"
        ),
    ] = UNSET

    @classmethod
    def of(
        cls, connections: int | None, uptime: timedelta, restraint: Restraint = UNRESTRAINED
    ) -> Self:
        """The service's health; `connections` is None when the table did not answer."""
        return cls(
            status="DEGRADED" if connections is None else "OK",
            db_connected=connections is not None,
            smtp_server="running",
            websocket_connections=connections,
            uptime=span(uptime),
            restriction=Restriction.of(restraint),
        )


class ReadinessChecks(View):
    """What is needed to answer requests."""

    table: Annotated[bool, about("Whether the table answers")]
    token_keys: Annotated[bool, about("Whether tokens can be made and checked")]


class Readiness(View):
    """Whether requests can be answered now, and what is missing if not."""

    status: _Ready
    checks: ReadinessChecks

    @classmethod
    def of(cls, findings: Mapping[str, CheckResult]) -> Self:
        """What was found of the table and the keys (document 003)."""
        up = {name: each.condition is CheckStatus.UP for name, each in findings.items()}
        return cls(status=_status(findings), checks=ReadinessChecks(**up))


class Check(View):
    """How one thing is that the service needs."""

    status: Annotated[CheckStatus, about("`late`: it did not answer in time")]
    milliseconds: Annotated[Count, about("How long that took")]

    @classmethod
    def of(cls, finding: CheckResult) -> Self:
        """What was found."""
        milliseconds = round(finding.time.total_seconds() * 1000)
        return cls(status=finding.condition, milliseconds=milliseconds)


class InspectionChecks(View):
    """All that the service needs."""

    table: Check
    bucket: Check
    token_keys: Check
    queue: Check


class Inspection(View):
    """How each thing is that the service needs."""

    status: _Ready
    checks: InspectionChecks

    @classmethod
    def of(cls, findings: Mapping[str, CheckResult]) -> Self:
        """What was found of all of them (document 002)."""
        checks = {name: Check.of(each) for name, each in findings.items()}
        return cls(status=_status(findings), checks=InspectionChecks(**checks))


class Ping(View):
    """That the service answers."""

    message: Literal["pong"]
    timestamp: PreciseTime


def is_ready(findings: Mapping[str, CheckResult]) -> bool:
    """Whether all of it is up."""
    return all(each.condition is CheckStatus.UP for each in findings.values())


def _status(findings: Mapping[str, CheckResult]) -> _Ready:
    return "ready" if is_ready(findings) else "not ready"
