"""What ministack's SES does not tell of mail that it sends: the events of configuration sets.

Every message is sent. Its events are published for the addresses of SES's mailbox simulator alone,
`success@`, `bounce@` and `complaint@simulator.amazonses.com`. Only `launcher.py` can import this.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.services import ses, ses_v2, sns

Handle = Callable[..., Awaitable[tuple[int, Mapping[str, str], bytes]]]


def add() -> None:
    """Teach the emulator; once, before it serves."""
    ses_v2.handle_request = _telling(ses_v2.handle_request)


def _telling(handle: Handle) -> Handle:
    async def handled(
        method: str, path: str, headers: Any, body: bytes, query: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        status, answered, content = await handle(method, path, headers, body, query)
        if (method, status) == ("POST", 200) and path.endswith("/outbound-emails"):
            _publish(json.loads(body), json.loads(content)["MessageId"])
        return status, answered, content

    return handled


def _publish(sent: Mapping[str, Any], message_id: str) -> None:
    configuration_set = ses_v2._config_sets.get(sent.get("ConfigurationSetName")) or {}
    events = list(_events(sent, message_id))
    for each in configuration_set.get("EventDestinations", {}).values():
        for event in events if each["Enabled"] and "SnsDestination" in each else ():
            if event["eventType"].upper() in each["MatchingEventTypes"]:
                sns.publish_internal(each["SnsDestination"]["TopicArn"], json.dumps(event))


def _events(sent: Mapping[str, Any], message_id: str) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    recipients = [each for kind in sent["Destination"].values() for each in kind]
    mail = {
        "timestamp": now,
        "source": sent["FromEmailAddress"],
        "messageId": message_id,
        "destination": recipients,
        "tags": {each["Name"]: [each["Value"]] for each in sent.get("EmailTags", ())},
    }
    yield {"eventType": "Send", "mail": mail, "send": {}}
    for address in recipients:
        local, _, domain = address.lower().partition("@")
        if domain == ses._SIMULATOR_DOMAIN:
            name = local.partition("+")[0]
            for kind, subtype in ses._SIMULATOR_OUTCOMES.get(name, (("Delivery", None),)):
                details = ses._notification_detail(kind, address, now, subtype)
                yield {"eventType": kind, "mail": mail, **details}
