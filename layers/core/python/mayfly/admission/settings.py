"""Who calls, and from where."""

from dataclasses import dataclass

from mayfly.kit.http.cors import origins
from mayfly.kit.settings import FromEnvironment, made, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class AdmissionSettings(FromEnvironment):
    """Who calls, and from where."""

    cors_origin: tuple[str, ...] = setting(
        ("*",), "which browser origins may call the API, comma-separated, or * for all", origins
    )
    token_secret: str = made("mayfly-tokens", "Secrets Manager secret that signs tokens")
    admin_secret: str = made("mayfly-admin", "Secrets Manager secret for the admin key")
    edge_secret: str = made("", "Secrets Manager secret that CloudFront sends to the API")
