"""What the deployment's own functions share: CloudFormation calls them as custom resources.

It waits for an answer at a URL that it names, and for many minutes if none comes.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

NOTHING = "nothing"
"""The physical id while nothing was done."""
_ANSWER_SECONDS = 10
_MAX_REASON_CHARS = 1000  # CloudFormation's answer is 4 KB at most


class Refusal(Exception):
    """A reason that the deployer reads as it stands: nothing was changed, and why."""


def serve(
    event: dict[str, Any], settle: Callable[[dict[str, Any], str], str], logger: Logger
) -> None:
    """Do what CloudFormation asks, and always answer.

    `settle` gets the event and the physical id, which says what was done before, and returns what
    is done now.
    """
    done = event.get("PhysicalResourceId", NOTHING)
    try:
        done = settle(event, done)
    except (Refusal, ClientError) as refusal:
        logger.error("Not settled", request=event["RequestType"], reason=str(refusal))
        _answer(event, done, "FAILED", str(refusal))
    except Exception as error:
        logger.exception("Not settled", request=event["RequestType"])
        _answer(event, done, "FAILED", f"{type(error).__name__}: {error}")
    else:
        logger.info("Settled", request=event["RequestType"], done=done)
        _answer(event, done, "SUCCESS", "")


def _answer(event: dict[str, Any], done: str, status: str, reason: str) -> None:
    body = {
        "Status": status,
        "Reason": reason[:_MAX_REASON_CHARS],
        "PhysicalResourceId": done,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = urllib.request.Request(
        event["ResponseURL"],
        data=json.dumps(body).encode(),
        method="PUT",
        # The URL is signed for an empty content type.
        headers={"Content-Type": ""},
    )
    with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):
        pass
