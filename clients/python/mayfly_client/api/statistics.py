"""Statistics: what happened, by day.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass, field
from typing import Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsLine:
    """What was counted of one day, domain, verdict, outcome or kind of inbox."""

    key: str = field(repr=False)
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyStats:
    """What happened, by day or by something else."""

    first_day: str
    last_day: str
    group_by: str
    lines: "list[StatsLine]"
    totals: dict[str, int]


class StatisticsApi(Subject[M]):
    """What happened, by day."""

    @operation(
        "GET",
        "/api/v1/stats",
        DailyStats,
        (
            "api_key",
            "token",
        ),
    )
    def own_stats(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        group_by: Literal["day", "domain", "verdict", "outcome", "kind"] | None = None,
    ) -> Sent:
        """Get statistics by day.

        What came to the account's mailboxes, and what it sent. Each thing is counted once,
        on the day (UTC) on which it happened; days are kept for 13 months. Who opens a
        message or follows a link is not tracked.
        """
        return Sent(query={"from": from_, "to": to, "groupBy": group_by, "format": "json"})

    @operation(
        "GET",
        "/api/v1/stats",
        str,
        (
            "api_key",
            "token",
        ),
    )
    def own_stats_text(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        group_by: Literal["day", "domain", "verdict", "outcome", "kind"] | None = None,
        format: Literal["csv"] = "csv",
    ) -> Sent:
        """Get statistics by day, as text."""
        return Sent(query={"from": from_, "to": to, "groupBy": group_by, "format": format})

    @operation("GET", "/v1/admin/stats/history", DailyStats, ("admin_key",))
    def all_stats(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        group_by: Literal["day", "domain", "verdict", "outcome", "kind"] | None = None,
    ) -> Sent:
        """Get the deployment's statistics by day.

        The same for all inboxes and accounts together, deliveries to nobody included.
        """
        return Sent(query={"from": from_, "to": to, "groupBy": group_by, "format": "json"})

    @operation("GET", "/v1/admin/stats/history", str, ("admin_key",))
    def all_stats_text(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        group_by: Literal["day", "domain", "verdict", "outcome", "kind"] | None = None,
        format: Literal["csv"] = "csv",
    ) -> Sent:
        """Get the deployment's statistics by day, as text."""
        return Sent(query={"from": from_, "to": to, "groupBy": group_by, "format": format})
