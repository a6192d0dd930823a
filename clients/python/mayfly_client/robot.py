"""Keywords for Robot Framework. `Library    mayfly_client.robot.MayflyLibrary    url=https://…`.

Robot Framework itself is not needed to import this, and is not imported.
"""

import os
from typing import Any

from mayfly_client.client import Mayfly
from mayfly_client.inbox import Inbox
from mayfly_client.mails import Mail


class MayflyLibrary:
    """Inboxes for tests: each is deleted at the end of the test that has made it.

    Without `url`, the variable `MAYFLY_URL` of the environment names the service. Keywords take
    filters as `Wait For Code` does: `subject`, `from_`, `text`, `q` and the others of the library.
    """

    ROBOT_LIBRARY_SCOPE = "TEST"
    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, url: str = "", token: str = "", api_key: str = "") -> None:
        self.ROBOT_LIBRARY_LISTENER = self
        url = url or os.environ.get("MAYFLY_URL", "")
        self._options: dict[str, Any] = {"token": token, "api_key": api_key}
        self._url = url
        self._client: Mayfly | None = None
        self._inboxes: list[Inbox] = []

    def create_inbox(self) -> str:
        """Make a private inbox; its address. It is the one that the other keywords mean."""
        if self._client is None:  # not when it is only looked at for its keywords
            self._client = Mayfly(self._url, **self._options)
        self._inboxes.append(self._client.inbox())
        return self._inboxes[-1].address

    def wait_for_code(self, timeout: float = 60, **filters: Any) -> str:
        """The code of the next message that has one."""
        return self._inbox().wait_for_code(timeout=timeout, **filters)

    def wait_for_link(self, timeout: float = 60, **filters: Any) -> str:
        """The link that the next message asks to open."""
        return self._inbox().wait_for_link(timeout=timeout, **filters)

    def wait_for_message(self, timeout: float = 60, **filters: Any) -> Mail:
        """The next message: `${message.subject}`, `${message.text}` and so on."""
        return self._inbox().wait_for_message(timeout=timeout, **filters)

    def send_sample(self) -> None:
        """Have the service send a message with a code, to try tests with."""
        self._inbox().send_sample()

    def delete_inboxes(self) -> None:
        """Delete what this test has made. It happens at its end anyway."""
        while self._inboxes:
            self._inboxes.pop().delete()

    def _inbox(self) -> Inbox:
        if not self._inboxes:
            raise AssertionError("there is no inbox: `Create Inbox` comes first")
        return self._inboxes[-1]

    def _end_test(self, data: object, result: object) -> None:
        self.delete_inboxes()

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
