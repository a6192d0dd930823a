"""Every operation of the API: the one list of the subjects that have any.

The cloud makes API Gateway methods of them, the laptop's gateway matches requests with them, the
handler looks operations up here, and the OpenAPI document describes them.
"""

from mayfly.accounts import approval_routes as approvals
from mayfly.accounts import password_routes as passwords
from mayfly.accounts import routes as accounts
from mayfly.addresses import routes as addresses
from mayfly.admin import routes as admin
from mayfly.api_keys import routes as api_keys
from mayfly.batches import routes as batches
from mayfly.domains import admin_routes as admin_domains
from mayfly.domains import routes as domains
from mayfly.email_auth import routes as email_auth
from mayfly.exports import routes as exports
from mayfly.forwarding import routes as forwarding
from mayfly.health import routes as health
from mayfly.kit.http.route import Route
from mayfly.mailboxes import message_routes as mailbox_messages
from mayfly.mailboxes import routes as mailboxes
from mayfly.mcp import routes as mcp
from mayfly.messages import routes as messages
from mayfly.pop3 import routes as pop3
from mayfly.private_inboxes import message_routes as inbox_messages
from mayfly.private_inboxes import routes as private_inboxes
from mayfly.proof_of_work import routes as proof_of_work
from mayfly.relays import routes as relays
from mayfly.rules import routes as rules
from mayfly.sending import batch_routes as sending_batches
from mayfly.sending import routes as sending
from mayfly.stats import routes as stats
from mayfly.subscriptions import routes as subscriptions
from mayfly.templates import routes as templates
from mayfly.webhooks import routes as webhooks

ROUTES: tuple[Route, ...] = (
    *addresses.api,
    *messages.api,
    *private_inboxes.api,
    *pop3.api,
    *inbox_messages.api,
    *mailboxes.sessions,
    *accounts.api,
    *passwords.api,
    *subscriptions.api,
    *mailboxes.api,
    *mailbox_messages.api,
    *rules.api,
    *forwarding.api,
    *exports.api,
    *sending.api,
    *sending_batches.api,
    *templates.api,
    *approvals.asking,
    *domains.api,
    *api_keys.api,
    *relays.api,
    *email_auth.api,
    *webhooks.api,
    *admin.api,
    *admin_domains.api,
    *approvals.deciding,
    *batches.api,
    *mcp.api,
    *proof_of_work.api,
    *stats.api,
    *health.api,
)
