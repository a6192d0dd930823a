"""POP3 mailboxes that inboxes show."""

from dataclasses import dataclass

from mayfly.kit.settings import FromEnvironment, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Pop3Settings(FromEnvironment):
    """POP3 mailboxes that inboxes show."""

    external_inboxes: bool = setting(
        True, "whether anybody may create inboxes that show a POP3 mailbox of theirs"
    )
    pop3_to_private_addresses: bool = setting(
        False,
        "whether POP3 servers may be in this machine's own network, there at any port and without"
        " TLS; never where credentials are given",
    )
