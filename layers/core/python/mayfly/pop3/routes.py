"""The operations of inboxes that show a POP3 mailbox (document 003)."""

from mayfly.admission.callers import INBOX
from mayfly.inboxes.access import Bearer
from mayfly.kit.http.route import LOGIN, Call, Routes
from mayfly.pop3.schemas import ChangedCredentials
from mayfly.pop3.trying import trying
from mayfly.private_inboxes.schemas import Inbox

api = Routes("private inboxes")


@api(
    "PUT",
    "/v1/inboxes/{inboxId}/credentials",
    "Change what opens an inbox's POP3 mailbox",
    INBOX,
    means="The inbox; its mailbox was opened with these",
    errors={
        404: "There is no such inbox, or its mail comes by itself",
        502: "They do not open the mailbox, and nothing is changed; `details` has the stage",
        503: "A fetch is going on, or a key cannot be had just now; it can be tried again",
    },
    limit=LOGIN,
)
def change_pop3_credentials(call: Call[Bearer, ChangedCredentials]) -> Inbox:
    """After three wrong passwords nothing is fetched before this. Fetches what is new, too."""
    flows, bearer = call.flows, call.caller
    address, host = flows.pop3.service.shown(bearer)
    credentials = call.body.credentials(address)
    with trying(credentials, host, flows, call.request):
        flows.pop3.service.change(bearer, credentials)
    return Inbox.of(flows.private_inboxes.service.show(bearer), bearer.grant)
