"""Routes: what each path of the API is, who may call it, what it takes and gives, and what it does.

A subject's `routes.py` has one `Routes`; each function under it is one operation:

    api = Routes("API keys")

    @api("POST", "/api/v1/keys", "Create an API key", ACCOUNT, means="The new key", status=201)
    def create_key(call: Call[Account, NewKey]) -> CreatedKey:
        ""\"The answer is the only one with the key in it.\"""

The function's name is the operation's id, its docstring the description. The types in its
signature say what body is read and what is answered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from mayfly.errors import BodyTooLarge
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.schemas import Body, Schema, field_names, read

if TYPE_CHECKING:
    from mayfly.assembly import Assembly

C = TypeVar("C")
B = TypeVar("B")
R = TypeVar("R")

CREATE = "create"
FETCH = "fetch"
LOGIN = "login"
ADMIN = "admin"
CONFIRM = "confirm"  # asks for the password of a session that is open already
UNLOCK = "unlock"  # takes a password that nobody can guess

JSON = "application/json"
BAD_PARAMETER = "A parameter cannot be, or is not known"
BAD_BODY = "The body is not JSON, or not what is described here"
LARGE_BODY = "The body is too large"
CROSS_SITE = "A page of another site sent this"
BUSY = "The keys of tokens cannot be had, or too many wrote at once; it can be tried again"
NO_KEYS = "The keys of tokens cannot be had just now; it can be tried again"
_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Caller(Generic[C]):
    """Who may call: how the caller is found, and how the document says so.

    `find` raises what the caller is answered with, Unauthenticated for instance. `cookies` are the
    names of those that are taken in place of a bearer token; without `needs_token` the operation
    works without either, too. `scope` is that of the API keys that are taken besides.
    """

    find: "Callable[[Request, Assembly], C]"
    errors: Mapping[int, str] = field(default_factory=dict)
    needs_token: bool = True
    needs_admin_key: bool = False
    cookies: Sequence[str] = ()
    scope: str = ""


ANYONE: Caller[None] = Caller(lambda request, flows: None, needs_token=False)


@dataclass(slots=True)
class Call(Generic[C, B]):
    """One call of an operation. What is put into `headers` and `cookies` goes into the answer.

    `sent` is the JSON that the body was read from; `mail` is the id of the one email that the
    answer is about, see `Answer`.
    """

    request: Request
    flows: "Assembly"
    caller: C
    body: B
    sent: Mapping[str, Any] = field(default_factory=dict)
    mail: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)

    def parameter(self, name: str) -> str:
        """What stands in the path there, decoded."""
        return self.request.parameters[name]

    def created(self, path: str) -> None:
        """Say where the new thing is: the answer's `Location` (RFC 9110 section 10.2.2)."""
        self.headers["Location"] = self.request.base_url + path


@dataclass(frozen=True, slots=True)
class Good:
    """One answer that is no error; `schema` is the type of its JSON, or a schema as it is."""

    status: int
    meaning: str
    schema: Any = None
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the HTTP API; `path` is API Gateway's template (`event["resource"]`).

    `limit` names the group whose rate limit it falls under beside the global one, "" for none;
    `own_errors` are by status, `parameters` those of the query, `about` a description. `takes` is
    the class that the body is read as, or the schema of one that the operation reads by itself.
    """

    operation: str
    method: str
    path: str
    summary: str
    tag: str
    run: Callable[[Call[Any, Any]], Any]
    caller: Caller[Any] = ANYONE
    answers: Sequence[Good] = ()
    takes: Any = None
    own_errors: Mapping[int, str] = field(default_factory=dict)
    parameters: Sequence[dict[str, object]] = ()
    about: str = ""
    limit: str = ""

    @property
    def body_required(self) -> bool:
        """Whether a body must be there."""
        from msgspec.structs import fields

        if isinstance(self.takes, dict):
            return True
        return self.takes is not None and (
            "minProperties" in self.takes.RULES or any(each.required for each in fields(self.takes))
        )

    @property
    def errors(self) -> dict[int, str]:
        """Its own errors, those of its caller and body, and those that every operation can have."""
        caller = self.caller
        refused = {403: f"The API key is not for `{caller.scope}`"} if caller.scope else {}
        crossing = {403: CROSS_SITE} if caller.cookies and self.method != "GET" else {}
        body = {400: BAD_BODY, 413: LARGE_BODY} if self.takes else {}
        return {
            400: BAD_PARAMETER,
            **refused,
            **caller.errors,
            **body,
            **crossing,
            **self.own_errors,
            405: "The path has no such method; `Allow` names those it has",
            429: "Too many requests; `Retry-After` says when to go on",
            500: "The service failed",
        }

    def answer(self, request: Request, flows: "Assembly") -> Answer:
        """What the operation answers; raises the error that is answered instead."""
        caller = self.caller.find(request, flows)
        form = None if isinstance(self.takes, dict) else self.takes
        sent = _sent(request, form) if form else _NONE
        body = read(sent, form) if form else None
        call = Call(request, flows, caller, body, sent)
        found = self.run(call)
        answer = found if isinstance(found, Answer) else json_answer(found, self.answers[0].status)
        if call.headers or call.cookies or call.mail:
            headers = {**answer.headers, **call.headers}
            cookies = (*answer.cookies, *call.cookies)
            mail = call.mail or answer.mail
            answer = replace(answer, headers=headers, cookies=cookies, mail=mail)
        return answer


def _sent(request: Request, form: type[Body]) -> dict[str, Any]:
    try:
        return request.document(*field_names(form), most_bytes=form.MOST_BYTES, longer=form.LONGER)
    except BodyTooLarge as error:
        raise BodyTooLarge(f"{error}{form.WHEN_LARGER}") from error


class Routes:
    """The operations of one subject, under one tag of the document."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def __call__(
        self,
        method: str,
        path: str,
        summary: str,
        caller: Caller[C],
        *,
        means: str = "",
        status: int = 200,
        headers: Mapping[str, str] = _NONE,
        answers: Sequence[Good] = (),
        errors: Mapping[int, str] = _NONE,
        query: Sequence[dict[str, object]] = (),
        limit: str = "",
        about: str = "",
        operation: str = "",
        takes: Schema | None = None,
    ) -> Callable[[Callable[[Call[C, B]], R]], Callable[[Call[C, B]], R]]:
        """Declare the function below as an operation.

        `means` says what its answer is, which has this `status` and these `headers` (name and
        meaning); where there are several, or one that is no JSON, `answers` has them. `errors` are
        by status, beside those that its caller and its body bring. `operation` is its id where
        that is not the function's name, `about` its description where that is not the docstring.
        `takes` describes a body that the function reads by itself.
        """

        def declare(function: Callable[[Call[C, B]], R]) -> Callable[[Call[C, B]], R]:
            body = get_args(function.__annotations__["call"])[1]
            gives = function.__annotations__["return"]
            self._routes.append(
                Route(
                    operation=operation or function.__name__,
                    method=method,
                    path=path,
                    summary=summary,
                    tag=self.tag,
                    run=function,
                    caller=caller,
                    answers=answers or (Good(status, means, gives, headers=headers),),
                    takes=takes or (None if body in (None, type(None)) else body),
                    own_errors=errors,
                    parameters=query,
                    about=about or " ".join((function.__doc__ or "").split()),
                    limit=limit,
                )
            )
            return function

        return declare
