"""The flows of relays over their adapters."""

from functools import cached_property

from mayfly.domain_checks.notify import Informer
from mayfly.domain_checks.service import Inspector
from mayfly.domains.wiring import HostingFlows
from mayfly.email_auth.keys import KeyKeeper
from mayfly.email_auth.service import Adviser
from mayfly.kit.dns.resolver import DnsHosts
from mayfly.kit.kms import KmsDomainSecrets
from mayfly.relays.service import RelayDesk
from mayfly.relays.smtp import TO_SEND, TO_TEST, SmtpRelays, hurried


class RelayFlows(HostingFlows):
    """What accounts' domains send through."""

    @cached_property
    def relays(self) -> SmtpRelays:
        """The way to relays."""
        settings = self.settings
        seconds = settings.smtp_timeout / 1000
        return SmtpRelays(
            DnsHosts(self.resolver),
            settings.domains[0],
            settings.relay_to_private_addresses,
            hurried(TO_TEST, seconds),
            hurried(TO_SEND, seconds),
        )

    @cached_property
    def domain_secrets(self) -> KmsDomainSecrets:
        """What seals passwords and keys; no client is made before the first."""
        return KmsDomainSecrets(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def relay_desk(self) -> RelayDesk:
        """The relays of domains."""
        return RelayDesk(
            self.host.owned,
            self.relay_configs,
            self.domain_secrets,
            self.relays,
            self.now,
            self.settings.relay_to_private_addresses,
            self.settings.relay_port_25,
        )

    @cached_property
    def key_keeper(self) -> KeyKeeper:
        """The keys that domains' mails are signed with."""
        return KeyKeeper(
            self.host.owned,
            self.relay_configs,
            self.keyrings,
            self.domain_secrets,
            self.resolver.ask,
            self.now,
        )

    @cached_property
    def inspector(self) -> Inspector:
        """The hourly look at accounts' domains."""
        informer = Informer(self.account_watching, self.lanes, self.now, self.mailroom)
        return Inspector(self.claimer, self.prover, self.accounts, self.key_keeper, informer)

    @cached_property
    def adviser(self) -> Adviser:
        """What domains say of their mail in DNS, and should."""
        return Adviser(self.host.owned, self.relay_configs, self.resolver.ask, self.now)
