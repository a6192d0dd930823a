"""What domains are kept in, and what mail goes out by."""

import time
from functools import cached_property
from typing import TYPE_CHECKING

from mayfly.kit.aws import Clients

if TYPE_CHECKING:
    from mayfly.domains.ports import Claims, Domains, MailIdentities
    from mayfly.forwarding.ports import Destinations, ForwardNotes, ForwardOrders
    from mayfly.kit.dns.ports import HostedZones, Resolver
    from mayfly.relays.ports import DomainSecrets, Keyrings, RelayConfigs, Relays
    from mayfly.sending.ports import (
        Mailer,
        OutgoingFiles,
        OutgoingMails,
        Schedules,
        SendingAccount,
        SendJobs,
        Suppressions,
        UploadedFiles,
        Uploads,
    )


class OutgoingAdapters(Clients):
    """What domains are kept in, and what mail goes out by."""

    @cached_property
    def domains(self) -> "Domains":
        from mayfly.domains.dynamodb import DynamoDomains

        return DynamoDomains(self.table)

    @cached_property
    def claims(self) -> "Claims":
        from mayfly.domains.dynamodb_claims import DynamoClaims

        return DynamoClaims(self.table, self.settings.claim_limits)

    @cached_property
    def resolver(self) -> "Resolver":
        from mayfly.kit.dns.ports import name_servers
        from mayfly.kit.dns.resolver import DnsResolver

        return DnsResolver(name_servers(self.settings.dns_servers))

    @cached_property
    def identities(self) -> "MailIdentities":
        from mayfly.domains.ses import IDENTITY_CONFIG, SesMailIdentities

        return SesMailIdentities(
            lambda: self.client("sesv2", config=IDENTITY_CONFIG), self.settings.stack_name
        )

    @cached_property
    def zones(self) -> "HostedZones":
        from mayfly.domains.route53 import Route53HostedZones

        return Route53HostedZones(lambda: self.client("route53"), self.settings.hosted_zones)

    @cached_property
    def relay_configs(self) -> "RelayConfigs":
        from mayfly.relays.dynamodb import DynamoRelayConfigs

        return DynamoRelayConfigs(self.table)

    @cached_property
    def keyrings(self) -> "Keyrings":
        from mayfly.relays.dynamodb import DynamoKeyrings

        return DynamoKeyrings(self.table)

    @cached_property
    def domain_secrets(self) -> "DomainSecrets":
        from mayfly.kit.kms import KmsDomainSecrets

        return KmsDomainSecrets(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def relays(self) -> "Relays":
        from mayfly.kit.dns.resolver import DnsHosts
        from mayfly.relays.smtp import TO_SEND, TO_TEST, SmtpRelays, within

        settings = self.settings
        seconds = settings.smtp_timeout / 1000
        return SmtpRelays(
            DnsHosts(self.resolver),
            settings.domains[0],
            settings.relay_to_private_addresses,
            within(TO_TEST, seconds),
            within(TO_SEND, seconds),
        )

    @cached_property
    def outbox(self) -> "OutgoingMails":
        from mayfly.sending.dynamodb import DynamoOutgoingMails

        return DynamoOutgoingMails(self.table, self.now)

    @cached_property
    def suppressions(self) -> "Suppressions":
        from mayfly.sending.dynamodb import DynamoSuppressions

        return DynamoSuppressions(self.table)

    @cached_property
    def outgoing_files(self) -> "OutgoingFiles":
        from mayfly.sending.s3 import S3OutgoingFiles

        return S3OutgoingFiles(self.bucket, self.settings.outgoing_prefix)

    @cached_property
    def orders(self) -> "SendJobs":
        from mayfly.sending.sqs import SqsSendJobs

        return SqsSendJobs(self.client("sqs"), self.settings.order_queue_url)

    @cached_property
    def destinations(self) -> "Destinations":
        from mayfly.forwarding.dynamodb import DynamoDestinations

        return DynamoDestinations(self.table)

    @cached_property
    def forward_notes(self) -> "ForwardNotes":
        from mayfly.forwarding.dynamodb import DynamoForwardNotes

        return DynamoForwardNotes(self.table)

    @cached_property
    def forward_orders(self) -> "ForwardOrders":
        from mayfly.forwarding.sqs import SqsForwardOrders

        return SqsForwardOrders(self.client("sqs"), self.settings.order_queue_url)

    @cached_property
    def schedules(self) -> "Schedules":
        from mayfly.sending.sqs import SchedulerSchedules

        settings = self.settings
        return SchedulerSchedules(
            self.client("scheduler"),
            settings.schedule_group,
            settings.order_queue_arn,
            settings.schedule_role,
            time.sleep,
        )

    @cached_property
    def uploads(self) -> "Uploads":
        from mayfly.sending.dynamodb import DynamoUploads

        return DynamoUploads(self.table)

    @cached_property
    def uploaded_files(self) -> "UploadedFiles":
        from mayfly.sending.s3 import S3UploadedFiles

        return S3UploadedFiles(self.bucket, self.settings.outgoing_prefix)

    @cached_property
    def sending_account(self) -> "SendingAccount":
        from mayfly.sending.ses import SesAccount

        return SesAccount(lambda: self.client("sesv2"), self.now)

    @cached_property
    def mailer(self) -> "Mailer":
        from mayfly.sending.ses import ONCE_CONFIG, SesMailer

        return SesMailer(
            lambda: self.client("sesv2", config=ONCE_CONFIG),
            self.settings.configuration_set,
            self.sending_account.quota,
        )
