"""What the operations on accounts' domains take and give: read by the OpenAPI document."""

from mayfly.api_keys.models import Scope
from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, NO_KEYS, Good, Operation

_NO_ACCOUNT = "Nobody is logged in, or the session has ended"
_CROSS_SITE = "A page of another site sent this with the reader's cookie"
_NO_DOMAIN = "There is no such domain, or it is somebody else's: that looks the same"
_BUSY = f"{NO_KEYS}; or SES, DNS or Route 53 does not answer"
_READ_ERRORS = {401: _NO_ACCOUNT, 404: _NO_DOMAIN, 503: NO_KEYS}
_WRITE_ERRORS = {401: _NO_ACCOUNT, 403: _CROSS_SITE, 404: _NO_DOMAIN, 503: _BUSY}

DOMAIN_OPERATIONS: dict[str, Operation] = {
    "register_domain": Operation(
        [
            Good(
                201,
                "The domain, pending, and every record to publish",
                "OwnDomain",
                headers={"Location": "The domain's URL"},
            )
        ],
        {
            400: f"{BAD_BODY}, or this is no domain name",
            401: _NO_ACCOUNT,
            403: f"{_CROSS_SITE}; or accounts bring no domains here",
            409: "You have it already, or it is this service's",
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "Publish `verification` at the domain, then `verify`. Others may register it, too: it"
            " becomes active for who verifies it first. After a week a pending one expires, and"
            " can be registered again."
        ),
        body="WantedOwnDomain",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "list_own_domains": Operation(
        [Good(200, "All of them, by name", "OwnDomains")],
        {401: _NO_ACCOUNT, 503: NO_KEYS},
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "show_own_domain": Operation(
        [Good(200, "The domain", "OwnDomain")],
        _READ_ERRORS,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "delete_own_domain": Operation(
        [Good(200, "It is given up", "DeletedOwnDomain")],
        _WRITE_ERRORS,
        about=(
            "Mailboxes there receive nothing more, and show what they have until they expire."
            " Records that this service wrote to its hosted zone go."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "verify_domain": Operation(
        [Good(200, "What DNS says, and the domain as it is now", "DomainVerdict")],
        {
            **_WRITE_ERRORS,
            409: "Somebody else has verified it, or the claim has expired",
        },
        about=(
            "An active domain stays so while the record is there: it is looked for again and again,"
            " and the domain is suspended once it has been missing for three days. What such a look"
            " changes, the owner hears of by mail and over the WebSocket (`domain_changed`)."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "show_domain_dns": Operation(
        [Good(200, "Every record, and what is found in its place", "ComparedRecords")],
        _READ_ERRORS,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "change_domain_dns": Operation(
        [Good(200, "The records that are kept", "KeptRecords")],
        {
            **_WRITE_ERRORS,
            400: f"{BAD_BODY}, or a record cannot be",
            409: "The claim has expired",
            413: LARGE_BODY,
        },
        about=(
            "Takes the place of all records kept before. Where this service runs the hosted zone of"
            " an active domain, they are written there; else they are to be copied."
        ),
        body="WantedRecords",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
}
