"""The operations of API keys. A session of the account manages them; a key does not.

Document 002 asks for the keys, and leaves their paths open.
"""

from mayfly.accounts.models import Account
from mayfly.admission.callers import ACCOUNT
from mayfly.api_keys.schemas import ApiKeyRequest, ApiKeys, NewKey, RevokedKey
from mayfly.kit.http.route import Call, Routes

_KEYS = "/api/v1/keys"
api = Routes("API keys")


@api(
    "POST",
    _KEYS,
    "Create an API key",
    ACCOUNT,
    means="The new key",
    status=201,
    headers={"Location": "Where it can be revoked"},
    errors={409: "The account has as many keys as it may have"},
)
def create_key(call: Call[Account, ApiKeyRequest]) -> NewKey:
    """The answer is the only one with the key in it.

    It works at once, until it expires, is revoked or its account is deleted. Logging out and
    changing the password do not end it. Only a logged-in account manages keys: a key makes and
    revokes none.
    """
    key, text = call.flows.api_keys.service.make(call.caller, call.body.key())
    call.created(f"{_KEYS}/{key.id}")
    return NewKey.of(key, call.flows.now(), key=text)


@api("GET", _KEYS, "List API keys", ACCOUNT, means="All of them")
def list_keys(call: Call[Account, None]) -> ApiKeys:
    return ApiKeys.of(call.flows.api_keys.service.of(call.caller), call.flows.now())


@api(
    "DELETE",
    f"{_KEYS}/{{keyId}}",
    "Revoke an API key",
    ACCOUNT,
    means="It opens nothing any more",
    errors={404: "The account has no such key"},
)
def revoke_key(call: Call[Account, None]) -> RevokedKey:
    key_id = call.flows.api_keys.service.revoke(call.caller, call.parameter("keyId"))
    return RevokedKey(id=key_id, revoked=True)
