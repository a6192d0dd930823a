"""The page, served by two CloudFront distributions from one private bucket.

One serves the page and passes on what is for the API, so that both are one origin to browsers. The
other serves the frame that displays messages, and nothing else (docs/decisions/0031).
"""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import aws_certificatemanager as certificatemanager
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from infra.cloud.api.http_api import HttpApi
from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.keys import EdgeKey
from infra.cloud.page.page_files import PageFiles, headers_policy
from infra.cloud.resources import acknowledge
from infra.page_headers import PageOrigins, mail_headers, page_headers
from mayfly.api import ROUTES
from mayfly.facades.facade import DOUBLED, facade_routes
from mayfly.page import files as page
from mayfly.page.edge import HOST_HEADER, SECRET_HEADER, VIEWER_HEADER

VIEWER_FUNCTION = f"""function handler(event) {{
  var request = event.request;
  request.headers['{VIEWER_HEADER.lower()}'] = {{ value: event.viewer.ip }};
  request.headers['{HOST_HEADER.lower()}'] = {{ value: request.headers.host.value }};
  request.uri = request.uri.replace(new RegExp({json.dumps(DOUBLED)}), '$1/$2');
  return request;
}}
"""
"""What CloudFront does to a request before API Gateway sees it."""


def api_patterns(facades: Sequence[str] = ()) -> list[str]:
    """What of the page's origin is the API's: the first words of its paths."""
    patterns = set()
    for route in (*ROUTES, *facade_routes(facades)):
        first, _, rest = route.path.lstrip("/").partition("/")
        patterns.add(f"/{first}/*" if rest else f"/{first}")
    return sorted(patterns)


class Page(Construct):
    """Everything that serves the page. Its URL is `url`."""

    def __init__(
        self,
        scope: Construct,
        *,
        http: HttpApi,
        edge_key: EdgeKey,
        socket_url: str,
        handler: Handler,
        deployment: Deployment,
    ) -> None:
        super().__init__(scope, "Page")
        self._deployment = deployment
        self.files = PageFiles(self)
        self.mail = self._make_mail_frame()
        mail_host = deployment.mail_frame_domain or self.mail.distribution_domain_name
        around = PageOrigins(socket_url, f"https://{mail_host}")
        self.distribution = self._make_page(around, self._api(http, edge_key))
        self.files.put_by(handler, (self.distribution, self.mail), around)

    @property
    def url(self) -> str:
        """Where people open it."""
        host = self._deployment.web_domain or self.distribution.distribution_domain_name
        return f"https://{host}/"

    def _make_mail_frame(self) -> cloudfront.Distribution:
        origin = self.files.origin(page.MAIL_FOLDER)

        def behavior(name: str, headers: Mapping[str, str]) -> cloudfront.BehaviorOptions:
            return _files(origin, headers_policy(self, name, headers))

        return self._distribution(
            "MailFrame",
            "Mayfly: the frame that displays messages",
            self._deployment.mail_frame_domain,
            default_behavior=behavior("MailHeaders", mail_headers("")),
            additional_behaviors={
                f"/{page.MAIL_IMAGES}": behavior(
                    "MailImagesHeaders", mail_headers(page.MAIL_IMAGES)
                )
            },
        )

    def _make_page(
        self, around: PageOrigins, api: cloudfront.BehaviorOptions
    ) -> cloudfront.Distribution:
        headers = headers_policy(self, "Headers", page_headers(around))
        return self._distribution(
            "Distribution",
            "Mayfly: the page, and the API under the same name",
            self._deployment.web_domain,
            default_root_object=page.INDEX,
            default_behavior=_files(self.files.origin(page.PAGE_FOLDER), headers),
            additional_behaviors=dict.fromkeys(
                api_patterns(self._deployment.settings.facades), api
            ),
        )

    def _api(self, http: HttpApi, edge_key: EdgeKey) -> cloudfront.BehaviorOptions:
        viewer = cloudfront.Function(
            self,
            "Viewer",
            comment="Mayfly: tells the API who asks",
            code=cloudfront.FunctionCode.from_inline(VIEWER_FUNCTION),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.BehaviorOptions(
            origin=origins.RestApiOrigin(
                http.api, custom_headers={SECRET_HEADER: edge_key.reference}
            ),
            # A redirect would have had the token sent in the clear first.
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            compress=False,  # the API does
            function_associations=[
                cloudfront.FunctionAssociation(
                    event_type=cloudfront.FunctionEventType.VIEWER_REQUEST, function=viewer
                )
            ],
        )

    def _distribution(
        self, name: str, comment: str, domain: str, **what: object
    ) -> cloudfront.Distribution:
        own: dict[str, object] = {}
        if domain:
            arn = self._deployment.web_certificate_arn
            own["domain_names"] = [domain]
            own["certificate"] = certificatemanager.Certificate.from_certificate_arn(
                self, f"{name}Certificate", arn
            )
            own["minimum_protocol_version"] = cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021
        distribution = cloudfront.Distribution(
            self,
            name,
            comment=comment,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            **what,  # type: ignore[arg-type]  # by name
            **own,  # type: ignore[arg-type]
        )
        _acknowledge(distribution, has_own_name=bool(domain))
        return distribution


def _files(
    origin: cloudfront.IOrigin, headers: cloudfront.ResponseHeadersPolicy
) -> cloudfront.BehaviorOptions:
    return cloudfront.BehaviorOptions(
        origin=origin,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        # As long as the files say: see `page.CACHE_CONTROL`. Compressed, and without cookies.
        cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
        compress=True,
        response_headers_policy=headers,
    )


def _acknowledge(distribution: cloudfront.Distribution, *, has_own_name: bool) -> None:
    acknowledge(distribution, "CFR1", "Mail comes from everywhere, and so may its readers.")
    acknowledge(
        distribution,
        "CFR2",
        "A web ACL costs $5 a month before the first request; docs/deploying.md says when it pays. "
        "The API has its own limits, and the files are public.",
    )
    acknowledge(
        distribution,
        "CFR3",
        "Access logs would hold who reads which address; the API's own log holds neither.",
    )
    if not has_own_name:
        acknowledge(
            distribution,
            "CFR4",
            "CloudFront sets the protocols of its own names; with webDomain it is TLS 1.2 on.",
        )
