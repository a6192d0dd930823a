"""Inboxes of every kind on the whole laptop, with threads and in an event loop."""

import asyncio
import io
import zipfile
from collections.abc import Callable

import pytest

from mayfly_client import (
    AsyncMayfly,
    Inbox,
    Mayfly,
    NotFound,
    Patience,
    Unauthenticated,
    Unreachable,
    WaitTimeout,
)
from tests.local.mayfly import Mayfly as Laptop
from tests.local.mayfly import mayfly

_ONCE = Patience(attempts=1)
ACCOUNT = {"email": "client@example.com", "password": "a long phrase of our own"}


def mail(subject: str, text: str = "Your verification code is 482913.") -> bytes:
    return (
        f"From: Shop <shop@shop.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
        "--b\r\nContent-Type: text/csv\r\n"
        'Content-Disposition: attachment; filename="a.csv"\r\n\r\n1,2\r\n--b--\r\n'
    ).encode()


@pytest.fixture(scope="session")
def account(laptop: Laptop) -> Mayfly:
    client = Mayfly(laptop.http)
    client.accounts.register_user(**ACCOUNT)
    return client.logged_in(**ACCOUNT)


Make = Callable[[], Inbox]


@pytest.fixture(params=["private", "public", "mailbox"])
def inbox(request: pytest.FixtureRequest, client: Mayfly, account: Mayfly) -> Inbox:
    makes: dict[str, Make] = {
        "private": client.inbox,
        "public": client.public_address,
        "mailbox": account.mailbox,
    }
    made = makes[request.param]()
    request.addfinalizer(made.delete)
    return made


def test_three_lines_have_the_code_and_leave_nothing(laptop: Laptop) -> None:
    def sign_up(address: str) -> None:
        laptop.send(address, mail("Welcome", "Hello."), mail("Please verify"))

    with Mayfly(laptop.http).inbox() as inbox:
        sign_up(inbox.address)
        code = inbox.wait_for_code(subject="verify", timeout=60)

    assert code == "482913"
    with pytest.raises(NotFound):
        inbox.messages()


def test_each_kind_of_inbox_shows_what_came_in(laptop: Laptop, inbox: Inbox) -> None:
    laptop.send(inbox.address, mail("One"), mail("Two"))

    assert inbox.wait_for_code(subject="two") == "482913"
    found = inbox.wait_for_message(subject="One")

    assert (found.number, found.subject, found.sender) == (1, "One", "shop@shop.example")
    assert (found.sender_name, found.code, found.is_whole) == ("Shop", "482913", True)
    assert found.text.strip() == "Your verification code is 482913."
    assert inbox.attachment(found, found.attachments[0]).strip() == b"1,2"
    assert inbox.raw(found).endswith(mail("One"))
    assert [each.subject for each in inbox.messages()] == ["One", "Two"]
    assert [each.subject for each in inbox.messages(after=1)] == ["Two"]
    assert [each.subject for each in inbox.messages(subject="~t*")] == ["Two"]


def test_messages_are_marked_and_deleted(laptop: Laptop, inbox: Inbox) -> None:
    laptop.send(inbox.address, mail("One"), mail("Two"), mail("Three"))
    one, two = inbox.wait_for_message(subject="one"), inbox.wait_for_message(subject="two")
    inbox.wait_for_message(subject="three")

    inbox.mark(one, is_read=True)
    assert [each.subject for each in inbox.messages(is_read=True)] == ["One"]
    inbox.mark(two, is_spam=True)
    assert [each.subject for each in inbox.messages(subject="two")] == []
    inbox.delete_message(one)
    assert inbox.clear(subject="three") == 1

    assert [each.subject for each in inbox.messages(include_spam=True)] == ["Two"]


def test_an_inbox_is_one_file(laptop: Laptop, inbox: Inbox) -> None:
    laptop.send(inbox.address, mail("One"))
    inbox.wait_for_message()

    with zipfile.ZipFile(io.BytesIO(inbox.export())) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".eml")]
        assert archive.read(name).endswith(mail("One"))


def test_a_sample_brings_a_code(inbox: Inbox) -> None:
    inbox.send_sample()

    assert inbox.wait_for_code(timeout=60).isdigit()


def test_the_link_of_a_message_is_waited_for(laptop: Laptop, inbox: Inbox) -> None:
    link = "https://shop.example/confirm?token=abcdefghijk"
    laptop.send(inbox.address, mail("Confirm", f"Please confirm your email address: {link}"))

    assert inbox.wait_for_link(timeout=60) == link


