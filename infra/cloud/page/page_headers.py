"""The headers of `mayfly.page.files`, as CloudFront's response headers policies."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from aws_cdk import Aws, Duration, Names
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from mayfly.page.files import STRICT_TRANSPORT

_Word = TypeVar("_Word", bound=Enum)


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
