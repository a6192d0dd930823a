"""What every operation takes and gives, and which query parameters that leaves unknown."""

from collections.abc import Mapping

from mayfly.accounts.routes import ACCOUNT_OPERATIONS
from mayfly.admin.routes import ADMIN_OPERATIONS
from mayfly.api_keys.routes import KEY_OPERATIONS
from mayfly.batches.routes import BATCH_OPERATIONS
from mayfly.domains.routes import DOMAIN_OPERATIONS
from mayfly.errors import InvalidInput
from mayfly.health.routes import HEALTH_OPERATIONS
from mayfly.kit.http.routing import OPERATIONS as ADDRESS_OPERATIONS
from mayfly.kit.http.routing import Operation
from mayfly.mailboxes.message_routes import MAILBOX_OPERATIONS
from mayfly.private_inboxes.routes import INBOX_OPERATIONS
from mayfly.relays.routes import RELAY_OPERATIONS
from mayfly.sending.routes import OUTGOING_OPERATIONS

OPERATIONS: dict[str, Operation] = (
    ADDRESS_OPERATIONS
    | INBOX_OPERATIONS
    | ADMIN_OPERATIONS
    | BATCH_OPERATIONS
    | ACCOUNT_OPERATIONS
    | MAILBOX_OPERATIONS
    | OUTGOING_OPERATIONS
    | DOMAIN_OPERATIONS
    | KEY_OPERATIONS
    | HEALTH_OPERATIONS
    | RELAY_OPERATIONS
)


def check_query(operation: str, query: Mapping[str, str], *, is_anonymous: bool = False) -> None:
    """InvalidInput that names the parameters that the operation does not describe.

    Who has sent no credential where one is needed is told that by the operation, and first.
    """
    wanted = OPERATIONS[operation]
    if is_anonymous and (wanted.needs_token or wanted.needs_admin_key):
        return
    described = [str(each["name"]) for each in wanted.parameters if each["in"] == "query"]
    unknown = sorted(set(query) - set(described))
    if unknown:
        shown = ", ".join(repr(name[:40]) for name in unknown[:5])
        possible = f"possible: {', '.join(described)}" if described else "there is none here"
        raise InvalidInput(f"unknown parameter {shown}; {possible}")
