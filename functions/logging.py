"""What a function logs of an error that nobody expected: its kind and its place, not its text.

The text, and a traceback ends with it, may hold what somebody sent: an address, a subject, a token.
"""

import traceback
from typing import Any


def aws_code(error: BaseException) -> str:
    """What AWS called the failure, as in `ThrottlingException`; empty if it was not AWS."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def trouble(error: Exception) -> dict[str, Any]:
    """The fields of the log line."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    return {"error": type(error).__name__, "reason": aws_code(error), "where": where}
