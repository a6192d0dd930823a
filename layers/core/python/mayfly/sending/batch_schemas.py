"""The JSON of several emails, each for one recipient, that a template writes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, Self

import msgspec

from mayfly import limits
from mayfly.errors import InvalidInput, envelope
from mayfly.kit.http.schemas import Body, Count, ErrorDetails, View, about
from mayfly.sending.batch_models import BatchEntry, BatchResult
from mayfly.sending.draft import Draft
from mayfly.sending.draft_schemas import (
    Address,
    Addresses,
    EmailDraft,
    Headers,
    Scheduled,
    TemplateVersion,
    Unsubscribe,
    Variables,
    key_hash,
    request_hash,
)
from mayfly.sending.models import State
from mayfly.sending.ports import IdempotencyKey

_MOST = limits.BATCH_EMAILS
Write = Callable[[Draft, Mapping[str, Any]], Draft]
"""The draft with what the template says with these variables."""


class BatchRecipient(Body):
    """Whom one of the emails is for, and what is said to nobody else."""

    EXAMPLE = {"to": "ann@example.com", "variables": {"name": "Ann"}}

    to: Address
    variables: Variables = None
    unsubscribe: Unsubscribe | None = None


class EmailBatch(Body, rename="camel"):
    """Emails to be sent, one for each recipient."""

    EXAMPLE = {
        "from": "sender@yourdomain.com",
        "templateId": "0192b5c8-3f00-7a51-8c3e-0d1f2a3b4c5d",
        "variables": {"shop": "Garden Club"},
        "recipients": [
            {"to": "ann@example.com", "variables": {"name": "Ann"}},
            {"to": "bob@example.com", "variables": {"name": "Bob"}},
        ],
    }
    MOST_BYTES = limits.MAX_BATCH_BYTES
    LONGER = dict.fromkeys(("variables", "recipients"), limits.TEMPLATE_VARIABLES_BYTES)

    sender: Address = msgspec.field(name="from")
    template_id: Annotated[str, about("Of a template of yours: it writes subject, text and html")]
    recipients: Annotated[
        list[BatchRecipient],
        about(
            "Each gets an email of its own, and nobody two",
            must=f"a list of 1 to {_MOST} objects",
            min_length=1,
            max_length=_MOST,
        ),
    ]
    template_version: TemplateVersion = None
    variables: Annotated[Variables, about("For all of them; a recipient's own come before")] = None
    reply_to: Annotated[Addresses, about("Where answers go, if not to `from`")] = None
    headers: Headers = None
    scheduled_at: Scheduled = None
    unsubscribe: Annotated[
        Unsubscribe | None, about("For recipients that have none of their own")
    ] = None

    def entries(
        self, sent: Mapping[str, Any], key: str | None, write: Write
    ) -> Iterator[BatchEntry]:
        """An email for each recipient. InvalidInput if an address is there twice.

        Each has a key of its own, made of the batch's and of the address: so the same batch again
        accepts only what was not accepted before.
        """
        shared = {name: value for name, value in sent.items() if name != "recipients"}
        kept = None if key is None else key_hash(key)
        seen = set()
        for to, recipient in zip(sent["recipients"], self.recipients, strict=True):
            draft = self._email(recipient).draft()
            address = draft.to[0].key
            if address in seen:
                raise InvalidInput("recipients has an address twice")
            seen.add(address)
            variables = (self.variables or {}) | (recipient.variables or {})
            yield BatchEntry(
                recipient.to,
                _writing(write, draft, variables),
                None
                if kept is None
                else IdempotencyKey(
                    sha256(f"batch {kept} {address}".encode()).hexdigest()[:32],
                    request_hash(shared | {"recipients": [to]}),
                ),
            )

    def _email(self, recipient: BatchRecipient) -> EmailDraft:
        return EmailDraft(
            sender=self.sender,
            to=recipient.to,
            reply_to=self.reply_to,
            headers=self.headers,
            scheduled_at=self.scheduled_at,
            unsubscribe=recipient.unsubscribe or self.unsubscribe,
        )


def _writing(write: Write, draft: Draft, variables: Mapping[str, Any]) -> Callable[[], Draft]:
    return lambda: write(draft, variables)


class BatchedEmail(View):
    """What came of the email for one recipient."""

    to: str
    id: Annotated[str | None, about("Names the mail; null if it was not accepted", format="uuid")]
    status: Annotated[str | None, about(enum=[*State, None])]
    error: Annotated[ErrorDetails | None, about("Why it was not accepted")]

    @classmethod
    def of(cls, result: BatchResult) -> Self:
        """One line of the answer."""
        error = None
        if result.error is not None:
            error = msgspec.convert(envelope(result.error)["error"], ErrorDetails)
        id = result.mail.id if result.mail else None
        return cls(to=result.entry.recipient, id=id, status=result.state, error=error)


class BatchedEmails(View):
    """What came of a batch."""

    emails: Annotated[list[BatchedEmail], about("One for each recipient, in their order")]
    accepted: Count
    refused: Count

    @classmethod
    def of(cls, results: Sequence[BatchResult]) -> Self:
        """All of them."""
        refused = sum(each.mail is None for each in results)
        return cls(
            emails=[BatchedEmail.of(each) for each in results],
            accepted=len(results) - refused,
            refused=refused,
        )
