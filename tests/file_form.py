"""Sends a file by the form that the API has answered with, as a page does."""

import ssl
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SECONDS = 30.0


def posted(
    room: Mapping[str, Any], content: bytes, origin: str, certificate: Path | None = None
) -> tuple[int, Any]:
    """The status and the headers of what S3 answers (RFC 7578)."""
    kind, body = multipart(room["fields"], content)
    headers = {"Content-Type": kind, "Origin": origin}
    request = urllib.request.Request(room["url"], body, headers)
    context = ssl.create_default_context(cafile=certificate)
    with urllib.request.urlopen(request, timeout=SECONDS, context=context) as reply:
        return reply.status, reply.headers


def multipart(fields: Mapping[str, str], content: bytes) -> tuple[str, bytes]:
    """The form's type and body: the file comes last."""
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    body = "".join((*parts, file)).encode() + content + b"\r\n--b--\r\n"
    return "multipart/form-data; boundary=b", body
