"""Which function may touch what.

The triggers and the activation add what they need themselves; logs are in `handler.py`. A
transaction needs the permissions of the writes in it and no other.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws

from infra.cloud.api.socket_api import SocketApi
from infra.cloud.functions.handler import Handler
from infra.cloud.keys import EdgeKey, PasswordKey, TokenKey
from infra.cloud.receiving.queues import Notices
from infra.cloud.storage import Storage
from mayfly.breaker.models import ApiStage
from mayfly.domains.models import STACK_TAG
from mayfly.kit.dynamodb.keys import ADMIN_PARTITION, CENSUS_FIELDS, PARTITION_KEY, SORT_KEY
from mayfly.sample_mails.models import SAMPLE
from mayfly.settings import Settings

_ROWS = ("GetItem", "BatchGetItem", "Query", "UpdateItem", "DeleteItem")
TABLE: Mapping[str, tuple[str, ...]] = {
    "inbound_mail": ("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"),
    "http_api": (*_ROWS, "PutItem"),
    "websocket": (*_ROWS, "PutItem", "BatchWriteItem"),
    "table_events": (*_ROWS, "BatchWriteItem"),
    "sweep": (*_ROWS, "PutItem"),
    "domain_check": ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
    "admin_key": ("GetItem", "PutItem"),
}
"""Actions on the table's rows."""

PARTITIONS: Mapping[str, str] = {"admin_key": ADMIN_PARTITION}
"""The only partition of the table that a function may touch, where there is but one.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

OBJECTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "inbound_mail": {
        "raw": ("GetObject", "DeleteObject"),
        "content": ("PutObject", "DeleteObject"),
    },
    "http_api": {
        "raw": ("GetObject",),
        # What it fetches from POP3 servers lies there by itself.
        "fetched": ("PutObject", "DeleteObject"),
        "content": ("GetObject", "PutObject", "DeleteObject"),
        "files": ("GetObject", "PutObject"),
        # Also where no message goes out: what went before can be removed by its accounts.
        "outgoing": ("DeleteObject",),
    },
    "table_events": {
        "raw": ("GetObject", "DeleteObject"),
        "content": ("GetObject", "DeleteObject"),
        "files": ("DeleteObject",),
    },
    "sweep": {"raw": ("GetObject", "DeleteObject"), "content": ("DeleteObject",)},
}
"""Actions on the objects under a prefix of the bucket."""

ASKS_FOR_MISSING_OBJECTS = ("inbound_mail", "http_api", "table_events", "sweep")
"""Without `s3:ListBucket` S3 answers 403 for an object that is not there, not 404.

On the whole bucket: a GET has no `s3:prefix` that a condition could ask for. The sweep lists, too.
"""

READS_TOKENS = ("http_api", "websocket")
"""Those that meet callers with tokens; only a deployer may change the key."""

_COUNTING: Mapping[str, Mapping[str, str | Sequence[str]]] = {
    "ForAllValues:StringEquals": {"dynamodb:Attributes": [PARTITION_KEY, SORT_KEY, *CENSUS_FIELDS]},
    "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
}
"""For statistics: what they are made of, and nothing else of the table. Keys have to be among it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

SENDS_MAIL = ("http_api", "domain_check", "webhooks")
"""They write to people that register and to owners of domains and of webhooks, if they are there
and where there is a sender.
"""

CONNECTIONS: Mapping[str, tuple[str, ...]] = {
    "table_events": ("POST",),
    "domain_check": ("POST",),
    "websocket": ("GET", "DELETE"),
}
"""They send frames to WebSocket clients, ask whether they are there, and end them."""

KNOWS_DOMAINS = ("http_api", "domain_check")
"""They make accounts' domains known to SES, and write records to the zones that are given."""

_OWN_IDENTITY_ACTIONS = (
    "ses:DeleteEmailIdentity",
    "ses:GetEmailIdentity",
    "ses:PutEmailIdentityMailFromAttributes",
)
_ZONE_ACTIONS = (
    "route53:ChangeResourceRecordSets",
    "route53:GetHostedZone",
    "route53:ListResourceRecordSets",
)


