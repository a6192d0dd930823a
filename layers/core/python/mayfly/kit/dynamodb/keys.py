"""The one table: its keys, and the rows that live in it.

| partition key      | sort key                    | row                                     |
| ------------------ | --------------------------- | --------------------------------------- |
| `inbox#<address>`  | `inbox`                     | the inbox: expiry, number, what it holds |
| `inbox#<address>`  | `message#<generation>#<nr>` | a message, as lists show it             |
| `inbox#<address>`  | `watch#<generation>#<conn>` | a subscription                          |
| `inbox#<address>`  | `rules#<generation>`        | the rules of a mailbox                  |
| `inbox#<address>`  | `pop3#<generation>`         | its POP3 mailbox elsewhere              |
| `mail#<mail>`      | `to#<address>`              | what became of a mail for one recipient |
| `mail#<mail>`      | `content`                   | what readers of the mail see            |
| `connections`      | `<connection>`              | an open WebSocket                       |
| `places#<client>`  | `connections`               | the open WebSockets of a client address |
| `counters#<shard>` | `deliveries`                | how many deliveries ended how           |
| `requests#<shard>` | `answers`                   | how many requests were answered how     |
| `rollup#all#<shard>` | `<day>#<domain>`          | what happened that day at the domain    |
| `rollup#<account id>` | `<day>#<domain>`         | the same, as far as an account may see it |
| `export#<holder>`  | `export`                    | the last export of an inbox or account  |
| `domains`          | `<domain id>`               | a mail domain, as admins see it         |
| `mailing#<domain>` | `relay`                     | what the domain's mail is sent through  |
| `mailing#<domain>` | `dkim`                      | the keys that it is signed with         |
| `mailing#<domain>` | `rules`                     | the rules for mail to the domain        |
| `claims`           | `<account id>`              | how many domains an account claims      |
| `claims`           | `proven`                    | how many domains of accounts are proven |
| `claims`           | `<account id>#<domain id>`  | a domain that an account claims         |
| `domain#<name>`    | `holder`                    | whose the name is: an admin's, or a claim |
| `admin`            | `key`                       | the hash of the admin key               |
| `batches`          | `<time>#<batch>`            | a batch of generated inboxes            |
| `batch#<batch>`    | `members#<nr>`              | some of its inboxes                     |
| `account#<e-mail>` | `account`                   | an account, its sessions and mailboxes  |
| `account#<e-mail>` | `watch#<generation>#<conn>` | a subscription to all of its mailboxes  |
| `account#<e-mail>` | `reset`                     | the last reset of a password asked for |
| `key#<key id>`     | `key`                       | an API key of an account, by its hash   |
| `rate#<client>`    | `<window>`                  | how much a client asked for lately      |
| `proofs#<nonce>`   | `proof`                     | a proof of work that has been taken     |
| `budget`           | `<day>`                     | what the deployment has made that day   |
| `waits`            | `now`                       | who waits for mail at this moment       |
| `sweep`            | `round`                     | how far the sweep has come              |
| `outgoing#<account>` | `mail#<mail>`             | a mail that goes out; ids go by time    |
| `outgoing#<account>` | `key#<hash>`              | an idempotency key and its mail         |
| `outgoing#<account>` | `upload#<upload>`         | a file that the account brings for a mail |
| `outgoing#<account>` | `forward#<address>`       | where the account's rules may forward mail |
| `outgoing#<account>` | `forwards#<inbox>#<day>`  | what a mailbox has forwarded that day   |
| `outgoing#<account>` | `suppressed#<address>`    | whom the account's mail goes to no more |
| `outgoing#<account>` | `counts`                  | how many mails are in which state       |
| `outgoing#<account>` | `day#<day>`               | what the account has sent that day      |
| `templates#<account>` | `template#<template>`    | a template, and which versions there are |
| `templates#<account>` | `version#<template>#<nr>` | what a version of it says            |
| `templates#<account>` | `held`                   | how many there are, and how large       |
| `approvals`        | `<account id>`              | whether an account may send mail        |
| `sending#<domain>` | `day#<day>`                 | what a registrable domain has sent that day |
| `counters#<shard>` | `outgoing`                  | the same counts for all accounts        |
| `webhooks#<owner>` | `list`                      | the webhooks of an account, an inbox, or all |
| `webhook#<id>`     | `state`                     | how its receiver is doing, who works on it |
| `webhook#<id>`     | `delivery#<delivery>`       | an event on its way there; ids go by time |
| `webhook#<id>`     | `waiting#<due>#<delivery>`  | a delivery that waits until it is due   |
| `webhook#<id>`     | `attempt#<delivery>#<nr>`   | what the receiver said                  |
| `counters#<shard>` | `webhooks`                  | how many deliveries are in which state  |

`<address>` and `<generation>` are the halves of an inbox id; an account's id is made likewise, of
a hash of its e-mail address and a generation. All rows of an inbox share a
partition, so that its stream records keep their order.
"""

