"""The relays of domains: keep them, show them without passwords, test them."""

from collections.abc import Callable
from dataclasses import dataclass

from mayfly.domains.models import MailDomain
from mayfly.errors import InvalidInput
from mayfly.kit.clock import Clock
from mayfly.relays.models import MAIL_SERVERS, PORTS, Relay, RelayConfig, RelayNotFound, RelayTest
from mayfly.relays.ports import DomainSecrets, Keyrings, RelayConfigs, Relays

Owned = Callable[[str, str], MailDomain]
"""The domain of this account by its id; DomainNotFound for others' and for none."""


@dataclass(frozen=True, slots=True)
class RelayService:
    """What accounts do with the relays of their domains.

    `with_private` says that relays may be in this machine's network, where any port may be one;
    `with_port_25`, that mail gets out at that port.
    """

    owned: Owned
    configs: RelayConfigs
    secrets: DomainSecrets
    relays: Relays
    now: Clock
    with_private: bool = False
    with_port_25: bool = True

    def show(self, account: str, domain_id: str) -> RelayConfig:
        """What is kept of the domain's relay; RelayNotFound if it has none."""
        config = self.configs.get(self.owned(account, domain_id).id)
        if config is None:
            raise RelayNotFound("this domain has no relay: its mail is sent by SES")
        return config

    def keep(self, account: str, domain_id: str, relay: Relay) -> RelayConfig:
        """Send the domain's mail through this relay from now on; nothing is connected to.

        InvalidInput if a password is missing: one that is kept goes to no other host, port or
        user than it was given for.
        """
        domain = self.owned(account, domain_id)
        self._check_port(relay)
        config = RelayConfig(
            domain.id,
            relay.host,
            relay.port,
            relay.secure,
            relay.username,
            self._sealed(domain.id, relay),
            self.now(),
        )
        self.configs.put(config)
        return config

    def forget(self, account: str, domain_id: str) -> None:
        """Send by SES again; RelayNotFound if the domain has no relay."""
        domain = self.owned(account, domain_id)
        if not self.configs.remove(domain.id):
            raise RelayNotFound("this domain has no relay: its mail is sent by SES")

    def test(self, relay: Relay) -> RelayTest:
        """Connect to a relay that is described, and authenticate; nothing is kept."""
        self._check_port(relay)
        if relay.username and relay.password is None:
            raise InvalidInput("a username needs a password")
        return self.relays.test(relay)

    def test_kept(self, account: str, domain_id: str) -> RelayTest:
        """The same with the relay that is kept for the domain."""
        config = self.show(account, domain_id)
        self._check_port(config)
        return self.relays.test(self._opened(config))

    def relay_of(self, domain_id: str) -> Relay | None:
        """What the domain's mail is sent through, ready to be used; None for SES.

        SecretsUnavailable if its password cannot be opened.
        """
        config = self.configs.get(domain_id)
        return None if config is None else self._opened(config)

    def _opened(self, config: RelayConfig) -> Relay:
        password = ""
        if config.username:
            password = self.secrets.open(config.domain, config.sealed).decode()
        return Relay(config.host, config.port, config.secure, config.username, password)

    def _sealed(self, domain_id: str, relay: Relay) -> bytes:
        if not relay.username:
            return b""
        if relay.password is not None:
            return self.secrets.seal(domain_id, relay.password.encode())
        there = self.configs.get(domain_id)
        if there is None or _target(there) != _target(relay):
            raise InvalidInput("a username needs a password, and so does each change of the host")
        return there.sealed

    def _check_port(self, relay: Relay | RelayConfig) -> None:
        if relay.port == MAIL_SERVERS and not self.with_port_25:
            raise InvalidInput(
                f"port must not be {MAIL_SERVERS}: AWS lets no function connect to it. Relays take"
                f" mail at {', '.join(str(each) for each in PORTS if each != MAIL_SERVERS)}"
            )
        if relay.port not in PORTS and not self.with_private:
            raise InvalidInput(f"port must be one of {', '.join(map(str, PORTS))}")


@dataclass(frozen=True, slots=True)
class SendingDataEraser:
    """Forgets what a domain's mail is sent with, once the domain is gone."""

    configs: RelayConfigs
    keyrings: Keyrings
    forget_rules: Callable[[str], None]

    def erase(self, domain_id: str) -> None:
        """Its relay and its keys, and the rules for mail to it; safe to repeat."""
        self.configs.remove(domain_id)
        self.keyrings.remove(domain_id)
        self.forget_rules(domain_id)


def _target(relay: Relay | RelayConfig) -> tuple[str, int, bool, str]:
    """What a password was given for: it is said to nobody else, and no less safely."""
    return relay.host, relay.port, relay.secure, relay.username
