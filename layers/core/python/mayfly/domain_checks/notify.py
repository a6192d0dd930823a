"""Notices to owners: what becomes of a domain without its owner's doing.

One email and one frame for each change, once it is written and never before. If the mail is not
taken, or the function ends before it, there is none for this change: the domain's history has it.
"""

from dataclasses import dataclass
from datetime import timedelta

from mayfly.accounts.models import Account
from mayfly.accounts.service_mails import ServiceMails
from mayfly.domains.models import GRACE, MailDomain
from mayfly.domains.verify import OwnerNotice
from mayfly.kit.clock import Clock
from mayfly.subscriptions.account_frames import domain_changed
from mayfly.subscriptions.ports import AccountSubscriptions
from mayfly.subscriptions.push import PushQueues

_PATIENCE = timedelta(seconds=10)
_RECORD = """\
{domain} TXT "{proof}"
"""
LETTERS = {
    OwnerNotice.MISSING: (
        "The verification record of {domain} is missing",
        f"""\
The DNS record that shows that {{domain}} is yours was not found:

{_RECORD}
Until {{ends:%Y-%m-%d %H:%M}} UTC nothing changes. If the record is not there by then, the domain is
suspended: it neither receives nor sends mail until the record is back. We look for it every hour.

If the domain is not yours any more, do nothing.
""",
    ),
    OwnerNotice.SUSPENDED: (
        "{domain} is suspended",
        f"""\
The DNS record that shows that {{domain}} is yours has been missing for {{hours:.0f}} hours.
So the domain is suspended: it neither receives nor sends mail. What there is stays as it is.

To go on, publish the record again, before somebody else shows that the domain is theirs:

{_RECORD}
We look for it every hour, and at once when you ask the API:

POST /api/v1/domains/{{id}}/verify

If the domain is not yours any more, do nothing.
""",
    ),
    OwnerNotice.RESTORED: (
        "{domain} is no longer suspended",
        """\
The DNS record that shows that {domain} is yours was found again. The domain is as it was before it
was suspended; mail that came for it meanwhile was not taken.
""",
    ),
}
"""Subject and text; nothing in them was chosen by anybody but the domain, which was shown to be
theirs.
"""


@dataclass(frozen=True, slots=True)
class OwnerNotifier:
    """Tells owners by mail, where the deployment has a sender, and over the WebSocket."""

    subscriptions: AccountSubscriptions
    queues: PushQueues
    now: Clock
    service_mails: ServiceMails | None = None

    def tell(self, owner: Account, domain: MailDomain, notice: OwnerNotice) -> None:
        """Say what has become of the domain; MailNotSent if the mail was not taken."""
        try:
            self._mail(owner, domain, notice)
        finally:
            self._push(owner, domain)

    def finish(self) -> None:
        """Wait until the frames are sent, some seconds at most; clients may have left."""
        self.queues.finish(_PATIENCE)

    def _mail(self, owner: Account, domain: MailDomain, notice: OwnerNotice) -> None:
        if self.service_mails is None:
            return
        subject, text = LETTERS[notice]
        words = {
            "domain": domain.name,
            "id": domain.id,
            "proof": domain.claim.proof,
            "hours": GRACE.total_seconds() // 3600,
            "ends": (domain.claim.missing_since or self.now()) + GRACE,
        }
        self.service_mails.notify(owner, subject.format(**words), text.format(**words))

    def _push(self, owner: Account, domain: MailDomain) -> None:
        frame, now = domain_changed(domain), self.now()
        for each in self.subscriptions.watchers(owner.id, now):
            if owner.has_session(each.session, now):
                self.queues.push(each.connection_id, frame)
