"""What every subject of the API is: some operations, run by the client that it belongs to."""

import uuid
from typing import Any

from mayfly_client.flows import Answer, Call, Flow, M, Runs


class Subject(Runs[M]):
    """Operations of one subject."""

    def __init__(self, client: Runs[M]) -> None:
        self._client = client

    def run(self, flow: Flow[Any]) -> Any:
        """As its client runs it."""
        return self._client.run(flow)

    def answer(self, call: Call[Any]) -> Flow[Answer]:
        """As its client makes it."""
        return self._client.answer(call)


def new_key() -> str:
    """A key for something that shall happen once, however often it is sent."""
    return str(uuid.uuid4())
