"""Destinations: an account names them, and who reads mail there confirms it, or ends it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.registration import check_reachable
from mayfly.accounts.service_mails import ServiceMails
from mayfly.accounts.tokens import AccountTokens
from mayfly.errors import NotPermitted, Unauthenticated
from mayfly.forwarding.forward import forward_id
from mayfly.forwarding.models import (
    Destination,
    DestinationNotFound,
    DestinationsFull,
    Skip,
    Told,
    proof_of,
)
from mayfly.forwarding.ports import Destinations
from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.mail.address import Address
from mayfly.messages.models import Message
from mayfly.sending.draft import Correspondent
from mayfly.sending.errors import EmailNotFound
from mayfly.sending.ports import OutgoingMails
from mayfly.sending.quota import SendingPolicy

CONFIRM_PATH = "#/forwarding/"
"""Where the page takes a token from: what stands after the `#`, no server ever sees."""
SUBJECT = "Shall mail be forwarded to you?"
TEXT = """\
Somebody, probably you, wants mail of theirs to be forwarded to this e-mail address.

If you want that, {way} within {hours:.0f} hours:

{token}

Keep this mail: with POST /api/forwarding/stop the same token ends it, at any time.

If it was not you, do nothing: nothing will be forwarded.
"""
IN_THE_PAGE = "open this link and confirm it"
WITHOUT_A_PAGE = "send this token to POST /api/forwarding/confirm"
_HOURS = limits.VERIFICATION_LIFETIME.total_seconds() // 3600
_NO_SENDER = "this service mails nobody (SENDER_ADDRESS is not set): nobody could confirm it"
_NO_PROOF = "this token confirms no forwarding, or not any more; ask for another"


@dataclass(frozen=True, slots=True)
class ForwardingService:
    """What accounts and readers of destinations do. `ours` are the domains whose mail is ours."""

    destinations: Destinations
    outbox: OutgoingMails
    tokens: AccountTokens
    policy: SendingPolicy
    ours: Callable[[], Collection[str]]
    service_mails: ServiceMails | None
    page: str
    now: Clock

    def ask(self, account: Account, address: str, with_lists: bool) -> Destination:
        """Mail a token there. One that is confirmed stays so, and gets no mail.

        NotPermitted where nothing is sent; InvalidInput for an address that cannot be one, or is
        of this service: mail would go round; DestinationsFull; ServiceMailsSpent, MailNotSent.
        """
        self.policy.check_on()
        if self.service_mails is None:
            raise NotPermitted(_NO_SENDER)
        to = Address.parse(address)
        check_reachable(to, self.ours())
        key = Correspondent.parse(str(to)).key
        there = self.of(account)
        known = next((each for each in there if each.address == key), None)
        if known is not None and known.confirmed_at is not None:
            return self._changed(account, replace(known, with_lists=with_lists))
        if known is None and len(there) >= limits.FORWARD_DESTINATIONS:
            raise DestinationsFull(
                f"an account may have {limits.FORWARD_DESTINATIONS} destinations"
                " (FORWARD_DESTINATIONS); remove one"
            )
        self.service_mails.reserve()
        now = to_the_millisecond(self.now())
        name = self.tokens.new_session()
        ends = now.replace(microsecond=0) + limits.VERIFICATION_LIFETIME
        asked = Destination(key, proof_of(name), now, ends, with_lists)
        token = self.tokens.issue(account.id, name, ends).text
        self.destinations.put(str(account.id), asked)
        way, shown = WITHOUT_A_PAGE, token
        if self.page:
            way, shown = IN_THE_PAGE, f"{self.page}/{CONFIRM_PATH}{token}"
        self.service_mails.send(to, SUBJECT, TEXT.format(way=way, hours=_HOURS, token=shown))
        return asked

    def of(self, account: Account) -> Sequence[Destination]:
        """The account's destinations; what nobody has confirmed in time is none."""
        found = self.destinations.of(str(account.id))
        return [e for e in found if e.confirmed_at is not None or self.now() < e.expires_at]

    def remove(self, account: Account, address: str) -> str:
        """Forward nothing there any more; DestinationNotFound."""
        key = address.strip().lower()
        if not self.destinations.remove(str(account.id), key):
            raise DestinationNotFound("no such destination")
        return key

    def forget(self, account: str) -> None:
        """The account is gone; safe to repeat."""
        for each in self.destinations.of(account):
            self.destinations.remove(account, each.address)

    def confirm(self, token: str) -> Destination:
        """Forward there from now on; DestinationNotFound for a token that is not good for that.

        It is good once, within a day, and until another is asked for.
        """
        account, found = self._named(token)
        now = to_the_millisecond(self.now())
        if found.confirmed_at is not None or now >= found.expires_at:
            raise DestinationNotFound(_NO_PROOF)
        confirmed = replace(found, confirmed_at=now)
        if not self.destinations.confirm(account, confirmed):
            raise DestinationNotFound(_NO_PROOF)
        return confirmed

    def stop(self, token: str) -> Destination:
        """Forward nothing there any more, by the word of who reads its mail; at any time."""
        account, found = self._named(token)
        self.destinations.remove(account, found.address)
        return found

    def told(self, message: Message, owner: str) -> Sequence[Told]:
        """What became of a message at each address that its rules forward it to."""
        skips = dict(message.skips)
        return [
            Told(each, "skipped", why=skips[each])
            if each in skips
            else self._told(message, owner, each)
            for each in message.forwards
        ]

    def _told(self, message: Message, owner: str, address: str) -> Told:
        try:
            mail = self.outbox.get(owner, forward_id(message, address))
        except EmailNotFound:
            if not self.policy.is_on:
                return Told(address, "skipped", why=Skip.OFF)
            return Told(address, "pending")
        return Told(address, mail.state.value, mail.id, mail.reason, mail.history[-1].at)

    def _changed(self, account: Account, wanted: Destination) -> Destination:
        self.destinations.confirm(str(account.id), wanted)
        return wanted

    def _named(self, token: str) -> tuple[str, Destination]:
        try:
            claims = self.tokens.read(token)
        except Unauthenticated as error:
            raise DestinationNotFound(_NO_PROOF) from error
        account, proof = str(claims.account), proof_of(claims.session)
        for each in self.destinations.of(account):
            if each.proof == proof:
                return account, each
        raise DestinationNotFound(_NO_PROOF)
