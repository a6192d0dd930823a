"""What type checkers see of the client: `make check` reads this, nothing runs it."""

from typing import assert_type

from mayfly_client import AsyncInbox, AsyncMayfly, Inbox, Mail, Mayfly
from mayfly_client.api.messages import MessageLine
from mayfly_client.api.service import Health


def with_threads(mayfly: Mayfly) -> None:
    """Values at once."""
    with mayfly.inbox() as inbox:
        assert_type(inbox, Inbox)
        assert_type(inbox.wait_for_code(subject="verify", timeout=60), str)
        assert_type(inbox.messages(is_read=True), list[Mail])
        assert_type(inbox.raw("1"), bytes)
        inbox.wait_for_code(topic="verify")  # type: ignore[call-arg]
    assert_type(mayfly.service.health(), Health)
    assert_type(mayfly.messages.list_messages("a@mail.example.org", limit=5), list[MessageLine])
    mayfly.messages.list_messages()  # type: ignore[call-arg]


async def in_a_loop(mayfly: AsyncMayfly) -> None:
    """Coroutines of the same."""
    async with mayfly.inbox() as inbox:
        assert_type(inbox, AsyncInbox)
        assert_type(await inbox.wait_for_code(subject="verify", timeout=60), str)
        assert_type(await inbox.messages(), list[Mail])
    assert_type(await mayfly.service.health(), Health)
