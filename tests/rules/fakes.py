"""Rules in memory."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mayfly import limits
from mayfly.errors import InboxNotFound
from mayfly.inboxes.models import Inbox, SpamPolicy
from mayfly.rules.models import RulePlace, RuleSet, Trouble
from mayfly.rules.schemas import kept, read_kept

if TYPE_CHECKING:
    from tests.memory import Rows


class FakeRuleSets:
    """Rules in a dict; with `failing` set, every call raises it."""

    def __init__(self, rows: "Rows") -> None:
        self.rows = rows
        self.sets: dict[RulePlace, RuleSet] = {}
        self.failing: Exception | None = None

    def get(self, place: RulePlace) -> RuleSet:
        if self.failing is not None:
            raise self.failing
        return self.sets.get(place, RuleSet(place))

    def of(self, inbox: Inbox) -> Sequence[RuleSet]:
        domain = [RulePlace(domain=inbox.domain_id)] if inbox.domain_id else []
        own = [RulePlace(mailbox=inbox.id)] if inbox.has_rules else []
        return [self.get(each) for each in (*domain, *own) if each in self.sets]

    def put_mailbox(
        self, rules: RuleSet, inbox: Inbox, policy: SpamPolicy, *, with_senders: bool
    ) -> None:
        with self.rows.lock:
            there = self.rows.inboxes.get(inbox.id.partition)
            if there is None or there.id != inbox.id or there.deleted_at is not None:
                raise InboxNotFound("no such inbox")
            self.rows.inboxes[inbox.id.partition] = replace(
                there, has_rules=True, spam_policy=policy
            )
            rejected = rules.rejected if with_senders else self.get(rules.place).rejected
            read = read_kept(kept(rules.rules))
            self.sets[rules.place] = replace(rules, rules=read, rejected=rejected, troubles={})

    def put_domain(self, rules: RuleSet) -> None:
        self.sets[rules.place] = replace(rules, rules=read_kept(kept(rules.rules)), troubles={})

    def reject(self, inbox: Inbox, sender: str) -> None:
        with self.rows.lock:
            there = self.rows.inboxes.get(inbox.id.partition)
            if (
                there is None
                or there.id != inbox.id
                or there.deleted_at is not None
                or there.spam_policy is not SpamPolicy.REJECT
            ):
                return
            before = self.get(RulePlace(mailbox=inbox.id))
            if sender not in before.rejected:
                rejected = (*before.rejected, sender)[-limits.REJECTED_SENDERS :]
                self.sets[before.place] = replace(before, rejected=rejected)

    def note(self, rules: RuleSet, rule: str, trouble: Trouble) -> None:
        with self.rows.lock:
            there = self.get(rules.place)
            if rules.updated_at is not None and there.updated_at == rules.updated_at:
                troubles = {**rules.troubles, rule: trouble}
                self.sets[rules.place] = replace(there, troubles=troubles)

    def remove(self, place: RulePlace) -> None:
        self.sets.pop(place, None)
