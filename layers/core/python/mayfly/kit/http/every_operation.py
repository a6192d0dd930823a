"""What every operation takes and gives."""

from mayfly.accounts.routes_account_operations import ACCOUNT_OPERATIONS
from mayfly.admin.routes_admin_operations import ADMIN_OPERATIONS
from mayfly.batches.routes_batch_operations import BATCH_OPERATIONS
from mayfly.domains.routes_domain_operations import DOMAIN_OPERATIONS
from mayfly.health.routes_health_operations import HEALTH_OPERATIONS
from mayfly.kit.http.routing import OPERATIONS as ADDRESS_OPERATIONS
from mayfly.kit.http.routing import Operation
from mayfly.mailboxes.routes_mailbox_operations import MAILBOX_OPERATIONS
from mayfly.private_inboxes.routes_inbox_operations import INBOX_OPERATIONS
from mayfly.relays.routes_relay_operations import RELAY_OPERATIONS
from mayfly.sending.routes_outgoing_operations import OUTGOING_OPERATIONS

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
