"""Every operation of the API, by subject. Written by `make pages`."""

from mayfly_client.api.accounts import AccountsApi
from mayfly_client.api.addresses import AddressesApi
from mayfly_client.api.admin import AdminApi
from mayfly_client.api.anonymous_sessions import AnonymousSessionsApi
from mayfly_client.api.api_keys import APIKeysApi
from mayfly_client.api.domains import DomainsApi
from mayfly_client.api.exports import ExportsApi
from mayfly_client.api.forwarding import ForwardingApi
from mayfly_client.api.mailboxes import MailboxesApi
from mayfly_client.api.messages import MessagesApi
from mayfly_client.api.private_inboxes import PrivateInboxesApi
from mayfly_client.api.relays import RelaysApi
from mayfly_client.api.rules import RulesApi
from mayfly_client.api.sending import SendingApi
from mayfly_client.api.service import ServiceApi
from mayfly_client.api.statistics import StatisticsApi
from mayfly_client.api.templates import TemplatesApi
from mayfly_client.api.webhooks import WebhooksApi
from mayfly_client.flows import M, Runs


class Api(Runs[M]):
    """The subjects of the API."""

    @property
    def addresses(self) -> AddressesApi[M]:
        """Public: everybody who knows the address can read its mail."""
        return AddressesApi(self)

    @property
    def messages(self) -> MessagesApi[M]:
        """Mail of public addresses."""
        return MessagesApi(self)

    @property
    def private_inboxes(self) -> PrivateInboxesApi[M]:
        """Opened by a token that ends soon and can be exchanged."""
        return PrivateInboxesApi(self)

    @property
    def anonymous_sessions(self) -> AnonymousSessionsApi[M]:
        """One mailbox for a day, kept by a cookie."""
        return AnonymousSessionsApi(self)

    @property
    def accounts(self) -> AccountsApi[M]:
        """Logged in by cookie or bearer token."""
        return AccountsApi(self)

    @property
    def mailboxes(self) -> MailboxesApi[M]:
        """Inboxes of an account, with names of its choice; folders and threads."""
        return MailboxesApi(self)

    @property
    def exports(self) -> ExportsApi[M]:
        """All messages of an inbox, or of an account, as one file."""
        return ExportsApi(self)

    @property
    def rules(self) -> RulesApi[M]:
        """What mailboxes and domains do with mail by themselves, with the meaning of Sieve."""
        return RulesApi(self)

    @property
    def forwarding(self) -> ForwardingApi[M]:
        """Where rules may forward mail to, once its reader has confirmed it."""
        return ForwardingApi(self)

    @property
    def sending(self) -> SendingApi[M]:
        """Mail that accounts send from their own domains."""
        return SendingApi(self)

    @property
    def templates(self) -> TemplatesApi[M]:
        """What such mail says, with variables; in versions."""
        return TemplatesApi(self)

    @property
    def domains(self) -> DomainsApi[M]:
        """Domains that accounts bring, with their DNS records."""
        return DomainsApi(self)

    @property
    def api_keys(self) -> APIKeysApi[M]:
        """For programs of an account: each opens what is in its scopes."""
        return APIKeysApi(self)

    @property
    def relays(self) -> RelaysApi[M]:
        """What an account's domain sends through, and what makes its mail believed."""
        return RelaysApi(self)

    @property
    def webhooks(self) -> WebhooksApi[M]:
        """Programs that are told of events: of an account, an inbox, or all of the service."""
        return WebhooksApi(self)

    @property
    def admin(self) -> AdminApi[M]:
        """For the operator of the service: domains, inboxes by the thousand, counts."""
        return AdminApi(self)

    @property
    def statistics(self) -> StatisticsApi[M]:
        """What happened, by day."""
        return StatisticsApi(self)

    @property
    def service(self) -> ServiceApi[M]:
        """How it is, and this description."""
        return ServiceApi(self)
