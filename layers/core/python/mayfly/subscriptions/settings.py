"""The WebSocket, and how much one client may do over it."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.settings import HOST_NAME, NO_LIMIT, FromEnvironment, is_url, setting, within
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

    socket_url: str = setting(
        "", "the WebSocket address that clients are given", _socket, is_made=True
    )
    socket_endpoint: str = setting("", "the WebSocket API's @connections address", is_made=True)
    socket_frames: int = setting(
        120, "frames a minute of one WebSocket connection; 0 is no limit", NO_LIMIT
    )
    socket_address_frames: int = setting(
        600, "frames and new connections a minute of one client address; 0 likewise", NO_LIMIT
    )
    socket_replayed: int = setting(
        500, "messages a minute of one connection past which no replay begins; 0 likewise", NO_LIMIT
    )
    socket_address_replayed: int = setting(
        2000, "the same for one client address; 0 likewise", NO_LIMIT
    )
    socket_replays: int = setting(
        10, "replays a minute of one inbox to one connection; 0 likewise", NO_LIMIT
    )
    socket_subscriptions: int = setting(
        limits.SUBSCRIPTIONS_PER_CONNECTION,
        "inboxes and accounts that one connection watches",
        within(1),
    )
    socket_address_watchers: int = setting(
        10,
        "connections of one client address that watch one inbox or account; 0 is no limit",
        NO_LIMIT,
    )
    socket_address_connections: int = setting(
        50, "WebSocket connections of one client address at once; 0 likewise", NO_LIMIT
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
