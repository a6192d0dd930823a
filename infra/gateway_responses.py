"""What API Gateway itself answers, in the one error envelope.

Requests that never reach a function (an unknown path, too many of them, a function that fails)
get their answer from the gateway. The cloud writes these as `AWS::ApiGateway::GatewayResponse`, the
laptop's gateway answers with them.
https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mayfly.kit.http.cors import cors_headers
from mayfly.kit.http.messages import SECURITY_HEADERS, TLS_HEADERS

UNQUOTED_POLICY = "default-src; frame-ancestors"
"""The same policy without quotes, which API Gateway puts around values itself: a list of sources
that is empty stands for 'none' (Content Security Policy Level 3, section 6.7.2.7).
"""


MAX_GATEWAY_BYTES = 10 * 1024 * 1024
"""The payload quota of a REST API; a larger request ends as `REQUEST_TOO_LARGE`."""
MAX_FUNCTION_ANSWER_BYTES = 6 * 1024 * 1024
"""What a function may answer, base64 included; more ends as a 502 of `DEFAULT_5XX`."""
INTEGRATION_TIMEOUT = timedelta(seconds=29)
"""How long a function may think; longer ends as `INTEGRATION_TIMEOUT`."""


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """One of the gateway's own answers.

    `type` is API Gateway's name of it. Without a `status` the gateway keeps the one it has: the
    `DEFAULT_*` types stand in for every type that is not listed, whatever its status.
    """

    type: str
    status: int | None
    code: str
    message: str
    retry_after: timedelta | None = None
    details: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The envelope, as JSON text. No part of the request is repeated in it."""
        error = {"code": self.code, "message": self.message, "details": [*self.details]}
        return json.dumps({"error": error}, separators=(",", ":"))

    def headers(
        self, origins: Sequence[str], sent: str | None = None, *, is_encrypted: bool = True
    ) -> dict[str, str]:
        """What goes with the body; browsers see neither without the CORS headers.

        They are as the functions' own: else a page that sends cookies sees a network error. `sent`
        is the origin that asks, None where it is not known beforehand, as on AWS.
        """
        headers = {
            **SECURITY_HEADERS,
            **(TLS_HEADERS if is_encrypted else {}),
            "Content-Security-Policy": UNQUOTED_POLICY,
            "Content-Type": "application/json",
            **cors_headers(origins, sent, "Retry-After, x-amzn-RequestId"),
        }
        if self.retry_after is not None:
            headers["Retry-After"] = str(int(self.retry_after.total_seconds()))
        return headers


_LATER = timedelta(seconds=1)  # token buckets refill within a second
_NOT_FOUND = ("NOT_FOUND", "There is nothing at this path")
_INVALID = ("VALIDATION_ERROR", "The request cannot be understood")
_REFUSED = ("AUTHORIZATION_ERROR", "This is not allowed")
_UNKNOWN = ("AUTHENTICATION_ERROR", "The credential is missing or not valid")
_TOO_LARGE = "The request is too large; files are uploaded first (POST /api/v1/emails/attachments)"
_BUSY = (
    "RATE_LIMIT_EXCEEDED",
    "Too many requests of all clients; try again after the time in Retry-After (requestRate)",
)
_BROKEN = ("INTERNAL_ERROR", "The service failed to answer; the request can be tried again")
_SLOW = ("INTERNAL_ERROR", "The service did not answer in time; the request can be tried again")

GATEWAY_RESPONSES: tuple[GatewayResponse, ...] = (
    # A path or method that is not there has no authoriser that could have let it in: this is
    # what REST APIs answer for every unknown path, with 403 unless told otherwise.
    GatewayResponse("MISSING_AUTHENTICATION_TOKEN", 404, *_NOT_FOUND),
    GatewayResponse("RESOURCE_NOT_FOUND", 404, *_NOT_FOUND),
    GatewayResponse("BAD_REQUEST_BODY", 400, *_INVALID),
    GatewayResponse("BAD_REQUEST_PARAMETERS", 400, *_INVALID),
    GatewayResponse(
        "UNSUPPORTED_MEDIA_TYPE", 415, "UNSUPPORTED_MEDIA_TYPE", "This content type is not taken"
    ),
    # AWS takes this one and still answers its own text ("important notes" of the REST API page);
    # only requests over 10 MB see it, the function refuses long before that.
    GatewayResponse("REQUEST_TOO_LARGE", 413, "PAYLOAD_TOO_LARGE", _TOO_LARGE),
    GatewayResponse("THROTTLED", 429, *_BUSY, _LATER, ("requestRate",)),
    GatewayResponse("QUOTA_EXCEEDED", 429, *_BUSY, _LATER, ("requestRate",)),
    GatewayResponse("UNAUTHORIZED", 401, *_UNKNOWN),
    GatewayResponse("EXPIRED_TOKEN", 401, *_UNKNOWN),
    GatewayResponse("INVALID_SIGNATURE", 401, *_UNKNOWN),
    GatewayResponse("INVALID_API_KEY", 401, *_UNKNOWN),
    GatewayResponse("ACCESS_DENIED", 403, *_REFUSED),
    GatewayResponse("WAF_FILTERED", 403, *_REFUSED),
    GatewayResponse("INTEGRATION_TIMEOUT", 504, *_SLOW),
    GatewayResponse("INTEGRATION_FAILURE", 504, *_BROKEN),
    GatewayResponse("API_CONFIGURATION_ERROR", 500, *_BROKEN),
    GatewayResponse("AUTHORIZER_CONFIGURATION_ERROR", 500, *_BROKEN),
    GatewayResponse("AUTHORIZER_FAILURE", 500, *_BROKEN),
    GatewayResponse("DEFAULT_4XX", None, *_INVALID),
    GatewayResponse("DEFAULT_5XX", None, *_BROKEN),
)


def gateway_response(response_type: str) -> GatewayResponse:
    """The answer of this type; KeyError if API Gateway has no such type."""
    return {each.type: each for each in GATEWAY_RESPONSES}[response_type]
