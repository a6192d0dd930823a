"""A world in which flows run: answers as they are given, and a clock that only pauses move."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mayfly_client.errors import MayflyError
from mayfly_client.flows import Answer, Flow, Pause, Send, Work

T = TypeVar("T")
URL = "https://mail.example.org"


def answered(document: Any, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): each for name, each in headers.items()}
    return Answer(status, named, json.dumps(document).encode())


def refused(status: int, code: str = "CODE", **headers: str) -> Answer:
    error = {"code": code, "message": "no", "details": ["RATE_LIMIT_FETCH"]}
    return answered({"error": error}, status, **headers)


@dataclass
class World:
    """Gives the answers in their order; one that is an exception is raised."""

    answers: list[Answer | MayflyError]
    requests: list[Send] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    time: float = 0.0
    moves: Callable[[Send], float] = lambda request: 0.0

    def now(self) -> float:
        return self.time

    def run(self, flow: Flow[T]) -> T:
        result: Any = None
        error: MayflyError | None = None
        try:
            while True:
                step = flow.send(result) if error is None else flow.throw(error)
                result, error = None, None
                if isinstance(step, Pause):
                    self.pauses.append(step.seconds)
                    self.time += step.seconds
                elif isinstance(step, Work):
                    result = step.do()
                else:
                    self.requests.append(step)
                    self.time += self.moves(step)
                    given = self.answers.pop(0)
                    result, error = (
                        (None, given) if isinstance(given, MayflyError) else (given, None)
                    )
        except StopIteration as end:
            found: T = end.value
            return found


def header(request: Send, name: str) -> str | None:
    named: Mapping[str, str] = {key.lower(): each for key, each in request.headers.items()}
    return named.get(name.lower())
