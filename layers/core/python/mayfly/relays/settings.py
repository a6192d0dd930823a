"""SMTP servers of accounts."""

from dataclasses import dataclass

from mayfly.kit.settings import FromEnvironment, made, setting, within


@dataclass(frozen=True, init=False, repr=False, eq=False)
class RelaySettings(FromEnvironment):
    """SMTP servers of accounts."""

    relay_to_private_addresses: bool = setting(
        False,
        "whether relays may be in this machine's own network; never where credentials are given",
    )
    smtp_timeout: int = setting(
        0,
        "milliseconds to connect to a relay, and for each of its answers; 0 is 10 and 60"
        " seconds, and a test of one ends sooner",
        within(100, 60_000, "the usual ones"),
    )
    relay_port_25: bool = made(
        True, "whether relays may be at port 25, which AWS closes to functions"
    )
