"""Raw messages are kept for a while, and asked for once."""

import asyncio

from mayfly_client.bridge.raws import Raws


def test_two_who_want_a_message_at_once_ask_once_and_the_oldest_goes_first() -> None:
    asked: list[int] = []
    raws = Raws(max_bytes=25)

    async def want(number: int, size: int = 10) -> bytes:
        async def fetch() -> bytes:
            asked.append(number)
            await asyncio.sleep(0)
            return b"x" * size

        return (await raws.get(("inbox", number), fetch)).octets

    async def run() -> None:
        await asyncio.gather(want(1), want(1))
        await want(2)
        await want(1)
        await want(3)  # 2 was used longest ago
        await want(1)
        await want(2)
        await want(4, size=100)  # too large to be kept, and pushes nothing out
        await want(2)

    asyncio.run(run())

    assert asked == [1, 2, 3, 2, 4]


def test_who_gives_up_spoils_it_for_nobody() -> None:
    raws = Raws(max_bytes=100)

    async def run() -> bytes:
        gate = asyncio.Event()

        async def fetch() -> bytes:
            await gate.wait()
            return b"text"

        first, second = (asyncio.ensure_future(raws.get(("inbox", 1), fetch)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        gate.set()
        return (await second).octets

    assert asyncio.run(run()) == b"text"
