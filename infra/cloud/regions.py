"""Where SES receives mail.

https://docs.aws.amazon.com/general/latest/gr/ses.html, "Email receiving endpoints"
"""

from infra.cloud.context import check

RECEIVING_REGIONS = (
    "af-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-south-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)


def check_region(region: str) -> None:
    """InvalidContext if SES is not known to receive mail there."""
    check(
        region in RECEIVING_REGIONS,
        f"SES does not receive mail in {region}; it does in {', '.join(RECEIVING_REGIONS)}. "
        "If AWS has added the region since, say anyRegion = true in mayfly.toml",
    )
