"""Clients of AWS under threads."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from mayfly.kit.aws import Clients
from mayfly.settings import Settings

THREADS = 8


def test_all_threads_catch_the_same_errors() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for service in ("dynamodb", "s3", "sqs", "sns", "scheduler", "kms", "sesv2"):
            made = Clients(Settings()).client(service, region_name="us-east-1")
            together = Barrier(THREADS)

            def first_error(_: int, made: object = made, together: Barrier = together) -> object:
                together.wait()
                return made.exceptions  # type: ignore[attr-defined]

            with ThreadPoolExecutor(THREADS) as threads:
                assert len({id(each) for each in threads.map(first_error, range(THREADS))}) == 1
    finally:
        sys.setswitchinterval(before)
