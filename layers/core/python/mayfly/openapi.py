"""The OpenAPI 3.1 document: every route, and what their operations take and give."""

from collections import Counter
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import msgspec.inspect
from msgspec import UNSET
from msgspec.structs import fields

from mayfly import __version__, limits
from mayfly.api import ROUTES
from mayfly.kit.http import rate_limit_headers as rate_limits
from mayfly.kit.http.cookies import SESSION_TOKEN, TOKEN
from mayfly.kit.http.messages import Answer
from mayfly.kit.http.route import Caller, Route
from mayfly.kit.http.schemas import Body, Error, Schema, View

_PARAMETERS = {
    "email": "The address; it may be percent-encoded",
    "id": "The message's `id`",
    "inboxId": "The inbox's `inbox_id`",
    "mailboxId": "The mailbox's `id`",
    "uid": "The message's `uid`",
    "number": "The message's `id`: its number in the mailbox",
    "attachmentId": "The attachment's `id` in the message",
    "domainId": "The domain's `id`",
    "accountId": "The account's `id`",
    "exportId": "The export's `id`",
    "keyId": "The key's `id`",
    "emailId": "The mail's `id`",
    "templateId": "The template's `id`",
    "webhookId": "The webhook's `id`",
    "ticket": "What a link in a webhook's payload ends in",
    "address": "The address; it may be percent-encoded",
    "file": "A file that `/docs` uses",
}
_TAGS = {
    "addresses": "Public: everybody who knows the address can read its mail",
    "messages": "Mail of public addresses",
    "private inboxes": "Opened by a token that ends soon and can be exchanged",
    "anonymous sessions": "One mailbox for a day, kept by a cookie",
    "accounts": "Logged in by cookie or bearer token",
    "mailboxes": "Inboxes of an account, with names of its choice; folders and threads",
    "exports": "All messages of an inbox, or of an account, as one file",
    "rules": "What mailboxes and domains do with mail by themselves, with the meaning of Sieve",
    "forwarding": "Where rules may forward mail to, once its reader has confirmed it",
    "sending": "Mail that accounts send from their own domains",
    "templates": "What such mail says, with variables; in versions",
    "domains": "Domains that accounts bring, with their DNS records",
    "API keys": "For programs of an account: each opens what is in its scopes",
    "relays": "What an account's domain sends through, and what makes its mail believed",
    "webhooks": "Programs that are told of events: of an account, an inbox, or all of the service",
    "admin": "For the operator of the service: domains, inboxes by the thousand, counts",
    "agents": "Private inboxes as tools of AI agents",
    "statistics": "What happened, by day",
    "service": "How it is, and this description",
}
_ABOUT = (
    "Addresses that live for a day, and the mail that comes to them. Everybody who knows a public"
    " address can read it; its name is 80 random bits. Private inboxes have friendly names and open"
    " only to the bearer of their token, mailboxes to their account. Times are in UTC. Every error"
    " looks like `Error`."
    f" A text in a body may have {limits.MAX_FIELD_CHARS} characters where nothing else is said,"
    " and those of an email as much as a request may have."
    " `X-RateLimit-*` say how often one client may still ask; without them, there is no limit."
)


_REFERENCE = "#/components/schemas/{name}"


def document(base_url: str) -> dict[str, object]:
    """The API as it is reached at this URL."""
    refused = _Refusals(ROUTES)
    paths: dict[str, dict[str, object]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refused)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Mayfly", "version": __version__, "description": _ABOUT},
        "servers": [{"url": base_url}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": refused.responses,
            "headers": rate_limits.HEADERS,
            "securitySchemes": SCHEMES,
        },
    }


def schemas() -> dict[str, Schema]:
    """Every class of bodies and answers that the routes name, by its name."""
    forms: list[Any] = [Error, *(route.takes for route in ROUTES if _is_form(route.takes))]
    forms += [good.schema for route in ROUTES for good in route.answers if _is_form(good.schema)]
    _, found = msgspec.json.schema_components(forms, ref_template=_REFERENCE)
    for form in _classes(forms):
        if form.__name__ not in found:
            continue
        if issubclass(form, Body):
            found[form.__name__] |= form.RULES
        if getattr(form, "EXAMPLE", None):
            found[form.__name__]["examples"] = [form.EXAMPLE]
        if issubclass(form, View):  # a default of ours is no word on what clients can leave out
            always = [each for each in fields(form) if each.default is not UNSET]
            found[form.__name__]["required"] = [each.encode_name for each in always]
    for each in found.values():  # a docstring is one paragraph there
        each["description"] = " ".join(each["description"].split())
        _type_values(each)
    return found


def _type_values(schema: Any) -> None:
    """Say of what is one of several values that these are strings, as all of ours are."""
    if isinstance(schema, dict):
        if "enum" in schema:
            schema.setdefault("type", ["string", "null"] if None in schema["enum"] else "string")
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            _type_values(each)


