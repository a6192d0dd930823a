"""What domains are kept in, and what mail goes out by."""

import time
from functools import cached_property
from typing import TYPE_CHECKING

from mayfly.kit.aws import Clients

if TYPE_CHECKING:
    from mayfly.domains.ports import Claims, Domains, MailIdentities
    from mayfly.forwarding.ports import Destinations, ForwardNotes, ForwardOrders
    from mayfly.kit.dns.ports import HostedZones, Resolver
    from mayfly.pop3.ports import Pop3Servers
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
    from mayfly.templates.ports import Templates
    from mayfly.webhooks.ports import (
        Receivers,
        WebhookDeliveries,
        WebhookLists,
        WebhookSecrets,
        WebhookWakes,
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
    def pop3_servers(self) -> "Pop3Servers":
        from mayfly.kit.dns.resolver import DnsHosts
        from mayfly.pop3.servers import TcpPop3Servers

        here = self.settings.pop3_to_private_addresses
        return TcpPop3Servers(DnsHosts(self.resolver), with_private=here, in_clear=here)

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
        from mayfly.kit.schedules import OneTimeSchedules
        from mayfly.sending.sqs import SchedulerSchedules

        settings = self.settings
        return SchedulerSchedules(
            OneTimeSchedules(
                self.client("scheduler"),
                settings.schedule_group,
                settings.order_queue_arn,
                settings.schedule_role,
                time.sleep,
            )
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
    def templates(self) -> "Templates":
        from mayfly.templates.dynamodb import DynamoTemplates

        return DynamoTemplates(self.table)

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

    @cached_property
    def webhook_lists(self) -> "WebhookLists":
        from mayfly.webhooks.dynamodb import DynamoWebhookLists

        return DynamoWebhookLists(self.table)

    @cached_property
    def webhook_deliveries(self) -> "WebhookDeliveries":
        from mayfly.webhooks.dynamodb import DynamoWebhookDeliveries

        return DynamoWebhookDeliveries(self.table)

    @cached_property
    def webhook_wakes(self) -> "WebhookWakes":
        from mayfly.kit.schedules import OneTimeSchedules
        from mayfly.webhooks.sqs import SqsWebhookWakes

        settings = self.settings
        return SqsWebhookWakes(
            self.client("sqs"),
            settings.webhook_queue_url,
            settings.slow_webhook_queue_url,
            lambda: OneTimeSchedules(
                self.client("scheduler"),
                settings.webhook_schedule_group,
                settings.webhook_queue_arn,
                settings.webhook_schedule_role,
                time.sleep,
            ),
        )

    @cached_property
    def webhook_secrets(self) -> "WebhookSecrets":
        from mayfly.kit.kms import KmsWebhookSecrets

        return KmsWebhookSecrets(lambda: self.client("kms"), self.settings.password_key)

    @cached_property
    def receivers(self) -> "Receivers":
        from mayfly.kit.dns.resolver import DnsHosts
        from mayfly.webhooks.https import HttpReceivers

        return HttpReceivers(
            DnsHosts(self.resolver), self.now, self.settings.webhooks_to_private_addresses
        )
