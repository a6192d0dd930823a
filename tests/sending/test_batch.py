"""Several messages of one request, each accepted or refused by itself."""

from collections.abc import Callable

import pytest

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.sending.batch_models import BatchEntry, BatchResult, NotBegun
from mayfly.sending.draft import Correspondent, Draft
from mayfly.sending.ports import Filter
from tests.sending.test_sending_routes import Sending


@pytest.fixture
def sending() -> Sending:
    return Sending()


def entry(name: str, meanwhile: Callable[[], object] = lambda: None) -> BatchEntry:
    """A message for this recipient; something happens while it is written."""

    def write() -> Draft:
        meanwhile()
        sender = Correspondent.parse("me@mine.example")
        return Draft(sender, (Correspondent.parse(f"{name}@example.com"),), text="Hello")

    return BatchEntry(name, write)


def outcomes(sending: Sending, *entries: BatchEntry) -> dict[str, str]:
    """Of each recipient, the state of its message, or the name of the error."""
    results: list[BatchResult] = list(
        sending.flows.sending.batches.submit(sending.account, entries)
    )
    assert [each.entry for each in results] == list(entries)
    return {each.entry.recipient: each.state or type(each.error).__name__ for each in results}


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_a_refusal_keeps_no_other_back(sending: Sending) -> None:
    refused = entry("ann", failing(InvalidInput("no")))

    assert outcomes(sending, refused, entry("bob")) == {"ann": "InvalidInput", "bob": "queued"}


def test_what_is_nobodys_mistake_ends_the_batch_and_what_was_not_begun_says_so(
    sending: Sending,
) -> None:
    broken = entry("bob", failing(RuntimeError("secret")))

    found = outcomes(sending, entry("ann"), broken, entry("dan"), entry("eve"))

    assert list(found.values()) == ["queued", "RuntimeError", "NotBegun", "NotBegun"]
    assert len(sending.memory.outbox.page(sending.account, Filter(), 10)[0]) == 1


def test_no_message_is_begun_so_late_that_nobody_would_hear_of_it(sending: Sending) -> None:
    def late(seconds: float) -> Callable[[], None]:
        return lambda: sending.memory.clock.advance(seconds=seconds)

    slow = [entry(name, late(limits.BATCH_SECONDS / 2)) for name in ("ann", "bob", "dan")]

    assert outcomes(sending, *slow) == {"ann": "queued", "bob": "queued", "dan": "NotBegun"}


def test_what_was_not_begun_can_be_asked_for_again(sending: Sending) -> None:
    assert NotBegun.kind.status == 503
