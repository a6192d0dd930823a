"""Ways out: to our own queue, to people, and to WebSocket clients."""

from typing import Protocol

from mayfly.mail.address import Address
from mayfly.receiving.notice import Notice


class Notices(Protocol):
    """The queue that notices of accepted email wait in."""

    def send(self, notice: Notice) -> None:
        """Put the notice into the queue, once more."""


SERVICE = "service"
"""In the place of an account's id, where emails of our own that come back are noted."""


class ServiceMailer(Protocol):
    """The way out for emails of our own."""

    def send(self, recipient: Address, subject: str, text: str) -> None:
        """Hand over one email in plain text; MailNotSent if it is not taken, within seconds."""


class Sockets(Protocol):
    """The way to WebSocket clients."""

    def post(self, connection_id: str, frame: str) -> None:
        """Send one frame; ConnectionGone if the client has left.

        Any other failure is a PushFailed of the adapter's and loses only this frame.
        """


class SocketControl(Protocol):
    """What else one can do to WebSocket connections."""

    def is_open(self, connection_id: str) -> bool:
        """Whether the client is still there; PushFailed if that is not known."""

    def close(self, connection_id: str) -> None:
        """End the connection; one that has ended is no error, any failure a PushFailed."""
