"""The flows of accounts' domains over their adapters."""

import secrets
from functools import cached_property

from mayfly.accounts.wiring import AccountFlows
from mayfly.domains.claims import ClaimService
from mayfly.domains.dns_plan import MailHosts
from mayfly.domains.identities import IdentityService
from mayfly.domains.route53 import Route53HostedZones
from mayfly.domains.ses import IDENTITY_CONFIG, SesMailIdentities
from mayfly.domains.verify import DomainVerifier
from mayfly.domains.zone import ZoneService
from mayfly.kit.dns.name_servers import name_servers
from mayfly.kit.dns.resolver import DnsResolver
from mayfly.relays.dynamodb import DynamoKeyrings, DynamoRelayConfigs
from mayfly.relays.service import SendingDataEraser


class HostingFlows(AccountFlows):
    """What accounts do with domains of their own."""

    @cached_property
    def resolver(self) -> DnsResolver:
        """DNS; nothing is loaded before the first question."""
        return DnsResolver(name_servers(self.settings.dns_servers))

    @cached_property
    def mail_identities(self) -> SesMailIdentities:
        """What SES knows of domains; no client is made before the first."""
        return SesMailIdentities(
            lambda: self.client("sesv2", config=IDENTITY_CONFIG), self.settings.stack_name
        )

    @cached_property
    def enroller(self) -> IdentityService:
        """When SES hears of them."""
        return IdentityService(self.host, self.mail_identities)

    @cached_property
    def hosted_zones(self) -> Route53HostedZones:
        """The zones that may be written; no client is made before the first."""
        return Route53HostedZones(lambda: self.client("route53"), self.settings.hosted_zones)

    @cached_property
    def mail_hosts(self) -> MailHosts:
        """Where mail and bounces go."""
        return MailHosts(self.settings.inbound_host, self.settings.feedback_host)

    @cached_property
    def relay_configs(self) -> DynamoRelayConfigs:
        """What is kept of relays."""
        return DynamoRelayConfigs(self.table)

    @cached_property
    def keyrings(self) -> DynamoKeyrings:
        """The signing keys."""
        return DynamoKeyrings(self.table)

    @cached_property
    def claimer(self) -> ClaimService:
        """Domains that accounts bring and give up."""
        return ClaimService(
            self.host,
            self.enroller,
            self.hosted_zones,
            self.settings.user_domains,
            secrets.token_bytes,
            SendingDataEraser(self.relay_configs, self.keyrings).erase,
        )

    @cached_property
    def prover(self) -> DomainVerifier:
        """What DNS says of them."""
        return DomainVerifier(self.host, self.resolver, self.enroller, self.mail_hosts)

    @cached_property
    def zone_keeper(self) -> ZoneService:
        """Their owners' records."""
        return ZoneService(self.host, self.hosted_zones)
