"""What every answer of the API tells browsers, whoever gives it: the functions or API Gateway.

https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
"""

from mayfly.page.files import STRICT_TRANSPORT

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer, unless it has a better value of its own."""

UNQUOTED_POLICY = "default-src; frame-ancestors"
"""The same policy without quotes, which API Gateway puts around values itself: a list of sources
that is empty stands for 'none' (Content Security Policy Level 3, section 6.7.2.7).
"""

TLS_HEADERS = {
    "Strict-Transport-Security": f"max-age={int(STRICT_TRANSPORT.total_seconds())}",
}
"""Besides, on what goes over TLS and on nothing else (RFC 6797 section 7.2)."""