from datetime import date

from mayfly.inboxes.ids import InboxId, MailKey
from mayfly.inboxes.models import Access

PARTITION_KEY = "pk"
SORT_KEY = "sk"
TTL_ATTRIBUTE = "ttl"  # epoch seconds; DynamoDB removes the row within days of it
STREAM_VIEW = "NEW_AND_OLD_IMAGES"

INBOX_PARTITION = "inbox#"
INBOX_ROW = "inbox"
MESSAGE_ROW = "message#"
WATCH_ROW = "watch#"
RULES_ROW = "rules#"
POP3_ROW = "pop3#"
MAIL_PARTITION = "mail#"
DELIVERY_ROW = "to#"
CONTENT_ROW = "content"
CONNECTIONS_PARTITION = "connections"
CONNECTED_PARTITION = "connected"
PLACES_PARTITION = "places#"
PLACES_ROW = "connections"
COUNTERS_PARTITION = "counters#"
COUNTERS_ROW = "deliveries"
REQUESTS_PARTITION = "requests#"
REQUESTS_ROW = "answers"
ROLLUP_PARTITION = "rollup#"
EXPORT_PARTITION = "export#"
EXPORT_ROW = "export"
DOMAINS_PARTITION = "domains"
MAILING_PARTITION = "mailing#"
RELAY_ROW = "relay"
DKIM_ROW = "dkim"
DOMAIN_RULES_ROW = "rules"
CLAIMS_PARTITION = "claims"
PROVEN_ROW = "proven"
NAME_PARTITION = "domain#"
HOLDER_ROW = "holder"
ADMIN_PARTITION = "admin"
ADMIN_KEY_ROW = "key"
BATCHES_PARTITION = "batches"
BATCH_PARTITION = "batch#"
MEMBERS_ROW = "members#"
ACCOUNT_PARTITION = "account#"
ACCOUNT_ROW = "account"
RESET_ROW = "reset"
API_KEY_PARTITION = "key#"
API_KEY_ROW = "key"
RATE_PARTITION = "rate#"
WAITS_PARTITION = "waits"
WAITS_ROW = "now"
PROOF_PARTITION = "proofs#"
PROOF_ROW = "proof"
BUDGET_PARTITION = "budget"
SPENDING_ROW = "spending"
SWEEP_PARTITION = "sweep"
ROUND_ROW = "round"
OUTGOING_PARTITION = "outgoing#"
OUTGOING_ROW = "mail#"
PROMISE_ROW = "key#"
UPLOAD_ROW = "upload#"
SUPPRESSED_ROW = "suppressed#"
FORWARD_ROW = "forward#"
FORWARDS_ROW = "forwards#"
OUTGOING_COUNTS_ROW = "counts"
OUTGOING_DAY_ROW = "day#"
TEMPLATES_PARTITION = "templates#"
TEMPLATE_ROW = "template#"
EDITION_ROW = "version#"
TEMPLATES_HELD_ROW = "held"
APPROVALS_PARTITION = "approvals"
SENDING_PARTITION = "sending#"
OUTGOING_COUNTERS_ROW = "outgoing"
WEBHOOKS_PARTITION = "webhooks#"
WEBHOOKS_ROW = "list"
WEBHOOK_PARTITION = "webhook#"
WEBHOOK_STATE_ROW = "state"
WEBHOOK_DELIVERY_ROW = "delivery#"
WEBHOOK_WAITING_ROW = "waiting#"
WEBHOOK_ATTEMPT_ROW = "attempt#"
WEBHOOK_COUNTERS_ROW = "webhooks"

