"""The page's files in the cloud: a private bucket, and the function that fills it."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cloud.acknowledgement import acknowledge
from infra.cloud.functions.handler import Handler
from infra.cloud.page.page_headers import global_name
from mayfly.page.files import PageOrigins


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
