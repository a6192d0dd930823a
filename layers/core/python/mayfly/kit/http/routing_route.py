"""What is declared of one operation of the HTTP API."""

from dataclasses import dataclass

CREATE = "create"
FETCH = "fetch"
LOGIN = "login"
ADMIN = "admin"
CONFIRM = "confirm"  # asks for the password of who has a session already
UNLOCK = "unlock"  # takes a password that nobody can guess


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the HTTP API; `path` is API Gateway's template (`event["resource"]`).

    `limit` names the group whose rate limit it falls under beside the global one, "" for none.
    """

    operation: str
    method: str
    path: str
    summary: str
    tag: str
    limit: str = ""
