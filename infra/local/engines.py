"""What plays AWS for a laptop: the embedded engine, or moto behind boto3 (`ENGINE=moto`)."""

from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.cloud import Cloud
from infra.local.configuration import MOTO, Configuration
from infra.local.data.private_file import PASSWORD_KEY, TOKEN_KEY, kept_key
from infra.local.engine.signing import Signer
from infra.local.s3.signatures import AccessKey


@contextmanager
def cloud_of(configuration: Configuration, endpoint: str, access_key: AccessKey) -> Iterator[Cloud]:
    """The one that the settings ask for, with all that the template names made in it.

    Signed links lead to `endpoint` and are signed with the key.
    """
    token_key = configuration.laptop.jwt_secret or kept_key(configuration.data, TOKEN_KEY)
    if configuration.laptop.engine == MOTO:
        from infra.local.moto.cloud import MotoCloud
        from infra.local.moto.in_process import answering
        from infra.local.moto.server import Cloud as Made

        with answering(endpoint):
            Made.make(endpoint, configuration.functions, token_key)
            moto = MotoCloud(configuration.functions, endpoint)
            with moto.watching():
                yield moto
        return
    from infra.local.engine.cloud import engine_cloud

    signer = Signer(access_key.id, access_key.secret, endpoint)
    password_key = kept_key(configuration.data, PASSWORD_KEY)
    data, settings = configuration.data, configuration.functions
    with engine_cloud(data, settings, signer, token_key, password_key) as cloud:
        yield cloud
