"""Document 003's system stats."""

from mayfly.admin.models import InboxCounts, Stats
from mayfly.kit.http.schema import flag, number, precise_time, record
from mayfly.kit.http.times import precise_stamp
from mayfly.receiving.models import DropReason, Tally

Document = dict[str, object]


def shown(survey: Stats) -> Document:
    """Everything that was counted."""
    return {
        "inboxes": _inboxes(survey.inboxes.headcount),
        "messages": {"held": survey.inboxes.headcount.held_messages, **_fates(survey.deliveries)},
        "tokens": {"rotations": survey.inboxes.headcount.rotations},
        "domains": {"total": survey.domains, "active": survey.active_domains},
        "counted_at": precise_stamp(survey.counted_at),
        "complete": survey.inboxes.is_complete,
    }


def _inboxes(headcount: InboxCounts) -> Document:
    return {
        "active": headcount.active,
        "expired": headcount.expired,
        "deleted": headcount.deleted,
        "public": headcount.public,
        "private": headcount.private,
        "mailboxes": headcount.mailboxes,
    }


def _fates(tally: Tally) -> Document:
    return {
        "accepted": tally.accepted,
        "stored": tally.stored,
        "dropped": sum(tally.dropped.values()),
        "dropped_by_reason": {each.value: tally.dropped.get(each, 0) for each in DropReason},
    }


_EVER = "since the deployment began; a delivery is one mail at one recipient"
SCHEMA = record(
    {
        "inboxes": record(
            {
                "active": number(),
                "expired": number("Until their address may be taken again"),
                "deleted": number("Likewise"),
                "public": number("Of the active ones, those that open to their address"),
                "private": number("Of the active ones, those that open to a token"),
                "mailboxes": number("Of the active ones, those that an account owns"),
            }
        ),
        "messages": record(
            {
                "held": number("At most: some may have expired in inboxes that go on"),
                "accepted": number(f"Deliveries accepted, {_EVER}"),
                "stored": number(f"Deliveries that became messages, {_EVER}"),
                "dropped": number(f"Deliveries dropped, {_EVER}"),
                "dropped_by_reason": record({each.value: number() for each in DropReason}),
            }
        ),
        "tokens": record(
            {"rotations": number("How often tokens of the inboxes above were exchanged")},
            "Tokens are signed and kept nowhere: how many there are is not known.",
        ),
        "domains": record({"total": number(), "active": number()}),
        "counted_at": precise_time("Counts are up to ten seconds old"),
        "complete": flag(
            "If false, the table was too large to count in one request: `inboxes`, `held` and"
            " `rotations` are lower bounds"
        ),
    }
)
