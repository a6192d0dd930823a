"""Puts the files of the page where CloudFront serves them, and takes them away with the stack.

They come with the function, in `web/`. `config.json` is made of the deployment, so that the files
are the same in all of them.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from functions.custom_resource import serve
from mayfly.page import files as page

logger = Logger()

WEB = Path(__file__).parents[2] / "web"
_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard"})


@dataclass(frozen=True, slots=True)
class Shelf:
    """The bucket that CloudFront serves."""

    s3: Any
    bucket: str

    def fill(self, files: Mapping[str, bytes]) -> None:
        """Put all there; the page itself last, so that it never names what is not there yet."""
        for name in sorted(files, key=lambda each: (each == page.INDEX, each)):
            self.s3.put_object(
                Bucket=self.bucket,
                Key=page.key(name),
                Body=files[name],
                ContentType=page.content_type(name),
                CacheControl=page.CACHE_CONTROL,
            )

    def clear(self, kept: Collection[str] = ()) -> None:
        """Take away all but these."""
        keys = {page.key(name) for name in kept}
        for each in self._keys():
            if each not in keys:
                self.s3.delete_object(Bucket=self.bucket, Key=each)

    def _keys(self) -> Iterator[str]:
        for listed in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            for each in listed.get("Contents", []):
                yield each["Key"]


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> None:
    """Do what CloudFormation asks."""
    serve(event, _settle, logger)


def _settle(event: dict[str, Any], done: str) -> str:
    """The physical id is the bucket: with another, CloudFormation has the one before cleared."""
    wish = event["ResourceProperties"]
    shelf = Shelf(boto3.client("s3", config=_CONFIG), wish["Bucket"])
    if event["RequestType"] == "Delete":
        shelf.clear()
        return done
    files = page_files(WEB) | {page.CONFIG: json.dumps(wish["Config"]).encode()}
    shelf.fill(files)
    _forget(wish["Distributions"], event["RequestId"])
    shelf.clear(files)
    return shelf.bucket


def page_files(folder: Path) -> dict[str, bytes]:
    """Every file of the page and of the mail frame, by its path in the folder."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    files = {
        name: path.read_bytes()
        for name, path in found.items()
        if page.content_type(name) and path.is_file()
    }
    return files | {page.MAIL_IMAGES: files[page.MAIL]}


def _forget(distributions: Collection[str], request: str) -> None:
    """Let the edges ask anew. CloudFront does the same request of CloudFormation's only once."""
    cloudfront = boto3.client("cloudfront", config=_CONFIG)
    for each in distributions:
        cloudfront.create_invalidation(
            DistributionId=each,
            InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": ["/*"]},
                "CallerReference": request,
            },
        )
