"""CloudFormation, as custom resources know it: an event, and a URL that takes the answer."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from tests.deployments import LambdaContext


@dataclass
class CloudFormation:
    """Calls a handler and keeps what it answers."""

    url: str
    answers: list[dict[str, Any]] = field(default_factory=list)

    def ask(
        self,
        handler: Callable[[dict[str, Any], Any], object],
        request: str,
        properties: dict[str, Any],
        done: str = "",
        before: dict[str, Any] | None = None,
        kind: str = "",
    ) -> dict[str, Any]:
        event: dict[str, Any] = {
            "RequestType": request,
            "ResponseURL": self.url,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/Mayfly/1",
            "RequestId": "a-request",
            "LogicalResourceId": "Resource",
            "ResourceProperties": properties,
        }
        if kind:
            event["ResourceType"] = kind
        if done:
            event["PhysicalResourceId"] = done
        if request == "Update":
            event["OldResourceProperties"] = properties if before is None else before
        handler(event, LambdaContext())
        return self.answers[-1]


@contextmanager
def listening() -> Iterator[CloudFormation]:
    """With a real HTTP server for the answers."""
    answers: list[dict[str, Any]] = []

    class Url(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            length = int(self.headers["Content-Length"])
            answers.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Url) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield CloudFormation(f"http://127.0.0.1:{server.server_port}/answer", answers)
        server.shutdown()
        thread.join()
