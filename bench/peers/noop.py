"""aiosmtpd that takes every mail and does nothing with it: the floor. `python noop.py PORT`.

It runs in the environment of the peers, so it imports nothing of ours.
"""

import asyncio
import sys
from typing import Any

from aiosmtpd.smtp import SMTP


class Nothing:
    """Acknowledges."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Say that it is done."""
        return "250 OK"


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Nothing()), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
