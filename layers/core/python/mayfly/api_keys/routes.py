"""The operations of API keys. Who is logged in manages them; a key does not."""

from collections.abc import Callable

from functions.http_api.callers import account_of
from functions.http_api.flows import Flows
from mayfly.api_keys import schemas as keys
from mayfly.api_keys.service import WantedKey
from mayfly.kit.http.messages import Answer, Request, json_answer


def create_key(request: Request, flows: Flows) -> Answer:
    account = account_of(request, flows)
    sent = request.document(*keys.FIELDS)
    wanted = WantedKey(keys.wanted_name(sent), keys.wanted_scopes(sent), keys.wanted_end(sent))
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