DELETED_AT = "deleted_at"  # on an inbox row: the change that starts the erasing
CENSUS_FIELDS = (
    *("access", "expires_at", "message_lifetime", DELETED_AT, "held_messages", "token_version"),
)
"""What the statistics read of each inbox: nothing by which anybody could open one."""
OWNER = (
    "owner"  # on a mailbox's row and on those of its messages: whose subscribers hear of new ones
)
ACCESS = "access"  # on an inbox row: who may read it
FULL_SINCE = "full_since"  # on an inbox row: since when mail is dropped because it is full
SEQUENCE = "sequence"  # on an inbox row: the number of its newest message
REPLAY_AFTER = "replay_after"  # on a subscription row: the wish that starts the replay

Key = dict[str, str]


def inbox_key(partition: str) -> Key:
    """The row of whatever generation an address has."""
    return _key(INBOX_PARTITION + partition, INBOX_ROW)


def message_key(inbox: InboxId, sequence: int) -> Key:
    """The row of one message; ten digits keep the order of numbers and of text the same."""
    return _key(INBOX_PARTITION + inbox.partition, f"{message_prefix(inbox)}{sequence:010d}")


def message_prefix(inbox: InboxId) -> str:
    """What the sort keys of an inbox's messages begin with."""
    return f"{MESSAGE_ROW}{inbox.generation}#"


def watch_key(inbox: InboxId, connection_id: str) -> Key:
    """The row of one connection's subscription to the inbox."""
    return _key(INBOX_PARTITION + inbox.partition, watch_prefix(inbox) + connection_id)


def watch_prefix(inbox: InboxId) -> str:
    """What the sort keys of an inbox's subscriptions begin with."""
    return f"{WATCH_ROW}{inbox.generation}#"


def rules_key(inbox: InboxId) -> Key:
    """The row of a mailbox's rules."""
    return _key(INBOX_PARTITION + inbox.partition, RULES_ROW + inbox.generation)


def pop3_key(inbox: InboxId) -> Key:
    """The row of the POP3 mailbox that the inbox shows."""
    return _key(INBOX_PARTITION + inbox.partition, POP3_ROW + inbox.generation)


def delivery_key(mail: MailKey, partition: str) -> Key:
    """The row that says what became of the mail at this address."""
    return _key(MAIL_PARTITION + mail, DELIVERY_ROW + partition)


def content_key(mail: MailKey) -> Key:
    """The row of what readers of the mail see."""
    return _key(MAIL_PARTITION + mail, CONTENT_ROW)


def connection_key(connection_id: str) -> Key:
    """The row of an open WebSocket."""
    return _key(CONNECTIONS_PARTITION, connection_id)


def connected_key(minute: int) -> Key:
    """How many of the open WebSockets lapse in this minute, counted since the epoch."""
    return _key(CONNECTED_PARTITION, f"{minute:010}")


def places_key(client: str) -> Key:
    """The connections of a client (`rate_limits.models.Client.key`)."""
    return _key(PLACES_PARTITION + client, PLACES_ROW)


def counters_key(shard: int) -> Key:
    """One of the rows that the counters are spread over."""
    return _key(f"{COUNTERS_PARTITION}{shard}", COUNTERS_ROW)


def requests_key(shard: int) -> Key:
    """One of the rows that the counts of answered requests are spread over."""
    return _key(f"{REQUESTS_PARTITION}{shard}", REQUESTS_ROW)


