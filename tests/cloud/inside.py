"""What tests may see of a deployment from its account: resources by their place in the stack."""

import json
import secrets
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.cloud import context
from infra.emulator.cdk import STACK, Cdk
from infra.emulator.certificate import CERTIFICATE, KEY
from infra.emulator.emulator import ACCOUNT, ENVIRONMENT
from infra.emulator.place import Place
from infra.local.dns.server import Zone
from mayfly.accounts.models import AccountId
from mayfly.facades.settings import NAMES
from mayfly.inboxes.ids import InboxId, mail_key, partition_of
from mayfly.kit.dynamodb.keys import (
    CLAIMS_PARTITION,
    INBOX_PARTITION,
    TTL_ATTRIBUTE,
    Key,
    account_key,
    content_key,
    inbox_key,
    message_key,
    requests_key,
)
from mayfly.mail.address import Address
from mayfly.settings import Settings
from tests.setting_names import RATE_LIMITS, SOCKET_LIMITS

ZONE_ID = "Z1"
"""Of the first hosted zone that is made."""
DEPLOYED = {
    context.name(each.name): "1000000"
    for each in fields(Settings)
    if each.name in (*RATE_LIMITS, *SOCKET_LIMITS) or each.name.endswith("_per_day")
} | {
    "dailyBudgetUsd": "1",
    "logSample": "100",  # a test reads in the log what went well
    "sending": "true",
    "sendingNeedsApproval": "false",
    "relayToPrivateAddresses": "true",
    "pop3ToPrivateAddresses": "true",
    "facades": ",".join(NAMES),
    "hostedZones": ZONE_ID,
}
"""Context values with which one client may do as much as it likes, and all of it is counted.

And accounts send mail, by relays on this machine, too; inboxes show POP3 mailboxes of it.
"""
ALIAS = "live"  # infra.cloud.functions.handler has it, and would start Node.js


