"""Emptying the mail bucket before it goes, as AWS deletes none that holds anything."""

from datetime import timedelta

from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.storage.removal import removal_policy
from mayfly.functions import EMPTY_BUCKET

_MARGIN = timedelta(minutes=1)  # the function answers before its own time is over


class Emptying(Construct):
    """Asks the function `empty_bucket` to empty the bucket when it goes, and never otherwise.

    It shares the bucket's fate: what is kept is asked nothing. Whatever writes to the bucket
    depends on this, so that CloudFormation removes the rule and the functions first.
    """

    def __init__(
        self, scope: Construct, *, handler: Handler, bucket: s3.Bucket, deployment: Deployment
    ) -> None:
        super().__init__(scope, "Emptying")
        handler.may(["s3:ListBucket"], bucket.bucket_arn)
        handler.may(
            ["s3:DeleteObject"],
            bucket.arn_for_objects("*"),
            because="All of the bucket goes.",
        )
        resource = handler.resource(
            self,
            "Empty",
            "EmptyBucket",
            {
                "Bucket": bucket.bucket_name,
                # Nothing reads this: CloudFormation changes no policy of removal by itself alone.
                "Kept": deployment.deletion_protection,
            },
            at_most=EMPTY_BUCKET.timeout + _MARGIN,
            removal_policy=removal_policy(deployment),
        )
        resource.node.add_dependency(bucket)