def rollups_partition(owner: str, shard: int) -> str:
    """Of the rollups of an account, or of a shard of the deployment's for ""."""
    return ROLLUP_PARTITION + (owner or f"all#{shard}")


def rollup_key(owner: str, shard: int, day: date, domain: str) -> Key:
    """What happened on this day (UTC) at the domain."""
    return _key(rollups_partition(owner, shard), f"{day.isoformat()}#{domain}")


def export_key(holder: str) -> Key:
    """The row of the holder's last export (`exports.models.of_inbox`, `of_account`)."""
    return _key(EXPORT_PARTITION + holder, EXPORT_ROW)


def batch_key(rank: str) -> Key:
    """The row of a batch of generated inboxes; `rank` is `Batch.rank`."""
    return _key(BATCHES_PARTITION, rank)


def members_key(batch: str, number: int) -> Key:
    """One of the rows that say which inboxes are in a batch; four digits keep their order."""
    return _key(BATCH_PARTITION + batch, f"{MEMBERS_ROW}{number:04d}")


def admin_key_key() -> Key:
    """The row with the hash of the admin key."""
    return _key(ADMIN_PARTITION, ADMIN_KEY_ROW)


def domain_key(domain_id: str) -> Key:
    """The row of a mail domain that admins added or changed."""
    return _key(DOMAINS_PARTITION, domain_id)


def relay_key(domain_id: str) -> Key:
    """The row of a domain's relay."""
    return _key(MAILING_PARTITION + domain_id, RELAY_ROW)


def dkim_key(domain_id: str) -> Key:
    """The row of a domain's signing keys."""
    return _key(MAILING_PARTITION + domain_id, DKIM_ROW)


def domain_rules_key(domain_id: str) -> Key:
    """The row of the rules for mail to a domain."""
    return _key(MAILING_PARTITION + domain_id, DOMAIN_RULES_ROW)


def claims_key(owner: str) -> Key:
    """The row that counts an account's claims."""
    return _key(CLAIMS_PARTITION, owner)


def proven_key() -> Key:
    """The row that counts the domains of all accounts that were proven."""
    return _key(CLAIMS_PARTITION, PROVEN_ROW)


def claim_key(owner: str, domain_id: str) -> Key:
    """The row of a domain that an account claims."""
    return _key(CLAIMS_PARTITION, claim_prefix(owner) + domain_id)


def claim_prefix(owner: str) -> str:
    """What the sort keys of an account's claims begin with."""
    return f"{owner}#"


def holder_key(name: str) -> Key:
    """The row that names the holder of a domain's name."""
    return _key(NAME_PARTITION + name, HOLDER_ROW)


def rate_key(client_key: str, window_start: int) -> Key:
    """What a client asked for in the window that began then (epoch seconds)."""
    return _key(RATE_PARTITION + client_key, str(window_start))


def waits_key() -> Key:
    """The row of the requests that wait for mail."""
    return _key(WAITS_PARTITION, WAITS_ROW)


def proof_key(nonce: str) -> Key:
    """A solution that has been taken, by the nonce of its challenge."""
    return _key(PROOF_PARTITION + nonce, PROOF_ROW)


def budget_key(day: date) -> Key:
    """What the deployment made on this day (UTC)."""
    return _key(BUDGET_PARTITION, day.isoformat())


def spending_key() -> Key:
    """What the day has cost so far, and whether the breaker has tripped."""
    return _key(BUDGET_PARTITION, SPENDING_ROW)


def round_key() -> Key:
    """How far the sweep has come."""
    return _key(SWEEP_PARTITION, ROUND_ROW)


def account_watch_key(partition: str, generation: str, connection_id: str) -> Key:
    """The row of one connection's subscription to an account (`AccountId`'s halves)."""
    return _key(ACCOUNT_PARTITION + partition, account_watch_prefix(generation) + connection_id)


def account_watch_prefix(generation: str) -> str:
    """What the sort keys of an account's subscriptions begin with."""
    return f"{WATCH_ROW}{generation}#"


