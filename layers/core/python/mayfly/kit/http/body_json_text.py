"""JSON as it is sent: no spaces, and no escapes that UTF-8 spares."""

import json


def json_text(value: object) -> str:
    """The value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
