"""Where rules are kept."""

from collections.abc import Sequence
from typing import Protocol

from mayfly.inboxes.models import Inbox, SpamPolicy
from mayfly.rules.models import RulePlace, RuleSet, Trouble


class RuleSets(Protocol):
    """The rules of mailboxes and of accounts' domains, read consistently."""

    def get(self, place: RulePlace) -> RuleSet:
        """The rules there; empty ones where nobody has put any."""

    def of(self, inbox: Inbox) -> Sequence[RuleSet]:
        """All that run for an email to this inbox: those of its domain, then its own."""

    def put_mailbox(
        self, rules: RuleSet, inbox: Inbox, policy: SpamPolicy, *, with_senders: bool
    ) -> None:
        """Put them in place of those before, with what the mailbox does with spam, or neither.

        Without `with_senders`, the rejected senders stay as they are. InboxNotFound if the mailbox
        is gone.
        """

    def put_domain(self, rules: RuleSet) -> None:
        """Put them in place of those before."""

    def reject(self, inbox: Inbox, sender: str) -> None:
        """Add to the senders that the mailbox rejects, while it rejects any; the oldest may go.

        Nothing if it is there already, or if others write at the same time.
        """

    def note(self, rules: RuleSet, rule: str, trouble: Trouble) -> None:
        """Note what was wrong with a rule, unless the rules are others or gone by now."""

    def remove(self, place: RulePlace) -> None:
        """Forget the rules; nothing if there are none."""