def grant(
    handlers: Mapping[str, Handler],
    *,
    storage: Storage,
    notices: Notices,
    socket: SocketApi,
    token_key: TokenKey,
    password_key: PasswordKey,
    edge_key: EdgeKey | None,
    settings: Settings,
    stack: str,
    stages: Sequence[ApiStage],
) -> None:
    """Give each function what the tables above say, and those that talk to somebody that."""
    http_api = handlers["http_api"]
    for name, actions in TABLE.items():
        handlers[name].may(
            [f"dynamodb:{each}" for each in actions],
            storage.table.table_arn,
            only_if=_in_partition(PARTITIONS.get(name)),
        )
    for name, prefixes in OBJECTS.items():
        for prefix, actions in prefixes.items():
            handlers[name].may(
                [f"s3:{each}" for each in actions],
                storage.bucket.arn_for_objects(f"{storage.prefixes[prefix]}*"),
                because="SES and hashes name the objects; the prefix is all that is known.",
            )
    for name in ASKS_FOR_MISSING_OBJECTS:
        handlers[name].may(["s3:ListBucket"], storage.bucket.bucket_arn)
    for name in READS_TOKENS:
        handlers[name].may(["secretsmanager:GetSecretValue"], token_key.secret.secret_arn)
    if edge_key is not None:
        http_api.may(["secretsmanager:GetSecretValue"], edge_key.secret.secret_arn)
    # Passwords of relays, and signing keys: what is sealed names its domain. Passwords of POP3
    # mailboxes: it names its inbox.
    for whose in ("domain", "inbox"):
        http_api.may(
            ["kms:Encrypt"],
            password_key.key.key_arn,
            only_if={"Null": {f"kms:EncryptionContext:{whose}": "false"}},
        )
    # Passwords of generated inboxes.
    http_api.may(["kms:GenerateDataKey", "kms:Decrypt"], password_key.key.key_arn)
    http_api.may(["dynamodb:Scan"], storage.table.table_arn, only_if=_COUNTING)
    if settings.sender_address:
        for name in (each for each in SENDS_MAIL if each in handlers):
            _allow_sending(handlers[name], settings.sender_address)
    for name in KNOWS_DOMAINS:
        _allow_identities(handlers[name], stack)
        for zone in settings.hosted_zones:
            arn = f"arn:{Aws.PARTITION}:route53:::hostedzone/{zone}"
            handlers[name].may(_ZONE_ACTIONS, arn)
    http_api.may(["sqs:GetQueueAttributes", "sqs:SendMessage"], notices.queue.queue_arn)
    http_api.may(
        ["s3:PutObject"],
        storage.bucket.arn_for_objects(f"{storage.prefixes['raw']}{SAMPLE}*"),
        because="Samples only, by their name: no raw message that came in can be written over.",
    )
    handlers["sweep"].may(["sqs:SendMessage"], notices.queue.queue_arn)
    handlers["sweep"].may(
        ["ses:DescribeActiveReceiptRuleSet", "ses:UpdateReceiptRule"],
        "*",
        because="Rule sets have no ARNs in IAM; the breaker changes no rule but the stack's.",
    )
    for stage in stages:
        arn = f"arn:{Aws.PARTITION}:apigateway:{Aws.REGION}::/{stage.path}"
        handlers["sweep"].may(["apigateway:GET", "apigateway:PATCH"], arn)
    for name, methods in CONNECTIONS.items():
        for method in methods:
            handlers[name].may(
                ["execute-api:ManageConnections"],
                socket.connections_arn(method),
                because="A connection gets its id when it connects.",
            )


def _allow_sending(handler: Handler, sender_address: str) -> None:
    """Mail from this address only, to anybody.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
    """
    handler.may(
        ["ses:SendEmail"],
        f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}:identity/*",
        only_if={"StringEquals": {"ses:FromAddress": sender_address}},
        because="SES also asks for the identities of recipients that the account has verified, as "
        "all of them are in the sandbox; the condition names the sender.",
    )


def _allow_identities(handler: Handler, stack: str) -> None:
    """SES identities with this stack's tag: to make them so, and to do something with them.

    Also where accounts may bring no more domains: those that are there go on, and can be given up.
    Making an identity with tags needs `ses:TagResource`, too; it takes away no other stack's.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_sesv2.html
    """
    identities = f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}:identity/*"
    because = "Which domains accounts will bring, nobody knows when the stack is made."
    asked = {"StringEquals": {f"aws:RequestTag/{STACK_TAG}": stack}}
    there = {f"aws:ResourceTag/{STACK_TAG}": stack}
    handler.may(["ses:CreateEmailIdentity"], identities, only_if=asked, because=because)
    handler.may(["ses:TagResource"], identities, only_if=asked | {"StringEqualsIfExists": there})
    handler.may(_OWN_IDENTITY_ACTIONS, identities, only_if={"StringEquals": there})


def _in_partition(partition: str | None) -> Mapping[str, Mapping[str, str]] | None:
    if partition is None:
        return None
    return {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": partition}}
