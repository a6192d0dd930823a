"""Read messages one after the other, with the next ones on their way."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from mayfly_client.bridge import limits
from mayfly_client.bridge.boxes import Line
from mayfly_client.bridge.errors import Gone
from mayfly_client.bridge.imap.view import View
from mayfly_client.bridge.mime.structure import Part

Read = tuple[Line | None, Part | None]


async def read_ahead(view: View, numbers: list[int], *, needs_raw: bool) -> AsyncIterator[Read]:
    """Each of these messages, with its structure if that is needed; None for what is gone."""
    if not needs_raw:
        for at, each in enumerate(numbers):
            if at % 500 == 499:
                await asyncio.sleep(0)  # others have their turn
            yield view.line(each), None
        return
    coming: deque[tuple[Line | None, asyncio.Task[Part | None] | None]] = deque()
    left, size = deque(numbers), 0
    try:
        while left or coming:
            while left and (not coming or _has_room(len(coming), size)):
                line = view.line(left.popleft())
                task = asyncio.ensure_future(_read(view, line)) if line is not None else None
                coming.append((line, task))
                size += line.size if line is not None else 0
            line, task = coming[0]
            part = await task if task is not None else None
            coming.popleft()
            size -= line.size if line is not None else 0
            yield (line if part is not None else None), part
    finally:
        for _, task in coming:
            if task is not None:
                task.cancel()
                task.add_done_callback(_forget)


def _has_room(coming: int, size: int) -> bool:
    return coming < limits.REQUESTS_AT_ONCE and size < limits.READ_AHEAD_BYTES


def _forget(task: "asyncio.Task[Part | None]") -> None:
    if not task.cancelled():
        task.exception()


async def _read(view: View, line: Line) -> Part | None:
    try:
        return await (await view.inbox.raw(line.number)).structure()
    except Gone:
        if view.inbox.failure is not None:
            raise
        return None
