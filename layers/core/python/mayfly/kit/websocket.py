"""Frames of the WebSocket as text."""

from mayfly.kit.http.body import json_text

INBOX_FULL = "inbox-full"
"""The type of the word that mail is being dropped, to those who watch an inbox or its account."""


def written(frame: object) -> str:
    """The frame, or a value in one, as it is sent."""
    # A lone surrogate that a client sent cannot be sent back.
    return json_text(frame).encode("utf-8", "replace").decode()
