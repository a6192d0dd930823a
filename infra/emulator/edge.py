"""What ministack's CloudFront lacks in front of our APIs. Only `launcher.py` can import this."""

import os
from collections.abc import Callable
from typing import Any

from ministack.services import cloudfront


def add() -> None:
    """Teach the emulator; once, before it serves."""
    cloudfront.handle_viewer_request = _over_tls(cloudfront.handle_viewer_request)
    cloudfront._forward_to_origin = _dialled_here(cloudfront._forward_to_origin)


def _over_tls(serve: Callable[..., Any]) -> Callable[..., Any]:
    """CloudFront is asked over TLS here as everything is; the emulator looks for a proxy's word."""

    def served(
        dist: Any, method: str, path: str, uri: str, query: str, headers: Any, *more: Any
    ) -> Any:
        return serve(
            dist, method, path, uri, query, {**headers, "x-forwarded-proto": "https"}, *more
        )

    return served


def _dialled_here(forward: Callable[..., Any]) -> Callable[..., Any]:
    """An API of ours that CloudFront passes requests on to; the emulator would not ask AWS."""

    def forwarded(origin: Any, method: str, uri: str, query: str, headers: Any, *more: Any) -> Any:
        name = origin["domain_name"]
        if ".execute-api." in name:
            port = int(os.environ["GATEWAY_PORT"])
            origin = {**origin, "domain_name": "localhost", "https_port": port}
            headers = {**headers, "host": name}
        return forward(origin, method, uri, query, headers, *more)

    return forwarded
