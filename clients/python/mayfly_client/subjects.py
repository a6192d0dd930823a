"""What every subject of the API is: some operations, run by the client that it belongs to."""

import uuid
from typing import Any, TypeVar

from mayfly_client.flows import Call, Flow, M, Runs

T = TypeVar("T")


class Subject(Runs[M]):
    """Operations of one subject."""

    def __init__(self, client: Runs[M]) -> None:
        self._client = client

    def run(self, flow: Flow[Any]) -> Any:
        """As its client runs it."""
        return self._client.run(flow)

    def call(self, call: Call[T]) -> Flow[T]:
        """As its client makes it."""
        return self._client.call(call)


def new_key() -> str:
    """A key for something that shall happen once, however often it is sent."""
    return str(uuid.uuid4())
