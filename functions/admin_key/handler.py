"""Makes the admin key when the stack is made, and a new one on request.

The key is in no answer: people who may read the secret find it there.
"""

from typing import Any

from aws_lambda_powertools import Logger

from functions.custom_resource import serve
from mayfly.assembly import here

logger = Logger(service="admin_key")

_MADE = "admin-key"


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, bool] | None:
    """Replace the key for `{"rotate": true}`; otherwise do what CloudFormation asks."""
    if "RequestType" in event:
        serve(event, _settle, logger)
        return None
    if event.get("rotate") is not True:
        raise ValueError('send {"rotate": true} for a new admin key')
    here().admin.key_maker.make()
    logger.info("The admin key was replaced")
    return {"rotated": True}


def _settle(event: dict[str, Any], done: str) -> str:
    """A key for a new stack or a new secret; otherwise the key stays. Deleting does nothing."""
    maker = here().admin.key_maker
    secret = event["ResourceProperties"]["Secret"]
    before = event.get("OldResourceProperties", {}).get("Secret", secret)
    if event["RequestType"] == "Create" or (event["RequestType"] == "Update" and before != secret):
        maker.make()
    elif event["RequestType"] == "Update":
        maker.make_first()
    return _MADE
