"""What mail.tm has and the rest of Mayfly has not: chosen passwords, pages, violations."""

from typing import ClassVar

from mayfly import limits
from mayfly.errors import InvalidInput, Kind

PAGE_MESSAGES = 30
"""On one page of a list; clients count on it to know whether there is another."""
FIRST_PAGE, LAST_PAGE = 1, 10**6
"""Numbers of pages that can be asked for; only the first few have anything."""


class Violation(InvalidInput):
    """A field of the body cannot be what was sent; mail.tm's clients read which one."""

    kind: ClassVar[Kind] = Kind(422, "VALIDATION_ERROR")

    def __init__(self, field: str, message: str) -> None:
        """Keep both parts; together they are what a person reads."""
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def check_password(password: str, local: str, is_told: bool) -> None:
    """Violation says why this cannot be the password of the inbox with this name.

    Shorter ones than an account's are possible, as clients make up six random characters: the
    inbox lives for a day, and few guesses at it are answered. One that has the inbox's name in it
    is known to whoever knows the address: only where that may be (`is_told`), as it is so of
    public addresses.
    """
    if not limits.MIN_INBOX_PASSWORD_CHARS <= len(password) <= limits.MAX_PASSWORD_CHARS:
        raise Violation(
            "password",
            f"This value must have {limits.MIN_INBOX_PASSWORD_CHARS} to"
            f" {limits.MAX_PASSWORD_CHARS} characters.",
        )
    if local in password.lower() and not is_told:
        raise Violation("password", "This value must not hold the name before the @.")
