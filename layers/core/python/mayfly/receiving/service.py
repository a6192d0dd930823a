"""Receiving: one accepted email, by its envelope, into the inboxes of its recipients."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from mayfly import limits
from mayfly.errors import BodyTooLarge, ForeignNotice, InvalidAddress, RawMailMissing
from mayfly.inboxes.models import Inbox, SpamPolicy
from mayfly.kit.clock import Clock
from mayfly.mail.address import Address
from mayfly.mail.mime.models import ParsedMail
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import UNFILED, Filing, Summary
from mayfly.messages.ports import Deliveries
from mayfly.messages.service import content_with
from mayfly.receiving.models import Accepted, DropReason, Outcome, Stored, summarise
from mayfly.receiving.notice import Notice
from mayfly.storage.ports import Contents, RawMails


@dataclass(frozen=True, slots=True)
class MailStorage:
    """Where accepted emails lie, how large one may be, and up to what size it is read anew."""

    bucket: str
    prefix: str
    max_mail_bytes: int
    read_anew_bytes: int = limits.READ_ANEW_BYTES


class Refusal(NamedTuple):
    """Why a recipient gets nothing; `inbox` is None where there is none for it."""

    reason: DropReason
    inbox: Inbox | None = None


Routes = dict[Address, Inbox | Refusal]
"""What to do for each recipient; several spellings of one inbox are one recipient."""


Find = Callable[[Sequence[Address]], Mapping[Address, Inbox]]
"""The newest inbox at each address that mail may go to, active or not, as `Inboxes.find`."""


class MailRules(Protocol):
    """What the owners of inboxes want done with emails, asked of those that may want something."""

    def file(
        self, inbox: Inbox, mail: ParsedMail, notice: Notice, size_bytes: int
    ) -> Filing | DropReason:
        """How the email is filed in this inbox, or why it is dropped; safe to repeat."""

    def after(self, inbox: Inbox, mail: ParsedMail, notice: Notice) -> None:
        """Learn from an email that an inbox which rejects senders has stored."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Puts accepted emails into inboxes."""

    mailbag: MailStorage
    raw_mails: RawMails
    find: Find
    deliveries: Deliveries
    contents: Contents
    rules: MailRules
    now: Clock

    def receive(self, notice: Notice) -> list[Outcome]:
        """Settle the mail for each of its recipients; safe to repeat at any time.

        The raw message is there first, then the content of a large one, then one transaction per
        recipient. Readers of a small one open its raw message. A recipient that fails does not keep
        the others from theirs; the failure is raised at the end, and a repeat does what is left.
        What no inbox took is deleted, but for a recovered mail: the notice that was missed may
        have named more than its headers do, and come after all.
        """
        if notice.bucket != self.mailbag.bucket or not notice.object_key.startswith(
            self.mailbag.prefix
        ):
            raise ForeignNotice("the notice names an object outside our mails")
        routes = self._routes(notice)
        mail = Accepted(
            notice.mail,
            notice.object_key,
            len(routes),
            is_recovered=notice.recovered,
            spam=notice.verdicts.spam,
        )
        try:
            outcomes = self._deliver(mail, notice, routes)
        except RawMailMissing:
            # A repeat after every recipient was settled and the mail was deleted again.
            if self.deliveries.is_settled(mail.mail, list(routes)):
                return []
            raise
        if not any(isinstance(outcome, Stored) for outcome in outcomes):
            if any(isinstance(route, Inbox) for route in routes.values()):
                self.contents.delete(mail.mail)
            if not notice.recovered:
                self.raw_mails.delete([mail.object_key])
        return outcomes

    def _routes(self, notice: Notice) -> Routes:
        # A recovered notice may name nobody; its mail still needs an outcome.
        recipients = [_address(text) for text in notice.recipients or ("",)]
        candidates = dict.fromkeys(recipients) | dict.fromkeys(a.untagged for a in recipients)
        found = self.find(list(candidates))
        routes: Routes = {}
        for recipient in recipients:
            inbox = found.get(recipient) or found.get(recipient.untagged)
            if inbox is None or not inbox.is_meant(notice.received_at):
                # Mail that came before the inbox was meant for somebody else.
                routes[recipient] = Refusal(DropReason.UNKNOWN_RECIPIENT)
            else:
                routes[inbox.address] = self._obstacle(inbox, notice) or inbox
        return routes

    def _obstacle(self, inbox: Inbox, notice: Notice) -> Refusal | None:
        now = self.now()
        is_late = notice.received_at + inbox.message_lifetime <= now
        reason = inbox.closed(now) or (DropReason.TOO_LATE if is_late else None)
        return Refusal(reason, inbox) if reason else None

    def _deliver(self, mail: Accepted, notice: Notice, routes: Routes) -> list[Outcome]:
        open_inboxes = [route for route in routes.values() if isinstance(route, Inbox)]
        if open_inboxes:
            try:
                raw = self.raw_mails.read(mail.object_key, self.mailbag.max_mail_bytes)
            except BodyTooLarge:
                routes = {a: _instead(DropReason.TOO_LARGE, r) for a, r in routes.items()}
            else:
                return self._store(mail, notice, raw, routes, open_inboxes)
        mail = mail.of_size(self._size(mail))
        return [
            self.deliveries.drop(mail, address, *route)
            for address, route in routes.items()
            if isinstance(route, Refusal)
        ]

    def _size(self, mail: Accepted) -> int:
        """Of an email that nobody gets: SES takes money for it all the same."""
        try:
            return self.raw_mails.size(mail.object_key)
        except RawMailMissing:  # a repeat: it is counted already
            return 0

    def _store(
        self, mail: Accepted, notice: Notice, raw: bytes, routes: Routes, open_inboxes: list[Inbox]
    ) -> list[Outcome]:
        mail = mail.of_size(len(raw))
        parsed = parse(raw, limits.MIME)
        if len(raw) > self.mailbag.read_anew_bytes:
            lifetime = max(inbox.message_lifetime for inbox in open_inboxes)
            content = content_with(parsed, raw, mail.object_key)
            self.contents.put(mail.mail, content, notice.received_at + lifetime)
        else:
            mail = replace(mail, is_read_anew=True)
        summary = summarise(parsed, notice, len(raw), limits.SUMMARY)
        outcomes: list[Outcome] = []
        errors: list[Exception] = []
        for address, route in routes.items():
            try:
                if isinstance(route, Inbox):
                    outcomes.append(self._file(mail, notice, parsed, summary, route))
                else:
                    outcomes.append(self.deliveries.drop(mail, address, *route))
            except Exception as error:  # whatever it is, the next recipient gets theirs
                errors.append(error)
        if errors:
            raise errors[0]
        return outcomes

    def _file(
        self, mail: Accepted, notice: Notice, parsed: ParsedMail, summary: Summary, inbox: Inbox
    ) -> Outcome:
        filing: Filing | DropReason = UNFILED
        if inbox.may_have_rules:
            filing = self.rules.file(inbox, parsed, notice, summary.size_bytes)
        if isinstance(filing, DropReason):
            return self.deliveries.drop(mail, inbox.address, filing)
        outcome = self.deliveries.deliver(mail, summary, inbox, self.now(), filing)
        if inbox.spam_policy is SpamPolicy.REJECT and isinstance(outcome, Stored):
            self.rules.after(inbox, parsed, notice)
        return outcome


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except InvalidAddress:
        # No inbox has such a name, but the recipient still counts as one.
        return Address(text[:320], "")


def _instead(reason: DropReason, route: Inbox | Refusal) -> Refusal:
    return Refusal(reason, route) if isinstance(route, Inbox) else route
