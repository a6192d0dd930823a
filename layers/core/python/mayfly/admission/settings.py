"""Who calls, and from where."""

from dataclasses import dataclass

from mayfly.kit.http.cors import origins
from mayfly.kit.settings import FromEnvironment, setting


@dataclass(frozen=True, init=False, repr=False, eq=False)
class AdmissionSettings(FromEnvironment):
    """Who calls, and from where."""

    cors_origin: tuple[str, ...] = setting(
        ("*",), "which browser origins may call the API, comma-separated, or * for all", origins
    )
    token_secret: str = setting(
        "mayfly-tokens", "Secrets Manager secret that signs tokens", is_made=True
    )
    admin_secret: str = setting(
        "mayfly-admin", "Secrets Manager secret for the admin key", is_made=True
    )
    edge_secret: str = setting(
        "", "Secrets Manager secret that CloudFront sends to the API", is_made=True
    )
