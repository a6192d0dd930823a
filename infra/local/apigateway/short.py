"""Which requests are answered in the event loop: those that ask the table for a little, and end.

All others may hash a password, ask a name server, wait for mail, or read a lot: they have a thread.
"""

from typing import Any

from mayfly.api import ROUTES

SHORT = frozenset(
    {
        *("create_address", "show_address", "delete_address", "address_status"),
        *("list_messages", "show_message", "mark_message", "delete_message"),
        *("show_inbox", "list_inbox_messages", "show_inbox_message", "mark_inbox_message"),
        *("list_mailbox_messages", "show_mailbox_message", "change_mailbox_message"),
        *("create_session", "show_session", "show_user", "list_mailboxes", "domain_names"),
        *("health", "health_ping"),
    }
)
"""Operations by their names."""
_SHORT = {(route.method, route.path) for route in ROUTES if route.operation in SHORT}

_READING = {"to", "text", "q"}
"""Parameters of filters that read mails."""


def is_short(event: dict[str, Any]) -> bool:
    """Whether the request of this event is answered in the event loop."""
    if (event["httpMethod"], event["resource"]) not in _SHORT:
        return False
    query = event.get("queryStringParameters") or {}
    return bool(query.get("wait", "0") == "0") and _READING.isdisjoint(query)