def test_what_does_not_come_is_told_with_what_came(laptop: Laptop, inbox: Inbox) -> None:
    laptop.send(inbox.address, mail("Welcome", "Hello."))
    inbox.wait_for_message()

    with pytest.raises(
        WaitTimeout, match=r"no code with subject 'verify' in 0\.5 seconds"
    ) as caught:
        inbox.wait_for_code(subject="verify", timeout=0.5)

    assert caught.value.subjects == ("Welcome",)


def test_an_inbox_that_is_opened_again_gives_what_comes_from_now_on(
    laptop: Laptop, client: Mayfly
) -> None:
    with client.inbox() as first:
        laptop.send(first.address, mail("Old", "Your verification code is 111111."))
        first.wait_for_message()
        opened = client.open(first.address, id=first.id, token=first.token)
        again = client.open(first.address, id=first.id, token=first.token, after=0)
        laptop.send(first.address, mail("New", "Your verification code is 222222."))

        assert opened.wait_for_code() == "222222"
        assert again.wait_for_code() == "111111"


def test_a_token_is_exchanged(client: Mayfly) -> None:
    with client.inbox(token_ttl_seconds=60) as inbox:
        old, until = inbox.token, inbox.token_expires_at

        assert inbox.rotate() == inbox.token != old
        assert inbox.messages() == []
        assert until and inbox.token_expires_at and inbox.token_expires_at > until
        with pytest.raises(Unauthenticated):
            client.open(inbox.address, id=inbox.id, token=old)


def test_an_inbox_that_has_gone_already_is_deleted_without_a_word(client: Mayfly) -> None:
    with client.inbox() as inbox:
        inbox.delete()


def test_what_went_wrong_inside_is_what_is_heard_of(client: Mayfly) -> None:
    with pytest.raises(LookupError), client.inbox() as inbox:
        raise LookupError

    with pytest.raises(NotFound):
        inbox.messages()


def test_in_an_event_loop_it_is_all_the_same(laptop: Laptop) -> None:
    async def run() -> tuple[str, list[str]]:
        async with AsyncMayfly(laptop.http) as client:
            async with client.inbox() as inbox:
                waits = asyncio.create_task(inbox.wait_for_code(subject="verify", timeout=60))
                await asyncio.to_thread(laptop.send, inbox.address, mail("Please verify"))
                code = await waits
                subjects = [each.subject for each in await inbox.messages()]
            with pytest.raises(NotFound):
                await inbox.messages()
        return code, subjects

    assert asyncio.run(run()) == ("482913", ["Please verify"])


def test_many_wait_at_once_in_one_loop(laptop: Laptop) -> None:
    async def run() -> list[str]:
        async with AsyncMayfly(laptop.http) as client:
            inboxes = [await client.public_address() for _ in range(12)]
            waits = [asyncio.create_task(each.wait_for_code(timeout=60)) for each in inboxes]
            for number, each in enumerate(inboxes):
                text = f"Your verification code is {100000 + number}."
                await asyncio.to_thread(laptop.send, each.address, mail("Verify", text))
            return await asyncio.gather(*waits)

    assert asyncio.run(run()) == [str(100000 + number) for number in range(12)]


def test_work_is_done_where_it_is_asked_for() -> None:
    with mayfly(PROOF_OF_WORK="1000") as working, Mayfly(working.http) as client:
        with client.inbox() as inbox:
            assert inbox.messages() == []
        client.public_address().delete()

        async def run() -> str:
            async with AsyncMayfly(working.http) as client, client.inbox() as inbox:
                return inbox.kind

        assert asyncio.run(run()) == "private"


def test_nobody_there_is_told_in_a_line() -> None:
    with pytest.raises(Unreachable, match=r"^127\.0\.0\.1:9 cannot be reached: "):
        Mayfly("http://127.0.0.1:9", patience=_ONCE).inbox()

    async def run() -> None:
        await AsyncMayfly("http://127.0.0.1:9", patience=_ONCE).inbox()

    with pytest.raises(Unreachable, match=r"^127\.0\.0\.1:9 cannot be reached: "):
        asyncio.run(run())


@pytest.mark.parametrize("url", ["", "mail.example.org", "ftp://mail.example.org", "https://"])
def test_a_url_that_is_none_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAYFLY_URL", raising=False)

    with pytest.raises(ValueError, match="URL of a Mayfly"):
        Mayfly(url)
