"""What the client does, without doing it: flows that say step by step what they need of the world.

A flow is a generator. It yields steps, and gets what came of each: a request is sent, time passes,
something is worked out. So each operation and each wait is written once, and runs with threads
(`Mayfly`) and in an event loop (`AsyncMayfly`). A method that is `flow` or `operation` answers at
once in the one, and is awaited in the other; type checkers know which.
"""

import json
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, cast, overload
from urllib.parse import quote, urlencode

from mayfly_client.decoding import decoded
from mayfly_client.errors import UnexpectedAnswer

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)
_IDEMPOTENT = ("GET", "PUT", "DELETE", "PATCH")  # a PATCH of Mayfly says how it is to be
IDEMPOTENCY_KEY = "Idempotency-Key"
JSON = "application/json"


class Sync:
    """The mark of what answers at once."""


class Async:
    """The mark of what is awaited."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def document(self) -> Any:
        """The JSON of it; UnexpectedAnswer for what is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswer("the answer is no JSON: this is no Mayfly") from error


@dataclass(frozen=True, slots=True)
class Send:
    """A request to a whole URL. What comes of it is an Answer, or Unreachable."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Let these seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Something that takes the processor a while."""

    do: Callable[[], Any]


Step = Send | Pause | Work
Flow = Generator[Step, Any, T]


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One operation of the API with what is sent along, and the type of what it answers.

    `takes` names the credentials that it wants or can use, the best one first.
    """

    method: str
    path: str
    answers: type[T]
    takes: Sequence[str] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Path and query."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def is_idempotent(self) -> bool:
        """Whether it does no harm twice."""
        return self.method in _IDEMPOTENT or IDEMPOTENCY_KEY in self.headers

    def read(self, answer: Answer) -> T:
        """A good answer, as its type."""
        if self.answers is bytes:
            return cast(T, answer.content)
        if self.answers is str:
            return cast(T, answer.content.decode(errors="replace"))
        return decoded(answer.document, self.answers)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a caller gave: the parts of the path, the query, the body, headers. None is left out."""

    parts: Sequence[str | int] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    headers: Mapping[str, str | None] = field(default_factory=dict)


class Runs(Generic[M_co]):
    """Something whose methods are flows: it can run them."""

    def run(self, flow: Flow[Any]) -> Any:
        """What comes of the flow, or an awaitable of it."""
        raise NotImplementedError

    def answer(self, call: Call[Any]) -> Flow[Answer]:
        """The flow that makes this call; what comes of it is the answer as it is."""
        raise NotImplementedError

    def call(self, call: Call[T]) -> Flow[T]:
        """The same; what comes of it is what the answer says."""
        found: T = call.read((yield from self.answer(call)))
        return found


class Method(Generic[P, T]):
    """A method that is a flow: called, it is run by the object that it belongs to."""

    def __init__(self, function: Callable[..., Flow[T]]) -> None:
        self.flow = function
        self.__doc__ = function.__doc__
        self.__wrapped__ = function

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Runs[Sync], owner: Any) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Runs[Async], owner: Any) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, instance: Runs[Any], owner: Any) -> Callable[P, Any]: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self

        def called(*given: P.args, **named: P.kwargs) -> Any:
            return instance.run(self.flow(instance, *given, **named))

        called.__doc__ = self.__doc__
        return called


def flow(function: Callable[Concatenate[Any, P], Flow[T]]) -> Method[P, T]:
    """Make a method of a generator."""
    return Method(function)


class Operation(Method[P, T]):
    """A method that is one operation of the API."""

    def __init__(
        self,
        method: str,
        path: str,
        answers: type[T],
        takes: Sequence[str],
        function: Callable[..., Sent],
    ) -> None:
        self.method = method
        self.path = path
        self.answers = answers
        self.takes = takes
        self.sent = function
        super().__init__(self._flow)
        self.__doc__ = function.__doc__

    def of(self, instance: Any, *given: P.args, **named: P.kwargs) -> Call[T]:
        """The call, as it would be made."""
        sent = self.sent(instance, *given, **named)
        headers = {name: each for name, each in sent.headers.items() if each is not None}
        body = None if sent.body is None else _without_none(sent.body)
        query = {name: _text(each) for name, each in sent.query.items() if each is not None}
        return Call(
            self.method, self._path(sent.parts), self.answers, self.takes, query, body, headers
        )

    def _flow(self, instance: Any, *given: P.args, **named: P.kwargs) -> Flow[T]:
        found: T = yield from instance.call(self.of(instance, *given, **named))
        return found

    def _path(self, parts: Sequence[str | int]) -> str:
        left = iter(parts)
        pieces = [
            quote(_part(next(left)), safe="@") if each.startswith("{") else each
            for each in self.path.split("/")
        ]
        return "/".join(pieces)


def operation(
    method: str, path: str, answers: type[T], takes: Sequence[str] = ()
) -> Callable[[Callable[Concatenate[Any, P], Sent]], Operation[P, T]]:
    """Declare the function below, which says what is sent, as this operation."""

    def declare(function: Callable[Concatenate[Any, P], Sent]) -> Operation[P, T]:
        return Operation(method, path, answers, takes, function)

    return declare


def _part(value: object) -> str:
    """A part of a path; one that would lead elsewhere is refused."""
    text = str(value)
    if text in ("", ".", ".."):
        raise ValueError(f"{text!r} names nothing")
    return text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _without_none(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: each.isoformat() if hasattr(each, "isoformat") else each
        for name, each in body.items()
        if each is not None
    }
