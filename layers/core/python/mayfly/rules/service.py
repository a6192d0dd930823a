"""Rules of mailboxes and domains: show, put, and try them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.domains.models import MailDomain
from mayfly.errors import InvalidInput
from mayfly.inboxes.access import HoldersMessage, Owner, known_inbox
from mayfly.inboxes.models import Inbox, SpamPolicy
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.mail.mime.parser import parse
from mayfly.messages.models import Verdicts
from mayfly.messages.service import MessageWithContent
from mayfly.rules.evaluate import decide
from mayfly.rules.filing import judged
from mayfly.rules.models import Decision, Envelope, RulePlace, RuleSet, TriedMail
from mayfly.rules.ports import RuleSets
from mayfly.rules.schemas import Rule

Owned = Callable[[str, str], MailDomain]
"""The domain of this account by its id; DomainNotFound for others' and for none."""
One = Callable[[HoldersMessage], MessageWithContent]
"""The message of a mailbox with its content; MessageNotFound."""


@dataclass(frozen=True, slots=True)
class Example:
    """An email to try rules with: a message of the mailbox by its number, or a raw one."""

    message: int | None = None
    raw: bytes | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class RuleService:
    """What accounts do with the rules of their mailboxes and domains."""

    rule_sets: RuleSets
    inboxes: Inboxes
    owned: Owned
    one: One
    now: Clock

    def of_mailbox(self, owner: Owner) -> tuple[Inbox, RuleSet]:
        """The mailbox, active or expired, and its rules; InboxNotFound if it is not theirs."""
        inbox = known_inbox(self.inboxes, owner, self.now())
        return inbox, self.rule_sets.get(RulePlace(mailbox=inbox.id))

    def put_mailbox(
        self,
        owner: Owner,
        rules: Sequence[Rule],
        policy: SpamPolicy | None,
        rejected: Sequence[str] | None,
    ) -> tuple[Inbox, RuleSet]:
        """Put these rules in place of those before; a policy or senders of None stay as they are.

        The next email is filed by them.
        """
        inbox = known_inbox(self.inboxes, owner, self.now())
        place = RulePlace(mailbox=inbox.id)
        wanted = RuleSet(place, tuple(rules), tuple(rejected or ()), updated_at=self._now())
        self.rule_sets.put_mailbox(
            wanted, inbox, policy or inbox.spam_policy, with_senders=rejected is not None
        )
        return self.of_mailbox(owner)

    def of_domain(self, account: str, domain_id: str) -> RuleSet:
        """The rules for mail to all mailboxes at the account's domain; DomainNotFound."""
        return self.rule_sets.get(RulePlace(domain=self.owned(account, domain_id).id))

    def put_domain(self, account: str, domain_id: str, rules: Sequence[Rule]) -> RuleSet:
        """Put these rules in place of those before; DomainNotFound."""
        domain = self.owned(account, domain_id)
        wanted = RuleSet(RulePlace(domain=domain.id), tuple(rules), updated_at=self._now())
        self.rule_sets.put_domain(wanted)
        return wanted

    def try_mailbox(
        self, owner: Owner, rules: Sequence[Rule] | None, example: Example
    ) -> tuple[Decision, Verdicts]:
        """What these rules, or those that are kept, would do; nothing is changed.

        The domain's rules are not among them. InvalidInput without an email; MessageNotFound.
        """
        inbox, there = self.of_mailbox(owner)
        if (example.message is None) == (example.raw is None):
            raise InvalidInput("send one of message, raw")
        verdicts = Verdicts()
        if example.message is None:
            tried = _raw(example, (str(inbox.address),))
        else:
            found = self.one(HoldersMessage(owner, example.message))
            verdicts = found.message.summary.verdicts
            envelope = Envelope(example.sender, (str(inbox.address),))
            tried = TriedMail(found.content.mail, envelope, found.content.size_bytes)
        wanted = there.rules if rules is None else rules
        return judged(decide([wanted], tried), verdicts), verdicts

    def try_domain(
        self, account: str, domain_id: str, rules: Sequence[Rule] | None, example: Example
    ) -> Decision:
        """The same of a domain's rules, with a raw email."""
        there = self.of_domain(account, domain_id)
        if example.raw is None:
            raise InvalidInput("send raw: a raw email")
        return decide([there.rules if rules is None else rules], _raw(example, ()))

    def _now(self) -> datetime:
        return to_the_millisecond(self.now())


def _raw(example: Example, recipients: tuple[str, ...]) -> TriedMail:
    raw = example.raw or b""
    return TriedMail(parse(raw, limits.MIME), Envelope(example.sender, recipients), len(raw))
