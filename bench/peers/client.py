"""The client, in a process of its own: `python -m bench.peers.client`, a job as JSON on its input.

The job names its kind, and has the fields of `Mails`, `Requests` or `Frames`; what came of it is
printed as JSON.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bench.peers.readers import Frames, Requests, frame_delays, requests_a_second
from bench.peers.senders import Mails, Sent, send_all

_PATIENCE_SECONDS = 300.0  # beyond what the job itself takes at most


def sent(job: Mails) -> Sent:
    """Send them from another process."""
    answer = _done("mails", job)
    return Sent(**answer)


def rate(job: Requests) -> float:
    """Ask from another process."""
    return float(_done("requests", job))


def delays(job: Frames) -> Sequence[float]:
    """Watch and send from another process."""
    return [float(each) for each in _done("frames", job)]


def _done(kind: str, job: Mails | Requests | Frames) -> Any:
    """What the process answers; ChildProcessError says what it failed with."""
    done = subprocess.run(  # it ends the process on its way out, also on Ctrl-C
        [sys.executable, "-m", "bench.peers.client"],
        input=json.dumps({"kind": kind, **asdict(job)}),
        capture_output=True,
        text=True,
        timeout=job.seconds + _PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise ChildProcessError(done.stderr.strip().rpartition("\n")[2] or "the client failed")
    return json.loads(done.stdout)


async def _do(kind: str, job: dict[str, Any]) -> Any:
    match kind:
        case "mails":
            return asdict(await send_all(Mails(**job)))
        case "requests":
            return await requests_a_second(Requests(**job))
        case _:
            return await frame_delays(Frames(**job))


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps(asyncio.run(_do(asked.pop("kind"), asked))))
