"""What can go wrong, as classes.

MayflyError
├── Unreachable          nobody answers, or not in time
├── UnexpectedAnswer     what answers is no Mayfly, or one of another kind
├── TooMuchWork          the proof of work that is asked for is more than a client does
├── WaitTimeout          what was waited for did not come (a TimeoutError, too)
└── ApiError             Mayfly refused: `status`, `code`, `message`, `details`, `request_id`
    ├── InvalidRequest       400, 405, 413: what was sent cannot be
    ├── Unauthenticated      401: there is no token, or it opens nothing (any more)
    ├── Forbidden            403: it does not open this, or this is off
    │   └── ProofRequired        403 PROOF_OF_WORK_REQUIRED: a solution did not count
    ├── NotFound             404, 410: never was, has expired, or is somebody else's
    ├── Conflict             409: it is not in the state for that, or is there already
    ├── RateLimited          429: `retry_after` says in how many seconds to go on
    └── ServiceError         5xx: the service failed
"""

import json
from collections.abc import Mapping, Sequence

_SAID_CHARS = 500
REQUEST_ID = "x-amzn-requestid"


class MayflyError(Exception):
    """Anything that this package raises. No message of it has a token or a body in it."""


class Unreachable(MayflyError):
    """Nobody answers, or not in time; or the connection is not trusted."""


class UnexpectedAnswer(MayflyError):
    """What answers is no Mayfly, or one that this client does not know."""


class TooMuchWork(MayflyError):
    """The proof of work that is asked for is of an unknown kind, or too dear."""


class WaitTimeout(MayflyError, TimeoutError):
    """What was waited for did not come in time.

    `sought` says what that was, `subjects` are those of the messages that did come meanwhile.
    """

    def __init__(self, sought: str, seconds: float, subjects: Sequence[str]) -> None:
        came = ", ".join(repr(each) for each in subjects[:5])
        more = ", …" if len(subjects) > 5 else ""
        what = f"; what came: {len(subjects)} ({came}{more})" if subjects else "; nothing came"
        super().__init__(f"no {sought} in {seconds:g} seconds{what}")
        self.sought = sought
        self.subjects = tuple(subjects)


class ApiError(MayflyError):
    """Mayfly refused, or failed. `code` is its word for why, for programs."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Sequence[str] = (),
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        named = f" (request {request_id})" if request_id else ""
        super().__init__(f"{message} [{status} {code}]{named}")
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)
        self.request_id = request_id
        self.retry_after = retry_after


class InvalidRequest(ApiError):
    """What was sent cannot be; the message names what is wrong."""


class Unauthenticated(ApiError):
    """There is no token or key, or it opens nothing, or nothing any more."""


class Forbidden(ApiError):
    """The token or key does not open this, or this is switched off."""


class ProofRequired(Forbidden):
    """Work is asked for, and the solution that was sent did not count."""


class NotFound(ApiError):
    """It never was, has expired, was deleted, or is somebody else's."""


class Conflict(ApiError):
    """It is not in the state for that, or is there already."""


class RateLimited(ApiError):
    """Too many requests; `retry_after` says in how many seconds to go on."""


class ServiceError(ApiError):
    """The service failed."""


PROOF_REQUIRED = "PROOF_OF_WORK_REQUIRED"
_CLASSES: Mapping[int, type[ApiError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    429: RateLimited,
}


def api_error(status: int, headers: Mapping[str, str], content: bytes) -> ApiError:
    """The error that an answer is."""
    code, message, details = _said(status, content)
    kind = _CLASSES.get(status, ServiceError if status >= 500 else InvalidRequest)
    if code == PROOF_REQUIRED:
        kind = ProofRequired
    return kind(status, code, message, details, headers.get(REQUEST_ID, ""), pause_of(headers))


def _said(status: int, content: bytes) -> tuple[str, str, list[str]]:
    try:
        error = json.loads(content)["error"]
        details = [str(each) for each in error.get("details") or ()]
        return str(error["code"]), str(error["message"])[:_SAID_CHARS], details
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "UNKNOWN", f"the answer was {status}, without a word of Mayfly", []


def pause_of(headers: Mapping[str, str]) -> float | None:
    """The seconds of `Retry-After`; None where it says nothing that can be used."""
    text = headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
