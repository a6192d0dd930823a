"""The JSON of POP3 mailboxes that inboxes show."""

from typing import Annotated, Self

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import Body, View, about
from mayfly.pop3 import models
from mayfly.pop3.models import Credentials, Stage

Username = Annotated[str, about("Without it, the address", examples=["user@example.com"])]
Password = Annotated[
    str,
    about(
        "Kept sealed, and never shown. Some providers want one for apps", examples=["your-password"]
    ),
]


class ChangedCredentials(Body):
    """What opens the POP3 mailbox from now on."""

    EXAMPLE = {"pop3_username": "user@example.com", "pop3_password": "your-password"}

    pop3_password: Password
    pop3_username: Username | None = None

    def credentials(self, address: str) -> Credentials:
        """Both; InvalidInput names the one that cannot be."""
        return credentials_of(self.pop3_username or address, self.pop3_password)


class FetchWarning(View):
    """Why the last fetch did not bring all there is."""

    stage: Annotated[Stage, about("How far it came", enum=[*Stage])]
    code: Annotated[
        str | None, about("The server's response code (RFC 2449, RFC 3206)", examples=["IN-USE"])
    ]
    message: Annotated[str, about("What the server said, or what is wrong, for a person")]

    @classmethod
    def of(cls, trouble: models.Trouble) -> Self:
        """What is wrong."""
        return cls(stage=trouble.stage, code=trouble.code or None, message=trouble.words)


def credentials_of(username: str, password: str) -> Credentials:
    """Both; InvalidInput names the one that cannot be said to a POP3 server."""
    for name, text in (("pop3_username", username), ("pop3_password", password)):
        try:
            length = len(text.encode())
        except UnicodeEncodeError as error:
            raise InvalidInput(f"{name} is no text") from error
        if not 0 < length <= limits.MAX_POP3_CREDENTIAL_BYTES or any(e in text for e in "\0\r\n"):
            raise InvalidInput(
                f"{name} must have 1 to {limits.MAX_POP3_CREDENTIAL_BYTES} bytes, all of one line"
            )
    return Credentials(username, password)