@dataclass(frozen=True)
class Inside:
    """The account of an emulator, and the zone that its functions ask."""

    place: Place
    zone: Zone

    def client(self, service: str) -> Any:
        return self._clients.setdefault(service, self.place.emulator.client(service))

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    @property
    def cdk(self) -> Cdk:
        return Cdk(self.place.emulator, ENVIRONMENT / "layer", self.place.context)

    @cached_property
    def resources(self) -> Mapping[str, tuple[str, str]]:
        """Type and physical id by logical id."""
        cloudformation = self.client("cloudformation")
        listed = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        return {
            each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"])
            for each in listed
        }

    def find(self, kind: str, begins: str) -> str:
        """The physical id of the only resource of this type whose logical id begins so."""
        (found,) = [
            physical
            for name, (each, physical) in self.resources.items()
            if each == kind and name.startswith(begins)
        ]
        return found

    @property
    def bucket(self) -> str:
        return self.find("AWS::S3::Bucket", "StorageMail")

    @property
    def table(self) -> str:
        return self.find("AWS::DynamoDB::Table", "StorageTable")

    @property
    def admin_key(self) -> str:
        """What the deployment made for people who run it."""
        secret = self.find("AWS::SecretsManager::Secret", "AdminKey")
        found: str = self.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
        return found

    def objects(self) -> set[str]:
        """The keys of all objects of the bucket."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return {each["Key"] for page in pages for each in page.get("Contents", [])}

    def change_inbox(self, address: str, **numbers: int) -> None:
        """Give an inbox's row these numbers."""
        self.change_row(inbox_key(partition_of(Address.parse(address))), **numbers)

    def end_message(self, address: str, number: int) -> None:
        """Let TTL find that the message's time is over."""
        partition = partition_of(Address.parse(address))
        key = {name: {"S": text} for name, text in inbox_key(partition).items()}
        found = self.client("dynamodb").get_item(TableName=self.table, Key=key)["Item"]
        inbox = InboxId(partition, found["generation"]["S"])
        self.change_row(message_key(inbox, number), **{TTL_ATTRIBUTE: 1})

    def change_row(self, key: Key, **numbers: int) -> None:
        """Give a row these values; without the row, make it."""
        self.client("dynamodb").update_item(
            TableName=self.table,
            Key={name: {"S": text} for name, text in key.items()},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in numbers),
            ExpressionAttributeNames={f"#{name}": name for name in numbers},
            ExpressionAttributeValues={f":{n}": {"N": str(v)} for n, v in numbers.items()},
        )

    def removals(self, address: str) -> list[Any]:
        """The records of the table's stream that say what went out of an address's partition."""
        streams = self.client("dynamodbstreams")
        (stream,) = streams.list_streams(TableName=self.table)["Streams"]
        arn = stream["StreamArn"]
        partition = INBOX_PARTITION + partition_of(Address.parse(address))
        found = []
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            place = {"StreamArn": arn, "ShardId": shard["ShardId"]}
            asked = streams.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")
            records = streams.get_records(ShardIterator=asked["ShardIterator"])["Records"]
            found += [
                each
                for each in records
                if each["eventName"] == "REMOVE"
                and each["dynamodb"]["Keys"]["pk"] == {"S": partition}
            ]
        return found

    def change_claim(self, domain_id: str, **numbers: int | str) -> None:
        """Give the row of an account's domain these values, and forget what SES said of it."""
        client, partition = self.client("dynamodb"), {"S": CLAIMS_PARTITION}
        rows = client.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": partition},
        )["Items"]
        (sort,) = [each["sk"] for each in rows if each["sk"]["S"].endswith(f"#{domain_id}")]
        client.update_item(
            TableName=self.table,
            Key={"pk": partition, "sk": sort},
            UpdateExpression="SET "
            + ", ".join(f"#{name} = :{name}" for name in numbers)
            + " REMOVE #identity",
            ExpressionAttributeNames={f"#{name}": name for name in (*numbers, "identity")},
            ExpressionAttributeValues={
                f":{name}": {"N": str(value)} if isinstance(value, int) else {"S": value}
                for name, value in numbers.items()
            },
        )

    def count_requests(self, requests: int) -> None:
        """Let so many have been answered, for the breaker."""
        self.client("dynamodb").update_item(
            TableName=self.table,
            Key={name: {"S": text} for name, text in requests_key(0).items()},
            UpdateExpression="ADD #answered :more",
            ExpressionAttributeNames={"#answered": "show_message 2xx"},
            ExpressionAttributeValues={":more": {"N": str(requests)}},
        )

    def breaker(self, wish: str) -> Any:
        """What it answers to `look`, `status` or `reset`; the clock looks as well, so ask twice."""
        for _ in range(3):
            answer = self.invoke("sweep", {"breaker": wish})
            if "tripped" in answer:
                break
        return answer

    def intakes(self) -> list[Any]:
        """Whether each rule of the active set is in force, and what the APIs let through."""
        rules = self.client("ses").describe_active_receipt_rule_set()["Rules"]
        rest, socket = (
            self.find("AWS::ApiGateway::RestApi", "HttpApi"),
            self.find("AWS::ApiGatewayV2::Api", "SocketApi"),
        )
        shown = self.client("apigateway").get_stage(restApiId=rest, stageName=ALIAS)
        other = self.client("apigatewayv2").get_stage(ApiId=socket, StageName=ALIAS)
        return [
            {each["Name"]: each["Enabled"] for each in rules},
            shown["methodSettings"]["*/*"]["throttlingRateLimit"],
            # The emulator keeps what the template says under names that nobody reads.
            other["DefaultRouteSettings"].get("ThrottlingRateLimit", 100),
        ]

    def lose_account(self, account: str) -> None:
        """Delete the row of an account, as if what follows its deletion had failed."""
        key = account_key(AccountId.parse(account).partition)
        self.client("dynamodb").delete_item(
            TableName=self.table, Key={name: {"S": text} for name, text in key.items()}
        )

    def identities(self) -> dict[str, Any]:
        """What SES has, by name."""
        client = self.client("sesv2")
        listed = [
            each["IdentityName"] for each in client.list_email_identities()["EmailIdentities"]
        ]
        shown = {name: client.get_email_identity(EmailIdentity=name) for name in listed}
        return {name: each | {"ResponseMetadata": None} for name, each in shown.items()}

    def rows(self, address: str) -> set[str]:
        """The kinds of rows in the partition of an address."""
        return self.rows_of(INBOX_PARTITION + partition_of(Address.parse(address)))

    def rows_of(self, partition: str) -> set[str]:
        """The sort keys of a partition, up to their first `#`."""
        answer = self.client("dynamodb").query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return {each["sk"]["S"].partition("#")[0] for each in answer["Items"]}

    def keep_content(self, mail: str) -> None:
        """Make the content of a mail, as if its deletion had failed."""
        key = {name: {"S": text} for name, text in content_key(mail_key(f"raw/{mail}")).items()}
        self.client("dynamodb").put_item(TableName=self.table, Item=key | {"in_s3": {"BOOL": True}})
        self.client("s3").put_object(
            Bucket=self.bucket, Key=f"content/{mail_key(f'raw/{mail}')}", Body=b"x"
        )

    def lose_raw_mails(self) -> None:
        """Delete every raw mail behind the functions' back."""
        for key in self.objects():
            if key.startswith("raw/"):
                self.client("s3").delete_object(Bucket=self.bucket, Key=key)

    def invoke(self, function: str, event: Any = None) -> Any:
        """The answer of a function's alias."""
        alias = self.find("AWS::Lambda::Alias", f"Functions{function.title().replace('_', '')}")
        answer = self.client("lambda").invoke(FunctionName=alias, Payload=json.dumps(event or {}))
        return json.loads(answer["Payload"].read())

    def make_zone(self, name: str) -> None:
        """The hosted zone that the deployment was told of, if it is not there yet."""
        self.client("route53").create_hosted_zone(Name=name, CallerReference="the tests")

    def zone_names(self) -> list[str]:
        """The names in that zone."""
        listed = self.client("route53").list_resource_record_sets(HostedZoneId=ZONE_ID)
        return [each["Name"] for each in listed["ResourceRecordSets"]]

    def trusted(self) -> ssl.SSLContext:
        """What a server has that the functions trust, by the name `localhost`."""
        self.zone.put("localhost", "A", ["127.0.0.1"])
        folder = Path(self.place.folder) / "tls"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
        return context

    def sent(self) -> list[Any]:
        """What SES was given to send, the first first."""
        context = ssl.create_default_context(cafile=str(self.place.emulator.certificate))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        url = f"{self.place.emulator.endpoint}/_ministack/ses/messages"
        with opener.open(url, timeout=30) as answer:
            mails: list[Any] = json.load(answer)["messages"].get(ACCOUNT, [])
        return mails

    def restart(self, function: str) -> None:
        """Point the alias to a new version: its first invocation starts a new process."""
        alias = self.find("AWS::Lambda::Alias", f"Functions{function.title().replace('_', '')}")
        name, client = alias.split(":")[6], self.client("lambda")
        client.update_function_configuration(FunctionName=name, Description=secrets.token_hex(4))
        version = client.publish_version(FunctionName=name)["Version"]
        client.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)

    def waiting(self, queue: str) -> int:
        """How many messages the queue with this logical id holds."""
        attributes = self.client("sqs").get_queue_attributes(
            QueueUrl=self.find("AWS::SQS::Queue", queue),
            AttributeNames=["ApproximateNumberOfMessages"],
        )
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
