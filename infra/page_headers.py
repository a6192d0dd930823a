"""What the files of the page, and of the frame that mails are shown in, come with.

The cloud writes these as CloudFront's response headers policies, the laptop sends them itself.
"""

from dataclasses import dataclass

from mayfly.page.files import MAIL_IMAGES

_SANDBOX = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


@dataclass(frozen=True, slots=True)
class PageOrigins:
    """Whom the page talks to beside its own origin: URLs of the socket and of the mail frame."""

    socket_url: str
    mail_origin: str

    @property
    def config(self) -> dict[str, str]:
        """What `config.json` says."""
        return {"socketUrl": self.socket_url, "mailOrigin": self.mail_origin}

    @property
    def socket_origin(self) -> str:
        """The socket's URL without its path: a source with a path would not match another."""
        scheme, _, rest = self.socket_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"


def page_headers(around: PageOrigins) -> dict[str, str]:
    """What every file of the page comes with.

    https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
    """
    return {
        "Content-Security-Policy": _policy(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {around.socket_origin}",
            f"frame-src {around.mail_origin}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ),
        "X-Frame-Options": "DENY",
        **_EVERYWHERE,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def mail_headers(name: str) -> dict[str, str]:
    """What this file of the mail frame comes with.

    Who frames it is not restricted: without a mail, which the page sends it, it is empty. It is
    sandboxed, and so its own script comes from another origin than its own, which is none.
    """
    images = "data: blob: https: http:" if name == MAIL_IMAGES else "data: blob:"
    return {
        "Content-Security-Policy": _policy(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'unsafe-inline'",
            f"img-src {images}",
            "base-uri 'none'",
            "form-action 'none'",
            _SANDBOX,
        ),
        **_EVERYWHERE,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": _PERMISSIONS,
}


def _policy(*directives: str) -> str:
    return "; ".join(directives)