def _classes(forms: Sequence[Any]) -> set[Any]:
    """These and all that their fields are of. Facades have others of the same names."""
    found: set[Any] = set()
    todo: list[Any] = list(msgspec.inspect.multi_type_info(forms))
    while todo:
        node = todo.pop()
        if isinstance(node, msgspec.inspect.StructType):
            if node.cls not in found:
                found.add(node.cls)
                todo += [each.type for each in node.fields]
        elif isinstance(node, tuple):
            todo += node
        elif isinstance(node, msgspec.inspect.Type):
            todo += [getattr(node, name) for name in node.__struct_fields__]
    return found


def _is_form(schema: object) -> bool:
    return schema is not None and not isinstance(schema, dict) and schema is not Answer


def _schema(schema: Any) -> Schema:
    if isinstance(schema, dict):
        return schema
    (found,), _ = msgspec.json.schema_components([schema], ref_template=_REFERENCE)
    return found


def _operation(route: Route, refused: "_Refusals") -> dict[str, object]:
    described: dict[str, object] = {
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [route.tag],
        "responses": refused.of(route) | _responses(route),
        "security": security(route.caller),
    }
    parameters = [*_path_parameters(route.path), *route.parameters]
    if parameters:
        described["parameters"] = parameters
    if route.about:
        described["description"] = route.about
    if route.takes:
        described["requestBody"] = {
            "required": route.body_required,
            "content": {"application/json": {"schema": _schema(route.takes)}},
        }
    return described


def _path_parameters(path: str) -> list[dict[str, object]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "description": _PARAMETERS[name],
        }
        for name in names
    ]


def _responses(route: Route) -> dict[str, dict[str, Any]]:
    responses: dict[str, dict[str, Any]] = {}
    for good in route.answers:  # one with several types is several times there
        response = responses.setdefault(str(good.status), {"description": good.meaning})
        if good.content_type:
            contents = response.setdefault("content", {})
            contents[good.content_type] = {"schema": _schema(good.schema)} if good.schema else {}
        headers = response.setdefault("headers", {**rate_limits.describe(good.status)})
        headers |= {
            name: {"description": meaning, "schema": {"type": "string"}}
            for name, meaning in good.headers.items()
        }
    return responses


class _Refusals:
    """The answers that are errors: each is there once, and operations refer to it."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Give each pair of status and meaning a name: of the status, and counted from the second.

        The more operations have it, the earlier it is counted.
        """
        pairs = Counter(pair for route in routes for pair in route.errors.items())
        self._names: dict[tuple[int, str], str] = {}
        self.responses: dict[str, dict[str, object]] = {}
        times = Counter[int]()
        for (status, meaning), _ in pairs.most_common():
            times[status] += 1
            name = HTTPStatus(status).phrase.title().replace(" ", "")
            name += str(times[status]) if times[status] > 1 else ""
            self._names[status, meaning] = name
            self.responses[name] = {
                "description": meaning,
                "content": {"application/json": {"schema": _schema(Error)}},
                "headers": rate_limits.describe(status),
            }

    def of(self, route: Route) -> dict[str, dict[str, str]]:
        """Those of a route, by status."""
        return {
            str(status): {"$ref": f"#/components/responses/{self._names[status, meaning]}"}
            for status, meaning in route.errors.items()
        }


ACCESS_TOKEN = "accessToken"
ACCOUNT_TOKEN = "accountToken"
ADMIN_KEY = "adminKey"
API_KEY = "apiKey"
_COOKIES = {TOKEN: "accountCookie", SESSION_TOKEN: "sessionCookie"}
_BY_ITSELF = "There is nothing to fill in: from then on a browser sends it by itself"

Requirement = dict[str, list[str]]

SCHEMES: dict[str, dict[str, str]] = {
    ACCESS_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "The `access_token` of an address or inbox, or a `sessionToken`",
    },
    ACCOUNT_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "The `token` of an account, as `POST /api/users/login` answers it",
    },
    _COOKIES[TOKEN]: {
        "type": "apiKey",
        "in": "cookie",
        "name": TOKEN,
        "description": f"The same token, set by the login. {_BY_ITSELF}",
    },
    _COOKIES[SESSION_TOKEN]: {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_TOKEN,
        "description": f"An anonymous session, set by `POST /api/session`. {_BY_ITSELF}",
    },
    API_KEY: {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A key of an account, as `POST /api/v1/keys` answers it once. It opens what"
        " is in its scopes; an operation names the scope that it needs",
    },
    ADMIN_KEY: {
        "type": "apiKey",
        "in": "header",
        "name": "X-Admin-Key",
        "description": "The operator can read it",
    },
}


def security(caller: Caller[Any]) -> list[Requirement]:
    """What the operation takes: any one of these; nothing at all if `{}` is among them or none is.

    A bearer token says whose it is as well as the cookies that the operation takes.
    """
    if caller.needs_admin_key:
        return [{ADMIN_KEY: []}]
    taken = []
    if TOKEN in caller.cookies:
        taken.append(ACCOUNT_TOKEN)
    if SESSION_TOKEN in caller.cookies or (caller.needs_token and not caller.cookies):
        taken.append(ACCESS_TOKEN)
    taken += [_COOKIES[name] for name in caller.cookies]
    requirements: list[Requirement] = [{name: []} for name in taken]
    if caller.scope:  # OpenAPI 3.1: what the credential has to have besides
        requirements.append({API_KEY: [caller.scope]})
    return requirements if caller.needs_token or not taken else [{}, *requirements]
