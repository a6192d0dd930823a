"""The flows of relays over their adapters."""

from functools import cached_property

from mayfly.domain_checks.notify import OwnerNotifier
from mayfly.domain_checks.service import DomainChecker
from mayfly.domains.wiring import HostingFlows
from mayfly.email_auth.keys import DkimKeyService
from mayfly.email_auth.service import EmailAuthService
from mayfly.kit.dns.resolver import DnsHosts
from mayfly.kit.kms import KmsDomainSecrets
from mayfly.relays.service import RelayService
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
    def relay_desk(self) -> RelayService:
        """The relays of domains."""
        return RelayService(
            self.host.owned,
            self.relay_configs,
            self.domain_secrets,
            self.relays,
            self.now,
            self.settings.relay_to_private_addresses,
            self.settings.relay_port_25,
        )

    @cached_property
    def key_keeper(self) -> DkimKeyService:
        """The keys that domains' mails are signed with."""
        return DkimKeyService(
            self.host.owned,
            self.relay_configs,
            self.keyrings,
            self.domain_secrets,
            self.resolver.ask,
            self.now,
        )

    @cached_property
    def inspector(self) -> DomainChecker:
        """The hourly look at accounts' domains."""
        informer = OwnerNotifier(self.account_watching, self.lanes, self.now, self.mailroom)
        return DomainChecker(self.claimer, self.prover, self.accounts, self.key_keeper, informer)

    @cached_property
    def adviser(self) -> EmailAuthService:
        """What domains say of their mail in DNS, and should."""
        return EmailAuthService(self.host.owned, self.relay_configs, self.resolver.ask, self.now)
