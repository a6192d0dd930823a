"""An inbox as one file: made by the service, or of a public address message by message."""

import io
import zipfile
from collections.abc import Callable
from typing import Any, Protocol

from mayfly_client.api.messages import MessagesApi
from mayfly_client.errors import MayflyError, UnexpectedAnswer, WaitTimeout, api_error
from mayfly_client.flows import Call, Flow, Pause, Send
from mayfly_client.mails import mail_of
from mayfly_client.urls import checked_url

FORMATS = ("zip", "mbox")
_LOOK_SECONDS = (0.2, 0.3, 0.5, 1.0, 2.0)


class Exports(Protocol):
    """An inbox, as far as it is needed here."""

    def call(self, call: Call[Any]) -> Flow[Any]:
        """What a call answers."""


class Source(Protocol):
    """Which inbox it is."""

    @property
    def place(self) -> Any:
        """Where its operations are."""

    @property
    def id(self) -> str:
        """What they call it."""


def exported(
    inbox: Exports, source: Source, form: str, now: Callable[[], float], seconds: float
) -> Flow[bytes]:
    """The file; WaitTimeout if it is not made in time."""
    if form not in FORMATS:
        raise ValueError(f"{form!r} is none of {', '.join(FORMATS)}")
    if source.place.exports is None:
        return (yield from _collected(inbox, source.id, form))
    made = yield from inbox.call(source.place.exports.of(None, source.id, format=form))
    until, looks = now() + seconds, 0
    while made.status != "done":
        if made.status not in ("queued", "running"):
            raise MayflyError(f"the export ended as {made.status}")
        pause = _LOOK_SECONDS[min(looks, len(_LOOK_SECONDS) - 1)]
        if now() + pause > until:
            raise WaitTimeout("export", seconds, ())
        yield Pause(pause)
        looks += 1
        made = yield from inbox.call(source.place.exported.of(None, source.id, made.id))
    try:
        checked_url(made.download_url or "")
    except ValueError as error:
        raise UnexpectedAnswer("the export is at what is no place") from error
    answer = yield Send("GET", made.download_url, {"Accept": "*/*"})
    if answer.status != 200:
        raise api_error(answer.status, answer.headers, answer.content)
    content: bytes = answer.content
    return content


def _collected(inbox: Exports, address: str, form: str) -> Flow[bytes]:
    """A zip of the messages of a public address, the newest hundred of them."""
    if form != "zip":
        raise UnexpectedAnswer("a public address is exported as zip: the service makes no file")
    listed = yield from inbox.call(MessagesApi.list_messages.of(None, address, limit=100))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in reversed(listed):
            mail = mail_of(each)
            raw = yield from inbox.call(MessagesApi.raw_message.of(None, mail.id))
            archive.writestr(f"{mail.number:06d}.eml", raw)
    return written.getvalue()
