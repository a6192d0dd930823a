"""The page, as the template has it."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from infra.local.apigateway.page import WEB
from infra.page_headers import PageOrigins, mail_headers, page_headers
from mayfly.api import ROUTES
from mayfly.page import files as page
from mayfly.page.edge import HOST_HEADER, SECRET_HEADER, VIEWER_HEADER
from tests.infra.conftest import Cloud, Resource, Synthesize

pytestmark = pytest.mark.synth
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
CACHED, NOT_CACHED = "658327ea-f89d-4fab-a63d-7e88639e58f6", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # AllViewerExceptHostHeader


def files(folder: Path) -> list[str]:
    """What lies there, by its path."""
    found = [each for each in folder.rglob("*") if each.is_file()]
    return sorted(each.relative_to(folder).as_posix() for each in found)


def distribution(cloud: Cloud, word: str) -> Resource:
    config: Resource = cloud.named("AWS::CloudFront::Distribution", word)["DistributionConfig"]
    return config


def origin(config: Resource, behaviour: Resource) -> Resource:
    (found,) = [each for each in config["Origins"] if each["Id"] == behaviour["TargetOriginId"]]
    return dict(found)


def behaviour(config: Resource, path: str) -> Resource:
    """What CloudFront does with a request for this path: the first pattern that fits counts."""
    for each in config.get("CacheBehaviors", []):
        if fnmatchcase(path, each["PathPattern"]):
            return dict(each)
    return dict(config["DefaultCacheBehavior"])


def text(value: Any) -> str:
    """A value of the template with a name in the place of each reference."""
    match value:
        case str():
            return value
        case {"Fn::Join": ["", parts]}:
            return "".join(map(text, parts))
        case {"Ref": name} | {"Fn::GetAtt": [name, "DomainName"]}:
            return f"<{re.sub('[0-9A-F]{8}$', '', name)}>"
        case _:
            raise AssertionError(value)


def headers(cloud: Cloud, behaviour: Resource) -> dict[str, str]:
    """What the behaviour's policy adds to every answer, as a browser sees it."""
    policies = cloud.resources("AWS::CloudFront::ResponseHeadersPolicy")
    config = policies[behaviour["ResponseHeadersPolicyId"]["Ref"]]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    custom = config["CustomHeadersConfig"]["Items"]
    assert all(each["Override"] for each in (*security.values(), *custom))
    found = {each["Header"]: each["Value"] for each in custom}
    found["Content-Security-Policy"] = text(
        security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    )
    found["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    found["X-Content-Type-Options"] = "nosniff" if "ContentTypeOptions" in security else ""
    if "FrameOptions" in security:
        found["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 3600
    return found


@pytest.mark.parametrize("path", ["/", "/index.html", "/app.js", "/config.json", "/sw.js"])
def test_a_file_of_the_page_has_the_headers_of_the_laptop(cloud: Cloud, path: str) -> None:
    config = distribution(cloud, "Distribution")
    socket = "wss://<SocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>"

    found = behaviour(config, path)

    around = PageOrigins(f"{socket}/live", "https://<PageMailFrame>")
    assert headers(cloud, found) == page_headers(around)
    assert f"connect-src 'self' {socket};" in headers(cloud, found)["Content-Security-Policy"]
    assert origin(config, found)["OriginPath"] == "/page"


@pytest.mark.parametrize("name", sorted(page.MAIL_FILES))
def test_a_file_of_the_mail_frame_has_the_headers_of_the_laptop(cloud: Cloud, name: str) -> None:
    config = distribution(cloud, "MailFrame")

    found = behaviour(config, f"/{name}")

    assert headers(cloud, found) == mail_headers(name)
    assert origin(config, found)["OriginPath"] == "/mail"
    assert {each["OriginPath"] for each in config["Origins"]} == {"/mail"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_every_path_of_the_api_reaches_the_api_and_nothing_is_cached(
    cloud: Cloud, route: Any
) -> None:
    config = distribution(cloud, "Distribution")

    found = behaviour(config, re.sub(r"\{\w+\}", "x@y.example", route.path))

    assert "CustomOriginConfig" in origin(config, found)
    assert found["CachePolicyId"] == NOT_CACHED
    assert found["OriginRequestPolicyId"] == ALL_BUT_HOST
    assert {route.method, "HEAD", "OPTIONS"} <= set(found["AllowedMethods"])
    assert found["ViewerProtocolPolicy"] == "https-only"
    assert "ResponseHeadersPolicyId" not in found


def test_the_api_is_told_who_asks_and_that_cloudfront_says_so(cloud: Cloud) -> None:
    config = distribution(cloud, "Distribution")
    found = behaviour(config, "/api/emails")

    (told,) = origin(config, found)["OriginCustomHeaders"]
    assert told["HeaderName"] == SECRET_HEADER
    secret = cloud.secret("CloudFront")
    assert told["HeaderValue"]["Fn::Join"][1][1] == {"Ref": secret}
    assert text(told["HeaderValue"]).startswith("{{resolve:secretsmanager:<EdgeKeySecret>")
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert variables["EDGE_SECRET"] == {"Ref": secret}
    (asked,) = found["FunctionAssociations"]
    assert asked["EventType"] == "viewer-request"
    code = cloud.only("AWS::CloudFront::Function")["FunctionCode"]
    for name in (VIEWER_HEADER, HOST_HEADER):
        assert f"request.headers['{name.lower()}'] = " in code


def test_files_are_compressed_and_kept_by_the_edges_over_tls_and_http_3(cloud: Cloud) -> None:
    for word in ("Distribution", "MailFrame"):
        config = distribution(cloud, word)
        files = [
            config["DefaultCacheBehavior"],
            *(each for each in config["CacheBehaviors"] if each["CachePolicyId"] == CACHED),
        ]
        assert {(each["CachePolicyId"], each["Compress"]) for each in files} == {(CACHED, True)}
        assert {each["ViewerProtocolPolicy"] for each in files} == {"redirect-to-https"}
        assert (config["HttpVersion"], config["IPV6Enabled"]) == ("http2and3", True)
    assert distribution(cloud, "Distribution")["DefaultRootObject"] == page.INDEX


def test_nobody_but_the_two_distributions_reads_the_files(cloud: Cloud) -> None:
    bucket = cloud.named("AWS::S3::Bucket", "PageFiles")
    policy = cloud.named("AWS::S3::BucketPolicy", "PageFiles")["PolicyDocument"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "WebsiteConfiguration" not in bucket
    allowed = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    assert [(each["Action"], each["Principal"]) for each in allowed] == [
        ("s3:GetObject", {"Service": "cloudfront.amazonaws.com"})
    ] * 2
    sources = {json.dumps(each["Condition"]["StringEquals"]["AWS:SourceArn"]) for each in allowed}
    distributions = cloud.resources("AWS::CloudFront::Distribution")
    assert len(sources) == len(distributions) == 2
    for name in distributions:
        assert any(f'"{name}"' in each for each in sources)


def test_cloudfront_signs_what_it_asks_the_bucket(cloud: Cloud) -> None:
    controls = cloud.resources("AWS::CloudFront::OriginAccessControl").values()

    for each in controls:
        config = each["OriginAccessControlConfig"]
        assert (config["SigningBehavior"], config["SigningProtocol"]) == ("always", "sigv4")
    for word in ("Distribution", "MailFrame"):
        for each in distribution(cloud, word)["Origins"]:
            assert ("OriginAccessControlId" in each) != ("CustomOriginConfig" in each)


def test_the_page_is_told_its_surroundings_and_put_anew_when_it_changes(cloud: Cloud) -> None:
    told = cloud.only("Custom::PageFiles")

    around = {name: text(value) for name, value in told["Config"].items()}
    socket = "wss://<SocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>"
    assert around == PageOrigins(f"{socket}/live", "https://<PageMailFrame>").config
    assert told["Version"]["Fn::GetAtt"][1] == "Version"
    assert "PageFiles" in told["Version"]["Fn::GetAtt"][0]
    assert len(told["Distributions"]) == 2


def test_what_the_page_has_is_what_is_served(cloud: Cloud) -> None:
    asset = cloud.asset_of(cloud.functions()["page_files"]["Code"]["S3Key"])

    assert files(asset / "web") == files(WEB)


@pytest.mark.parametrize("name", sorted({*files(WEB), *page.MAIL_FILES}))
def test_every_file_of_the_page_has_a_type_and_is_not_hidden_by_the_api(
    cloud: Cloud, name: str
) -> None:
    config = distribution(cloud, "MailFrame" if name in page.MAIL_FILES else "Distribution")

    assert page.content_type(name) is not None
    assert behaviour(config, f"/{name}")["CachePolicyId"] == CACHED
    assert name != page.CONFIG


def test_without_the_page_nothing_of_it_is_deployed(synthesize: Synthesize) -> None:
    cloud = synthesize({"web": "false"})

    kinds = {each["Type"] for each in cloud.template["Resources"].values()}
    assert not any(kind.startswith("AWS::CloudFront") for kind in kinds)
    assert "Custom::PageFiles" not in kinds
    assert len(cloud.resources("AWS::S3::Bucket")) == 1
    assert "page_files" not in cloud.functions()
    assert cloud.functions()["http_api"]["Environment"]["Variables"]["EDGE_SECRET"] == ""
    assert "PageUrl" not in cloud.template["Outputs"]


def test_the_page_can_have_names_of_ones_own(synthesize: Synthesize) -> None:
    cloud = synthesize(
        {
            "webDomain": "mail.test.org",
            "mailFrameDomain": "frame.test.org",
            "webCertificateArn": CERTIFICATE,
        }
    )

    config = distribution(cloud, "Distribution")
    assert config["Aliases"] == ["mail.test.org"]
    assert config["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert distribution(cloud, "MailFrame")["Aliases"] == ["frame.test.org"]
    assert cloud.template["Outputs"]["PageUrl"]["Value"] == "https://mail.test.org/"
    assert cloud.only("Custom::PageFiles")["Config"]["mailOrigin"] == "https://frame.test.org"
    policy = headers(cloud, config["DefaultCacheBehavior"])["Content-Security-Policy"]
    assert "frame-src https://frame.test.org;" in policy


def test_two_regions_can_have_stacks_of_one_name(cloud: Cloud) -> None:
    names = [
        *(
            each[f"{kind}Config"]["Name"]
            for kind in ("ResponseHeadersPolicy", "OriginAccessControl")
            for each in cloud.resources(f"AWS::CloudFront::{kind}").values()
        ),
        cloud.only("AWS::CloudFront::Function")["Name"],
    ]

    assert len({text(each) for each in names}) == len(names)
    assert all("<AWS::Region>" in text(each) for each in names)
