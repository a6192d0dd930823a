"""The AWS calls that one message needs, made by a bare script: nothing around them."""

import json
from typing import Any

import boto3
from botocore.config import Config

from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY

CONTENT_BYTES = 2000
ROW_BYTES = 800


class BareCalls:
    """A topic, a queue and rows of its own, beside Mayfly's, on the same moto."""

    def __init__(self, endpoint: str, table: str, bucket: str) -> None:
        """Make the topic and the queue."""
        self.table, self.bucket = table, bucket
        self.s3, self.sns, self.sqs, self.dynamodb = (
            boto3.client(
                service,
                endpoint_url=endpoint,
                region_name="us-east-1",
                aws_access_key_id="laptop",
                aws_secret_access_key="laptop",
                config=Config(max_pool_connections=32),
            )
            for service in ("s3", "sns", "sqs", "dynamodb")
        )
        self.topic = self.sns.create_topic(Name="bare")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName="bare")["QueueUrl"]
        queue = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        self.sns.subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=queue["Attributes"]["QueueArn"]
        )

    def one_mail(self, name: str, raw: bytes) -> None:
        """Accept one, and store it: the ten calls of a message with one recipient."""
        key = f"bare/{name}"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=raw)
        self.sns.publish(TopicArn=self.topic, Message=json.dumps({"notice": "x" * 1500}))
        received = self.sqs.receive_message(QueueUrl=self.queue).get("Messages", [])
        self.dynamodb.get_item(TableName=self.table, Key=_key(name, "inbox"), ConsistentRead=True)
        self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        content = _row(name, "content", CONTENT_BYTES)
        self.dynamodb.put_item(TableName=self.table, Item=content)
        self.dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": self.table, "Item": _row(name, sort, ROW_BYTES)}}
                for sort in ("inbox", "message", "delivery", "counter")
            ]
        )
        for message in received:
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])


def _key(name: str, sort: str) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": f"bare#{name}"}, SORT_KEY: {"S": sort}}


def _row(name: str, sort: str, size: int) -> dict[str, Any]:
    return _key(name, sort) | {"value": {"S": "x" * size}}
