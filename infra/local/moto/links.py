"""moto's S3 behind signed links."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from infra.local.moto.in_process import Answered, answer_of


def read_object(method: str, target: str, headers: Mapping[str, str]) -> Answered:
    """moto's answer to a GET or HEAD of a target, as S3 would have said it."""
    status, told, body = answer_of("s3", method, f"http://localhost{target}", headers)
    if method == "HEAD" and status in (200, 206):
        told = _renamed(told, target)
    return status, told, body


def _renamed(headers: Mapping[str, Any], target: str) -> dict[str, Any]:
    """The headers as a signed target wants them: S3 does so for HEAD too, moto for GET only."""
    wanted = {
        name.removeprefix("response-"): value
        for name, value in parse_qsl(target.partition("?")[2])
        if name in ("response-content-type", "response-content-disposition")
    }
    kept = {name: value for name, value in headers.items() if name.lower() not in wanted}
    return kept | wanted
