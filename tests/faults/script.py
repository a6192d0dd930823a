"""One fault at one AWS call, whichever that is: a wrapper around the clients of an assembly."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from mayfly.accounts.passwords import PasswordHashes, Passwords
from mayfly.adapters import Adapters
from mayfly.assembly import Assembly
from mayfly.kit.clock import Clock
from mayfly.kit.dynamodb.keys import PARTITION_KEY, RATE_PARTITION
from mayfly.settings import Settings

ONCE = {"sesv2.send_email"}
"""Calls that boto3 is told to make once (`sending.ses.ONCE_CONFIG`): a lost answer stays lost."""
_NOT_CALLS = {"exceptions", "meta", "generate_presigned_url", "close"}


class Fault(StrEnum):
    """What goes wrong. boto3 has tried as often as it does when the first five are met."""

    THROTTLED = "throttled"
    BROKEN = "answers 500"
    UNREACHABLE = "cannot be reached"
    ANSWER_LOST = "done, and the answer is lost"
    DENIED = "access denied"
    REPEATED = "done, the answer is lost, and boto3 asks again"
    IN_THE_WAY = "another writer's transaction is in the way"
    KILLED_BEFORE = "the function dies before it"
    KILLED_AFTER = "the function dies after it"


_DEATHS = (Fault.KILLED_BEFORE, Fault.KILLED_AFTER)
_WRITES = {f"dynamodb.{each}_item" for each in ("put", "update", "delete")}
_TRANSACTION = "dynamodb.transact_write_items"


class Killed(BaseException):
    """The process ends here: nothing of ours runs any more."""


_ERRORS = {
    Fault.THROTTLED: ("ThrottlingException", 400),
    Fault.BROKEN: ("InternalServerError", 500),
    Fault.DENIED: ("AccessDeniedException", 400),
}


@dataclass
class Script:
    """Counts the calls, and lets the one that has the number `at` fail; 0 lets none.

    Calls that a fault cannot be met at do not count.
    """

    fault: Fault = Fault.BROKEN
    at: int = 0
    calls: list[str] = field(default_factory=list)
    _counting: Any = field(default_factory=threading.Lock)

    @property
    def met(self) -> str:
        """The call that was to fail, as `dynamodb.put_item`; empty if there were too few."""
        return self.calls[self.at - 1] if 0 < self.at <= len(self.calls) else ""

    def call(self, name: str, do: Callable[[], Any], partition: str = "") -> Any:
        """Make the call, or what comes of it. No transaction has a row of `rate#` in it."""
        can_be = name in {_TRANSACTION, *_WRITES} and not partition.startswith(RATE_PARTITION)
        if self.fault is Fault.IN_THE_WAY and not can_be:
            return do()
        with self._counting:  # frames are sent by several threads
            self.calls.append(name)
            number = len(self.calls)
        if 0 < self.at < number and self.fault in _DEATHS:
            raise Killed(name)  # the threads of a dead process end with it
        if number != self.at:
            return do()
        match self.fault:
            case Fault.UNREACHABLE:
                raise ConnectTimeoutError(endpoint_url="https://aws.example")
            case Fault.ANSWER_LOST:
                do()
                raise ReadTimeoutError(endpoint_url="https://aws.example")
            case Fault.REPEATED if name in ONCE:
                do()
                raise ReadTimeoutError(endpoint_url="https://aws.example")
            case Fault.REPEATED:
                return _asked_again(name, do)
            case Fault.KILLED_BEFORE:
                raise Killed(name)
            case Fault.KILLED_AFTER:
                do()
                raise Killed(name)
            case Fault.IN_THE_WAY:
                raise _conflict(name)
        raise refusal(*_ERRORS[self.fault])


def refusal(code: str, status: int) -> ClientError:
    """What boto3 raises for an answer of AWS that says so."""
    error: Any = {
        "Error": {"Code": code, "Message": "a fault of the tests"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(error, "a call of the tests")


def _conflict(name: str) -> ClientError:
    """How DynamoDB refuses a write to a row that a transaction is on; it says so in two ways."""
    if name != _TRANSACTION:
        return refusal("TransactionConflictException", 400)
    canceled = refusal("TransactionCanceledException", 400)
    answer: Any = canceled.response
    # One for each item, in AWS; as many as there can be items here.
    answer["CancellationReasons"] = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * 99]
    return canceled


def _asked_again(name: str, do: Callable[[], Any]) -> Any:
    """The second answer; of a transaction the first, as its token makes the second one none.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    first = do()
    return first if name == _TRANSACTION else do()


class FaultyClient:
    """A boto3 client whose calls go through a script."""

    def __init__(self, client: Any, service: str, script: Script) -> None:
        self._client = client
        self._service = service
        self._script = script

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name in _NOT_CALLS:
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            key = named.get("Key")
            partition = key[PARTITION_KEY]["S"] if isinstance(key, dict) else ""
            return self._script.call(
                f"{self._service}.{name}", lambda: real(*arguments, **named), partition
            )

        return call


class FaultyAdapters(Adapters):
    """The ports of a process in which one AWS call fails."""

    def __init__(
        self, settings: Settings, now: Clock, script: Script, reached: Callable[[str], Any]
    ) -> None:
        super().__init__(settings, now)
        self.script = script
        self.reached = reached

    def client(self, service: str, **options: Any) -> Any:
        """As the real one, but for the script."""
        return FaultyClient(self.reached(service), service, self.script)


def faulty(
    settings: Settings, now: Clock, script: Script, reached: Callable[[str], Any]
) -> Assembly:
    """A process in which one AWS call fails, and hashes are quick."""
    made = Assembly(settings, FaultyAdapters(settings, now, script, reached))
    made.accounts.passwords = Passwords(PasswordHashes(8, 1, 1), set)
    return made
