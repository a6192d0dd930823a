"""Checking: does everything answer that the service needs, within its time."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

from mayfly import limits
from mayfly.health.models import CheckResult, CheckStatus

Check = Callable[[], object]
"""Asks for something; raises if it cannot be had."""


@dataclass(frozen=True, slots=True)
class HealthChecks:
    """Asks all that the service needs, at once."""

    checks: Mapping[str, Check]
    patience: timedelta = limits.CHECK_TIME

    def examine(self, *names: str) -> dict[str, CheckResult]:
        """How each of these is, or without names each there is; within `patience` in any case.

        A check that is late goes on in its thread: what it waits for has its own time.
        """
        wanted = {name: self.checks[name] for name in names or self.checks}
        threads = ThreadPoolExecutor(len(wanted), "check")
        try:
            asked = {name: threads.submit(_timed, check) for name, check in wanted.items()}
            wait(asked.values(), self.patience.total_seconds())
            return {name: self._finding(each) for name, each in asked.items()}
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def _finding(self, asked: Future[CheckResult]) -> CheckResult:
        return asked.result() if asked.done() else CheckResult(CheckStatus.LATE, self.patience)


def _timed(check: Check) -> CheckResult:
    began = time.monotonic()
    try:
        check()
        condition = CheckStatus.UP
    except Exception:  # whatever it is: to say so is the purpose
        condition = CheckStatus.DOWN
    return CheckResult(condition, timedelta(seconds=time.monotonic() - began))
