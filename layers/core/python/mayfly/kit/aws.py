"""AWS clients of a deployment, its table and its bucket."""

import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from botocore.config import Config

from mayfly.kit.clock import Clock
from mayfly.kit.dynamodb.table import Table
from mayfly.settings import Settings
from mayfly.storage.s3 import Bucket

_S3: dict[str, Any] = {
    "signature_version": "s3v4",
    # The bucket's own host in its own region: the one for all regions redirects to it while the
    # bucket is new, which no signature outlives, and knows nothing of regions that one opts into.
    # An endpoint that is an address, as the laptop's, has the bucket in the path all the same.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    "s3": {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
}


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class Clients:
    """What one deployment is reached through; each client is made when first asked for."""

    def __init__(self, settings: Settings, now: Clock = utc_now) -> None:
        """Make nothing yet."""
        self.settings = settings
        self.now = now
        self._making = threading.Lock()

    @cached_property
    def _session(self) -> Any:
        from botocore.session import get_session  # boto3's would load what resources need

        return get_session()

    def client(self, service: str, **options: Any) -> Any:
        """A client with short timeouts: a call that hangs must not take the function with it."""
        config = Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"mode": "standard", "max_attempts": 4},
            max_pool_connections=32,
            **(_S3 if service == "s3" else {}),
        ).merge(options.pop("config", Config()))
        with self._making:  # sessions are not safe under threads
            made = self._session.create_client(service, config=config, **options)
            # Now: two threads that meet their first errors at once would make the classes twice,
            # and what one of them raises no `except` of the other's would catch.
            _ = made.exceptions
            return made

    def side_by_side(self, width: int, name: str) -> Executor:
        """What makes so many calls at the same time, each of which waits for its answer."""
        return ThreadPoolExecutor(width, thread_name_prefix=name)

    @cached_property
    def s3(self) -> Any:
        """The S3 client."""
        return self.client("s3")

    @cached_property
    def table(self) -> Table:
        """The table."""
        return Table(self.client("dynamodb"), self.settings.table_name, time.sleep)

    @cached_property
    def bucket(self) -> Bucket:
        """The bucket."""
        return Bucket(self.s3, self.settings.mail_bucket)
