"""What the operations of API keys take and give: read by the OpenAPI document."""

from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, Good, Operation

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
