"""What went wrong, as Mailpit says it: a line of text."""

from mayfly.errors import Kind, envelope
from mayfly.kit.http.messages import Answer


def refusal(error: Exception, kind: Kind) -> Answer:
    """The message of the error as plain text."""
    text = str(envelope(error)["error"]["message"])
    content = text.encode("utf-8", "replace")
    return Answer(kind.status, content, {"Content-Type": "text/plain; charset=utf-8"})
