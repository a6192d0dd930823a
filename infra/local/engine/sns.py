"""SNS: topics that hand on to queues, raw, in the same transaction."""

from typing import Any

from infra.local.account import ACCOUNT, REGION
from infra.local.engine.errors import Client, Unsupported, answered, check_known, refused
from infra.local.engine.sqs import Sqs

_LARGEST = 256 * 1024


class Sns(Client):
    """The calls of boto3's client that are used here."""

    service = "sns"

    def __init__(self, sqs: Sqs) -> None:
        """No topics yet."""
        self._sqs = sqs
        self._queues: dict[str, list[str]] = {}  # names, by the topic's ARN

    def create_topic(self, *, Name: str, **more: Any) -> Any:
        """A repeat is no error."""
        check_known("create_topic", more)
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{Name}"
        self._queues.setdefault(arn, [])
        return answered(TopicArn=arn)

    def subscribe(
        self,
        *,
        TopicArn: str,
        Protocol: str,
        Endpoint: str,
        Attributes: dict[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """A queue, by its ARN, with raw delivery."""
        check_known("subscribe", more)
        if Protocol != "sqs" or Attributes != {"RawMessageDelivery": "true"}:
            raise Unsupported(f"subscribe: {Protocol} with {Attributes}")
        queues, name = self._found(TopicArn, "Subscribe"), Endpoint.rpartition(":")[2]
        if name not in queues:
            queues.append(name)
        return answered(SubscriptionArn=f"{TopicArn}:{name}")

    def publish(self, *, TopicArn: str, Message: str, **more: Any) -> Any:
        """One message, into each queue."""
        if more:
            check_known("publish", more)
        queues = self._found(TopicArn, "Publish")
        if not Message or len(Message) > _LARGEST or len(Message.encode()) > _LARGEST:
            why = "Message too long" if Message else "Empty message"
            raise refused("InvalidParameter", f"Invalid parameter: {why}", "Publish")
        sent = [self._sqs.send_message(QueueUrl=name, MessageBody=Message) for name in queues]
        return answered(MessageId=sent[0]["MessageId"] if sent else "")

    def _found(self, arn: str, operation: str) -> list[str]:
        if arn not in self._queues:
            raise refused("NotFound", "Topic does not exist", operation, 404)
        return self._queues[arn]
