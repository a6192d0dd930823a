"""How a command ends when it does not end well (RFC 3501 section 7.1, RFC 5530)."""

from mayfly_client.bridge.errors import BridgeError, Busy, Gone, LoginRefused, Refused


class No(Exception):
    """It cannot be done; `code` says why to programs."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Bad(Exception):
    """It makes no sense, or not here."""


_CODES: dict[type[BridgeError], str] = {
    LoginRefused: "AUTHENTICATIONFAILED",
    Gone: "NONEXISTENT",
    Refused: "NOPERM",
    Busy: "UNAVAILABLE",
}


def refusal(error: BridgeError) -> No:
    """What the client is told."""
    return No(str(error), _CODES.get(type(error), "UNAVAILABLE"))
