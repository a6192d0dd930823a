"""What every operation takes and gives."""

from mayfly.accounts.routes import ACCOUNT_OPERATIONS
from mayfly.admin.routes import ADMIN_OPERATIONS
from mayfly.batches.routes import BATCH_OPERATIONS
from mayfly.domains.routes import DOMAIN_OPERATIONS
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
    | HEALTH_OPERATIONS
    | RELAY_OPERATIONS
)
