"""Frames of the WebSocket as text."""

import json


def written(frame: object) -> str:
    """The frame, or a value in one, as it is sent."""
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate that a client sent cannot be sent back.
    return text.encode("utf-8", "replace").decode()
