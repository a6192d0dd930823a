"""The WebSocket, and how much one client may do over it."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.settings import HOST_NAME, FromEnvironment, is_url, limit, made, setting, within
from mayfly.subscriptions.models import ConnectionLimits

_SOCKET = (  # it goes into the page's policy: no blank, quote, `;` or `,` (CSP 3)
    rf"(?ai)wss?://(?:{HOST_NAME}|\[[0-9a-f:.]+\])(?::(?P<port>\d{{1,5}}))?"
    r"(?:/[\w.~!$&()*+=:@%/?-]*)?"
)


def _socket(text: str) -> str:
    """The address of the WebSocket, "" for none; InvalidInput for what no browser could open."""
    address = text.strip()
    if address and not is_url(_SOCKET, address):
        raise InvalidInput("must be as in wss://mail.example/ws")
    return address


@dataclass(frozen=True, init=False, repr=False, eq=False)
class SubscriptionSettings(FromEnvironment):
    """The WebSocket, and how much one client may do over it."""

    socket_url: str = made("", "the WebSocket address that clients are given", _socket)
    socket_endpoint: str = made("", "the WebSocket API's @connections address")
    socket_frames: int = limit(120, "frames a minute of one WebSocket connection; 0 is no limit")
    socket_address_frames: int = limit(
        600, "frames and new connections a minute of one client address; 0 likewise"
    )
    socket_replayed: int = limit(
        500, "messages a minute of one connection past which no replay begins; 0 likewise"
    )
    socket_address_replayed: int = limit(2000, "the same for one client address; 0 likewise")
    socket_replays: int = limit(10, "replays a minute of one inbox to one connection; 0 likewise")
    socket_subscriptions: int = setting(
        limits.SUBSCRIPTIONS_PER_CONNECTION,
        "inboxes and accounts that one connection watches",
        within(1),
    )
    socket_address_watchers: int = limit(
        10, "connections of one client address that watch one inbox or account; 0 is no limit"
    )
    socket_address_connections: int = limit(
        50, "WebSocket connections of one client address at once; 0 likewise"
    )

    @property
    def places(self) -> ConnectionLimits:
        """How many may watch."""
        return ConnectionLimits(
            subscriptions=self.socket_subscriptions,
            watchers=limits.CONNECTIONS_PER_INBOX,
            watchers_of_client=self.socket_address_watchers,
            connections_of_client=self.socket_address_connections,
        )
