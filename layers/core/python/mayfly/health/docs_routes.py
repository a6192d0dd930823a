"""The operations that say what the service offers: its domains, and the API as a document."""

from mayfly.addresses.schemas import DomainNames
from mayfly.kit.http.downloads import octets
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import ANYONE, Call, Good, Routes

_HTML = "text/html; charset=utf-8"
_PAGE = [Good(200, "A page", {"type": "string"}, _HTML)]
api = Routes("service")


@api("GET", "/api/domains", "List mail domains", ANYONE, means="All active ones")
def domain_names(call: Call[None, None]) -> DomainNames:
    return DomainNames.of(call.flows.inboxes.service.domains.active())


@api(
    "GET",
    "/openapi.json",
    "Show this document",
    ANYONE,
    answers=[Good(200, "This document", {"type": "object"})],
)
def openapi(call: Call[None, None]) -> Answer:
    from mayfly.openapi import document

    return json_answer(document(call.request.base_url))


@api("GET", "/docs", "Read and try the API", ANYONE, answers=_PAGE)
@api("GET", "/api-docs", "The same as /docs", ANYONE, answers=_PAGE, operation="api_docs")
def docs(call: Call[None, None]) -> Answer:
    from mayfly.kit.http import swagger

    headers = {"Content-Type": _HTML, "Content-Security-Policy": swagger.SECURITY_POLICY}
    return Answer(200, swagger.page(call.request.base_url), headers)


@api(
    "GET",
    "/docs/{file}",
    "Script and style of /docs",
    ANYONE,
    answers=octets("The file", "*/*"),
    errors={404: "The page has no such file"},
)
def docs_file(call: Call[None, None]) -> Answer:
    from mayfly.kit.http.swagger import page_file

    found = page_file(call.parameter("file"))
    headers = {
        "Content-Type": found.content_type,
        "Cache-Control": "public, max-age=86400",
        "Vary": "Accept-Encoding",
    }
    if call.request.accepts_gzip():
        return Answer(200, found.compressed, {**headers, "Content-Encoding": "gzip"})
    return Answer(200, found.content, headers)
