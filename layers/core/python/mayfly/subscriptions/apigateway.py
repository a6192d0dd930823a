"""The Sockets and SocketControl ports on API Gateway's @connections."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mayfly.errors import ConnectionGone, PushFailed
from mayfly.limits import PUSH_SECONDS
from mayfly.subscriptions.push import LANES

_GONE = 410
_ATTEMPTS = 2
PUSH_CONFIG = Config(
    # API Gateway does not wait for the client: it buffers, or answers 429 when the buffer is full.
    connect_timeout=PUSH_SECONDS / _ATTEMPTS,
    read_timeout=PUSH_SECONDS / _ATTEMPTS,
    # The second attempt is for a kept connection that broke while the function was frozen.
    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    max_pool_connections=LANES,
)
"""For the `apigatewaymanagementapi` client: one client's trouble costs a lane a few seconds."""


@dataclass(frozen=True, slots=True)
class ApiGatewaySockets:
    """See `mayfly.kit.ports`. `client` is for the WebSocket API's stage."""

    client: Any

    def post(self, connection_id: str, frame: str) -> None:
        """One call, and another if it got no answer or API Gateway said to wait."""
        self._call("post_to_connection", connection_id, Data=frame.encode())

    def is_open(self, connection_id: str) -> bool:
        """The same."""
        try:
            self._call("get_connection", connection_id)
        except ConnectionGone:
            return False
        return True

    def close(self, connection_id: str) -> None:
        """The same."""
        with suppress(ConnectionGone):
            self._call("delete_connection", connection_id)

    def _call(self, name: str, connection_id: str, **arguments: Any) -> None:
        try:
            getattr(self.client, name)(ConnectionId=connection_id, **arguments)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == _GONE:
                raise ConnectionGone("the client has left") from error
            code = error.response["Error"]["Code"]
            raise PushFailed(f"API Gateway refused a frame: {code}") from error
        except BotoCoreError as error:
            raise PushFailed(f"no answer to a frame: {type(error).__name__}") from error