def outgoing_key(account: str, mail: str) -> Key:
    """The row of a mail of the account (the `str` of its id) that goes out."""
    return _key(OUTGOING_PARTITION + account, OUTGOING_ROW + mail)


def promise_key(account: str, key_hash: str) -> Key:
    """The row of an idempotency key."""
    return _key(OUTGOING_PARTITION + account, PROMISE_ROW + key_hash)


def upload_key(account: str, upload: str) -> Key:
    """The row of a file that the account brings before its mail."""
    return _key(OUTGOING_PARTITION + account, UPLOAD_ROW + upload)


def suppressed_key(account: str, address: str) -> Key:
    """The row of an address that the account's mail goes to no more."""
    return _key(OUTGOING_PARTITION + account, SUPPRESSED_ROW + address)


def forward_key(account: str, address: str) -> Key:
    """The row of a destination of forwarding."""
    return _key(OUTGOING_PARTITION + account, FORWARD_ROW + address)


def forwards_day_key(account: str, inbox: str, day: date) -> Key:
    """What a mailbox (its partition) has forwarded on this day (UTC)."""
    return _key(OUTGOING_PARTITION + account, f"{FORWARDS_ROW}{inbox}#{day.isoformat()}")


def outgoing_counts_key(account: str) -> Key:
    """How many of the account's mails are in which state."""
    return _key(OUTGOING_PARTITION + account, OUTGOING_COUNTS_ROW)


def outgoing_day_key(account: str, day: date) -> Key:
    """What the account has sent on this day (UTC)."""
    return _key(OUTGOING_PARTITION + account, OUTGOING_DAY_ROW + day.isoformat())


def template_key(account: str, template: str) -> Key:
    """The row of a template of the account."""
    return _key(TEMPLATES_PARTITION + account, TEMPLATE_ROW + template)


def edition_key(account: str, template: str, number: int) -> Key:
    """The row of one version of it."""
    return _key(TEMPLATES_PARTITION + account, f"{EDITION_ROW}{template}#{number}")


def templates_held_key(account: str) -> Key:
    """How many templates the account has, and how large they are."""
    return _key(TEMPLATES_PARTITION + account, TEMPLATES_HELD_ROW)


def approval_key(account: str) -> Key:
    """The row that says whether an account may send mail."""
    return _key(APPROVALS_PARTITION, account)


def domain_day_key(name: str, day: date) -> Key:
    """What all accounts have sent from parts of this registrable domain on this day (UTC)."""
    return _key(SENDING_PARTITION + name, OUTGOING_DAY_ROW + day.isoformat())


def outgoing_counters_key(shard: int) -> Key:
    """One of the rows that the counts of all accounts are spread over."""
    return _key(f"{COUNTERS_PARTITION}{shard}", OUTGOING_COUNTERS_ROW)


def webhooks_key(owner: str) -> Key:
    """The row of all webhooks of an owner (the `str` of a `HookOwner`)."""
    return _key(WEBHOOKS_PARTITION + owner, WEBHOOKS_ROW)


def webhook_state_key(webhook: str) -> Key:
    """How a webhook's receiver is doing."""
    return _key(WEBHOOK_PARTITION + webhook, WEBHOOK_STATE_ROW)


def webhook_delivery_key(webhook: str, delivery: str) -> Key:
    """The row of an event on its way to a webhook."""
    return _key(WEBHOOK_PARTITION + webhook, WEBHOOK_DELIVERY_ROW + delivery)


def webhook_waiting_key(webhook: str, due: int, delivery: str) -> Key:
    """A delivery that waits until then (epoch milliseconds); 13 digits keep the order."""
    return _key(WEBHOOK_PARTITION + webhook, f"{WEBHOOK_WAITING_ROW}{due:013d}#{delivery}")


def webhook_attempt_key(webhook: str, delivery: str, number: int) -> Key:
    """The row of one attempt."""
    return _key(WEBHOOK_PARTITION + webhook, f"{WEBHOOK_ATTEMPT_ROW}{delivery}#{number:04d}")


