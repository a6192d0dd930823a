"""The page's files in the cloud: a private bucket, what fills it, and their headers."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TypeVar

from aws_cdk import Aws, Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cloud.functions.handler import Handler
from infra.cloud.resources import acknowledge
from infra.page_headers import PageOrigins
from mayfly.page.files import STRICT_TRANSPORT

_Word = TypeVar("_Word", bound=Enum)


class PageFiles(Construct):
    """The bucket that CloudFront serves."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Files")
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            # The repository has every version; the function empties it when the stack goes.
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.bucket,
            "S1",
            "It holds the page's files, which are public anyway, and only CloudFront reads them.",
        )

    def origin(self, folder: str) -> cloudfront.IOrigin:
        """This folder of the bucket, for one distribution, which signs its requests."""
        control = cloudfront.S3OriginAccessControl(
            self,
            folder.title(),
            origin_access_control_name=global_name(self, folder.title()),
            signing=cloudfront.Signing.SIGV4_ALWAYS,
        )
        return origins.S3BucketOrigin.with_origin_access_control(
            self.bucket, origin_access_control=control, origin_path=f"/{folder}"
        )

    def put_by(
        self,
        handler: Handler,
        distributions: Sequence[cloudfront.Distribution],
        around: PageOrigins,
    ) -> None:
        """Have the function fill the bucket whenever it or its files have changed."""
        handler.may(["s3:ListBucket"], self.bucket.bucket_arn)
        handler.may(
            ["s3:PutObject", "s3:DeleteObject"],
            self.bucket.arn_for_objects("*"),
            because="The bucket is the page's own, and all of its files are.",
        )
        for each in distributions:
            handler.may(["cloudfront:CreateInvalidation"], _arn(each))
        handler.resource(
            self,
            "Put",
            "PageFiles",
            {
                "Bucket": self.bucket.bucket_name,
                "Distributions": [each.distribution_id for each in distributions],
                "Config": around.config,
                # Nothing reads this; it changes when the function or the files in it do.
                "Version": handler.function.current_version.version,
            },
        )


def _arn(distribution: cloudfront.Distribution) -> str:
    return Stack.of(distribution).format_arn(
        service="cloudfront",
        region="",
        resource="distribution",
        resource_name=distribution.distribution_id,
    )


def headers_policy(
    scope: Construct, name: str, headers: Mapping[str, str]
) -> cloudfront.ResponseHeadersPolicy:
    """The policy that adds these, whatever the origin says; those on security have fields."""
    rest = dict(headers)
    security = cloudfront.ResponseSecurityHeadersBehavior(
        content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
            content_security_policy=rest.pop("Content-Security-Policy"), override=True
        ),
        content_type_options=_content_type_options(rest.pop("X-Content-Type-Options")),
        frame_options=_frame_options(rest.pop("X-Frame-Options", "")),
        referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
            referrer_policy=_word(cloudfront.HeadersReferrerPolicy, rest.pop("Referrer-Policy")),
            override=True,
        ),
        strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
            access_control_max_age=Duration.seconds(int(STRICT_TRANSPORT.total_seconds())),
            override=True,
        ),
    )
    custom = [
        cloudfront.ResponseCustomHeader(header=header, value=value, override=True)
        for header, value in rest.items()
    ]
    return cloudfront.ResponseHeadersPolicy(
        scope,
        name,
        response_headers_policy_name=global_name(scope, name),
        security_headers_behavior=security,
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(custom_headers=custom),
    )


def global_name(scope: Construct, name: str) -> str:
    """A name for what CloudFront has once an account: stacks of one name may be in two regions."""
    return f"{Names.unique_resource_name(scope, max_length=35)}{name}-{Aws.REGION}"


def _content_type_options(value: str) -> cloudfront.ResponseHeadersContentTypeOptions:
    if value != "nosniff":
        raise ValueError(f"CloudFront knows no other X-Content-Type-Options than nosniff: {value}")
    return cloudfront.ResponseHeadersContentTypeOptions(override=True)


def _frame_options(value: str) -> cloudfront.ResponseHeadersFrameOptions | None:
    if not value:
        return None
    return cloudfront.ResponseHeadersFrameOptions(
        frame_option=_word(cloudfront.HeadersFrameOption, value), override=True
    )


def _word(words: type[_Word], value: str) -> _Word:
    """The CDK's word for it, which is in upper case."""
    return words[value.upper().replace("-", "_")]
