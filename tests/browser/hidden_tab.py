"""A tab that nobody looks at.

Playwright keeps all of its pages visible. This one is in a window that Playwright does not know,
behind another tab, and is driven by the DevTools protocol itself.
"""

import itertools
import json
from typing import Any

from playwright.sync_api import Browser

from tests.local.conftest import until


class HiddenTab:
    """A page in the background, with the permission to notify."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.asked: list[str] = []
        self._numbers = itertools.count(1)
        self._answers: dict[int, Any] = {}
        self._browser = browser.new_browser_cdp_session()
        self._browser.on("Target.receivedMessageFromTarget", self._hear)
        self._context = {"browserContextId": self._do("Target.createBrowserContext")}
        grant = {"origin": origin, "permissions": ["notifications"]}
        self._browser.send("Browser.grantPermissions", grant | self._context)
        page = self._do("Target.createTarget", url=origin, **self._context)
        self._session = self._do("Target.attachToTarget", targetId=page, flatten=False)
        self._tell("Network.enable")
        self._do("Target.createTarget", url="about:blank", **self._context)

    def evaluate(self, expression: str) -> Any:
        """The value of the expression in the page."""
        answer = self._tell("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def close(self) -> None:
        self._browser.send("Target.disposeBrowserContext", self._context)
        self._browser.detach()

    def _do(self, method: str, **parameters: Any) -> str:
        (answer,) = self._browser.send(method, parameters).values()
        return str(answer)

    def _tell(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        message = json.dumps({"id": number, "method": method, "params": parameters})
        told = {"sessionId": self._session, "message": message}
        self._browser.send("Target.sendMessageToTarget", told)
        assert until(lambda: self._listen(number))
        return self._answers.pop(number)

    def _listen(self, number: int) -> bool:
        self._browser.send("Target.getTargets")  # what was said meanwhile is heard with its answer
        return number in self._answers

    def _hear(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            self._answers[message["id"]] = message.get("result", message)
        elif message["method"] == "Network.requestWillBeSent":
            self.asked.append(message["params"]["request"]["url"])