def webhook_counters_key(shard: int) -> Key:
    """One of the rows that the counts of deliveries are spread over."""
    return _key(f"{COUNTERS_PARTITION}{shard}", WEBHOOK_COUNTERS_ROW)


def account_key(partition: str) -> Key:
    """The row of whatever generation an account has (`AccountId.partition`)."""
    return _key(ACCOUNT_PARTITION + partition, ACCOUNT_ROW)


def reset_key(partition: str) -> Key:
    """The row of the reset that was asked for last for an e-mail address."""
    return _key(ACCOUNT_PARTITION + partition, RESET_ROW)


def api_key_key(key_id: str) -> Key:
    """The row of an API key, by the id that is made of its hash."""
    return _key(API_KEY_PARTITION + key_id, API_KEY_ROW)


def _key(partition: str, sort: str) -> Key:
    return {PARTITION_KEY: partition, SORT_KEY: sort}


EXPIRY_FILTERS: tuple[dict[str, object], ...] = (
    {  # a message that TTL removed
        "eventName": ["REMOVE"],
        "userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]},
        "dynamodb": {"Keys": {SORT_KEY: {"S": [{"prefix": MESSAGE_ROW}]}}},
    },
)
"""The sweep wakes for these changes, some minutes later."""
COUNT_FILTERS: tuple[dict[str, object], ...] = (
    {  # a counter has counted
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {
            "Keys": {SORT_KEY: {"S": [COUNTERS_ROW, OUTGOING_COUNTERS_ROW, WEBHOOK_COUNTERS_ROW]}}
        },
    },
)
"""Likewise: daily counts are made of them, many at once."""

# Lambda's event filters, five at most (`$or` in one of them counts as one): table_events wakes for
# these changes only. TTL says who it
# was; who else writes or removes a row does not.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
# https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
STREAM_FILTERS: tuple[dict[str, object], ...] = (
    {  # a new message, or inbox, or a message that somebody removed: TTL's are for the sweep
        "eventName": ["INSERT", "REMOVE"],
        "userIdentity": {"type": [{"exists": False}]},
        "dynamodb": {"Keys": {SORT_KEY: {"S": [{"prefix": MESSAGE_ROW}, INBOX_ROW]}}},
    },
    {
        "eventName": ["MODIFY"],
        "dynamodb": {
            "Keys": {SORT_KEY: {"S": [INBOX_ROW]}},
            "$or": [
                # a deleted inbox
                {"NewImage": {DELETED_AT: {"N": [{"exists": True}]}}},
                # an anonymous session's inbox that has become an account's
                {
                    "OldImage": {ACCESS: {"S": [Access.TOKEN.value]}},
                    "NewImage": {ACCESS: {"S": [Access.OWNER.value]}},
                },
                # an inbox that has become full
                {
                    "OldImage": {FULL_SINCE: {"N": [{"exists": False}]}},
                    "NewImage": {FULL_SINCE: {"N": [{"exists": True}]}},
                },
                # an inbox in the place of a former one, or one that has had no message yet
                {"NewImage": {SEQUENCE: {"N": ["0"]}, FULL_SINCE: {"N": [{"exists": False}]}}},
            ],
        },
    },
    {  # a subscription that is owed a replay
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {
            "Keys": {SORT_KEY: {"S": [{"prefix": WATCH_ROW}]}},
            "NewImage": {REPLAY_AFTER: {"N": [{"exists": True}]}},
        },
    },
    {  # a mail that goes out
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {"Keys": {SORT_KEY: {"S": [{"prefix": OUTGOING_ROW}]}}},
    },
    {  # a domain of an account that was proven, or whose proof is missing
        "eventName": ["MODIFY"],
        "dynamodb": {
            "Keys": {PARTITION_KEY: {"S": [CLAIMS_PARTITION]}},
            "NewImage": {"status": {"S": ["active", "suspended"]}},
        },
    },
)
