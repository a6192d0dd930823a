"""By what callers prove who they are, as the OpenAPI document says it."""

from typing import Any

from mayfly.kit.http.cookies import SESSION_TOKEN, TOKEN
from mayfly.kit.http.route import Caller

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
        "description": "Whoever deploys can read it",
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
