"""The operations of API keys. Who is logged in manages them; a key does not."""

from collections.abc import Callable

from functions.http_api.callers import account_of
from functions.http_api.flows import Flows
from mayfly.api_keys import schemas as keys
from mayfly.api_keys.service import ApiKeyRequest
from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, Good, Operation, Route


def create_key(request: Request, flows: Flows) -> Answer:
    account = account_of(request, flows)
    sent = request.document(*keys.FIELDS)
    wanted = ApiKeyRequest(keys.wanted_name(sent), keys.wanted_scopes(sent), keys.wanted_end(sent))
    key, text = flows.locksmith.make(account, wanted)
    location = f"{request.base_url}/api/v1/keys/{key.id}"
    return json_answer(keys.created(key, text, flows.now()), 201, {"Location": location})


def list_keys(request: Request, flows: Flows) -> Answer:
    account = account_of(request, flows)
    return json_answer(keys.listed(flows.locksmith.of(account), flows.now()))


def revoke_key(request: Request, flows: Flows) -> Answer:
    account = account_of(request, flows)
    return json_answer(keys.revoked(flows.locksmith.revoke(account, request.parameters["keyId"])))


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
    "create_key": create_key,
    "list_keys": list_keys,
    "revoke_key": revoke_key,
}

_NOBODY = "There is no token or cookie of an account, or its session has ended"
_BUSY = "The keys of tokens cannot be had, or too many wrote at once; it can be tried again"
_READS = {401: _NOBODY, 503: _BUSY}
_WRITES = {**_READS, 400: BAD_BODY, 403: "A page of another site sent this", 413: LARGE_BODY}

KEY_OPERATIONS: dict[str, Operation] = {
    "create_key": Operation(
        [Good(201, "The new key", "NewKey", headers={"Location": "Where it can be revoked"})],
        {**_WRITES, 409: "The account has as many keys as it may have"},
        about=(
            "The answer is the only one with the key in it. It works at once, until it expires, is"
            " revoked or its account is deleted. Logging out and changing the password do not end"
            " it. Keys are managed by who is logged in: a key makes and revokes none."
        ),
        body="WantedKey",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
    ),
    "list_keys": Operation(
        [Good(200, "All of them", "ApiKeys")], _READS, needs_token=True, cookies=[TOKEN]
    ),
    "revoke_key": Operation(
        [Good(200, "It opens nothing any more", "RevokedKey")],
        {**_WRITES, 404: "The account has no such key"},
        needs_token=True,
        cookies=[TOKEN],
    ),
}

_KEYS = "/api/v1/keys"

KEY_ROUTES: tuple[Route, ...] = (
    Route("create_key", "POST", _KEYS, "Create an API key", "API keys"),
    Route("list_keys", "GET", _KEYS, "List API keys", "API keys"),
    Route("revoke_key", "DELETE", f"{_KEYS}/{{keyId}}", "Revoke an API key", "API keys"),
)
