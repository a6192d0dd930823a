"""The flows of relays over their adapters."""

from functools import cached_property

from mayfly.aws.account_flows import AccountFlows
from mayfly.aws.domain_secrets import KmsDomainSecrets
from mayfly.aws.relays import DynamoKeyrings, DynamoRelayConfigs
from mayfly.net.hosts import DnsHosts
from mayfly.net.relay import SmtpRelays
from mayfly.relaying import RelayDesk


class RelayFlows(AccountFlows):
    """What accounts' domains send through."""

    @cached_property
    def relays(self) -> SmtpRelays:
        """The way to relays."""
        settings = self.settings
        return SmtpRelays(DnsHosts(), settings.domains[0], settings.relay_to_private_addresses)

    @cached_property
    def domain_secrets(self) -> KmsDomainSecrets:
        """What seals passwords and keys; no client is made before the first."""
        return KmsDomainSecrets(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def keyrings(self) -> DynamoKeyrings:
        """The signing keys."""
        return DynamoKeyrings(self.table)

    @cached_property
    def relay_desk(self) -> RelayDesk:
        """The relays of domains."""
        return RelayDesk(
            self.host.owned,
            DynamoRelayConfigs(self.table),
            self.domain_secrets,
            self.relays,
            self.now,
            self.settings.relay_to_private_addresses,
        )
