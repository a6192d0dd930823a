"""Every Lambda function: its folder, what wakes it, and what it may cost."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Function:
    """One folder of `functions/`; `handler` is the same string in the cloud and on the laptop."""

    name: str
    purpose: str
    memory_mb: int
    timeout: timedelta

    @property
    def handler(self) -> str:
        """Where Lambda finds it: the zip keeps the folder `functions/`."""
        return f"functions.{self.name}.handler.lambda_handler"


INBOUND_MAIL = Function(
    "inbound_mail", "notices of accepted mail into inboxes", 1024, timedelta(seconds=60)
)
HTTP_API = Function("http_api", "the HTTP API", 1024, timedelta(seconds=29))
WEBSOCKET = Function("websocket", "the WebSocket API", 512, timedelta(seconds=10))
TABLE_EVENTS = Function(  # as fast as a shard can be: see docs/scale.md
    "table_events", "pushes new mail, erases deleted inboxes", 1024, timedelta(seconds=60)
)
SWEEP = Function("sweep", "finds accepted mail without an outcome", 1024, timedelta(minutes=15))
DOMAIN_CHECK = Function(
    "domain_check", "looks at the domains that accounts bring", 512, timedelta(minutes=15)
)
RULE_SET = Function("rule_set", "activates the receipt rule set", 256, timedelta(seconds=60))
ADMIN_KEY = Function("admin_key", "makes the admin key", 256, timedelta(seconds=60))
EMPTY_BUCKET = Function(
    "empty_bucket", "empties the mail bucket before it goes", 512, timedelta(minutes=15)
)
PAGE_FILES = Function(
    "page_files", "puts the page's files where they are served", 512, timedelta(seconds=120)
)
EXPORT_MAIL = Function(
    "export_mail", "makes files of all messages of an inbox", 1024, timedelta(minutes=15)
)

SEND_MAIL = Function(  # a relay may take two minutes
    "send_mail", "sends mail that is due", 512, timedelta(minutes=3)
)
MAIL_EVENTS = Function(
    "mail_events", "notes what SES says of mail that was sent", 256, timedelta(seconds=60)
)

WEBHOOKS = Function(  # a receiver has 15 seconds
    "webhooks", "tells programs of events", 512, timedelta(seconds=60)
)

ARCHIVE_MAIL = Function(
    "archive_mail", "copies raw messages to the archive", 256, timedelta(seconds=60)
)

ARCHIVING: tuple[Function, ...] = (ARCHIVE_MAIL,)
"""There only where the deployer has an archive."""
SENDING: tuple[Function, ...] = (SEND_MAIL, MAIL_EVENTS)
"""There only where mail goes out."""
FUNCTIONS: tuple[Function, ...] = (
    INBOUND_MAIL,
    HTTP_API,
    WEBSOCKET,
    TABLE_EVENTS,
    SWEEP,
    DOMAIN_CHECK,
    RULE_SET,
    ADMIN_KEY,
    EMPTY_BUCKET,
    PAGE_FILES,
    WEBHOOKS,
    EXPORT_MAIL,
    *SENDING,
    *ARCHIVING,
)
QUIET: tuple[Function, ...] = (EXPORT_MAIL, *ARCHIVING)
"""Nobody waits for them: what they fail at is tried again for hours, and rings as a dead letter."""
OF_THE_DEPLOYMENT: tuple[Function, ...] = (RULE_SET, EMPTY_BUCKET, PAGE_FILES)
"""CloudFormation calls these, and shows in the deployment when they fail. They know no setting."""

NOTICE_BATCH = 10
"""Notices one invocation takes from the queue."""
NOTICE_ATTEMPTS = 20
"""How often a notice is tried before it goes to the dead-letter queue, some hours later.

A notice that finds no function free counts as tried: that is what most of these are for.
"""
FIRST_RETRY = timedelta(seconds=4)
"""After how long what failed once is tried again; after twice that the next time, and so on."""
LONGEST_RETRY = timedelta(minutes=15)
"""How long it waits at most."""
ARRIVAL_BATCH = 1000
"""Raw messages that one invocation looks at, of those that the bucket announced."""
ARRIVAL_WINDOW = timedelta(minutes=5)
"""How long Lambda waits for more of them: no client waits for the look."""
ARRIVAL_ATTEMPTS = 10
"""How often a raw message without an outcome is looked at before it is a dead letter: the last look
is 60 hours after the first, and eleven hours later it is set aside, some three days in all.
"""
EXPIRY_BATCH = 1000
"""Messages whose time was over that one invocation takes."""
EXPORT_BATCH = 1
"""Exports that one invocation makes."""
ORDER_BATCH = 1
"""Orders to send an email that one invocation takes: one that runs out of time takes no second mail
along, which would be uncertain then.
"""
EVENT_BATCH = 10
"""Events of SES that one invocation takes."""
WEBHOOK_BATCH = 10
"""Webhooks that one invocation works on, side by side: most of the time is waiting for receivers.
"""
STREAM_ATTEMPTS = 5
"""How often a table event is tried before it goes to its dead-letter queue."""
