"""What can go wrong between a mail client and a Mayfly.

BridgeError
├── Unreachable     nobody answers, or what answers is no Mayfly
├── Busy            it asks to come again later
├── LoginRefused    name and secret open nothing
├── Gone            there is no such inbox or message (any more)
└── Refused         it understood, and will not
"""


class BridgeError(Exception):
    """The message can be shown to whoever uses the mail client."""


class Unreachable(BridgeError):
    """Nobody answers, or what answers is no Mayfly."""


class Busy(BridgeError):
    """It asks to come again later."""


class LoginRefused(BridgeError):
    """Name and secret open nothing, or nothing any more."""


class Gone(BridgeError):
    """There is no such inbox or message, or not any more."""


class Refused(BridgeError):
    """It understood, and will not."""


class WrongSetting(Exception):
    """A setting or an option that cannot be used; the message names it."""
