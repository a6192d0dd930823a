"""A pump: steps one after the other, until there is nothing to do."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from infra.local.pump import Pump

FOREVER = 3600.0


def steps(*answers: object) -> tuple[list[int], Callable[[], Any]]:
    """A step that gives these answers, or raises them, and then has nothing to do."""
    calls: list[int] = []
    left = list(answers)

    async def step() -> bool:
        calls.append(len(calls))
        answer = left.pop(0) if left else False
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)

    return calls, step


async def counted(calls: list[int], count: int) -> None:
    while len(calls) < count:
        await asyncio.sleep(0)


def test_it_goes_on_while_there_is_work_and_then_waits() -> None:
    calls, step = steps(True, True)

    async def run() -> None:
        async with Pump("work", step, FOREVER).working(1):
            await counted(calls, 3)

    asyncio.run(run())
    assert len(calls) == 3


def test_a_wake_from_any_thread_makes_the_next_step_come_now() -> None:
    calls, step = steps()

    async def run() -> None:
        pump = Pump("work", step, FOREVER)
        async with pump.working(1):
            await counted(calls, 1)
            pump.wake()
            await counted(calls, 2)
            thread = threading.Thread(target=pump.wake)
            thread.start()
            await counted(calls, 3)
            thread.join()

    asyncio.run(run())


def test_without_a_wake_it_comes_after_the_interval() -> None:
    calls, step = steps()

    async def run() -> None:
        async with Pump("work", step, 0.001).working(1):
            await counted(calls, 5)

    asyncio.run(run())


def test_a_step_that_raises_is_one_without_work() -> None:
    calls, step = steps(ValueError("broken"))

    async def run() -> None:
        pump = Pump("work", step, FOREVER)
        async with pump.working(1):
            await counted(calls, 1)
            pump.wake()
            await counted(calls, 2)

    asyncio.run(run())


def test_others_have_their_turn_between_steps() -> None:
    async def step() -> bool:
        return True

    async def run() -> bool:
        async with Pump("work", step, FOREVER).working(1):
            for _ in range(3):
                await asyncio.sleep(0)
            return True

    assert asyncio.run(run())


def test_after_what_was_undone_it_rests_before_it_goes_on() -> None:
    calls: list[int] = []
    rested: list[bool] = []

    async def run() -> None:
        async def step() -> bool:
            calls.append(1)
            if len(calls) == 2:
                pump.rest()
            return len(calls) < 4

        pump = Pump("work", step, FOREVER)
        async with pump.working(1):
            await counted(calls, 2)
            for _ in range(20):  # without a rest, it would have gone on by now
                await asyncio.sleep(0)
            rested.append(len(calls) == 2)
            pump.wake()
            await counted(calls, 4)

    asyncio.run(run())
    assert rested == [True]
