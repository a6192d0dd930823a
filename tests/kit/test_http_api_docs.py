"""The API's document and its page."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from functions.http_api.handler import serve
from mayfly.api import ROUTES
from mayfly.facades.facade import facade_routes
from mayfly.facades.settings import NAMES
from mayfly.kit.http.swagger import page
from mayfly.openapi import document
from tests.functions.http import BASE, Api, event, unpacked

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_every_operation_has_a_name_of_its_own() -> None:
    operations = [route.operation for route in ROUTES]

    assert len(set(operations)) == len(operations)


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(json.loads(json.dumps(document(BASE)))).validate()


def test_what_facades_have_of_the_same_names_changes_nothing() -> None:
    facade_routes(NAMES)  # brings the classes of their own answers

    described: Any = document(BASE)

    line = described["components"]["schemas"]["MessageLine"]
    assert {"seq", "fromName", "isSpam"} <= set(line["required"])


def test_every_operation_describes_its_answers_and_its_errors() -> None:
    described: Any = document(BASE)

    for route in ROUTES:
        operation = described["paths"][route.path][route.method.lower()]
        statuses = set(operation["responses"])
        assert statuses & {"200", "201", "202"}
        assert {"405", "429", "500"} <= statuses
        names = {part[1:-1] for part in route.path.split("/") if part.startswith("{")}
        parameters = operation.get("parameters", [])
        assert {each["name"] for each in parameters if each["in"] == "path"} == names
        if "{" in route.path:
            assert "404" in statuses
        if operation["security"] and {} not in operation["security"]:
            assert "401" in statuses
        if operation.get("requestBody"):
            assert {"400", "413"} <= statuses


def test_every_tag_is_explained_once() -> None:
    described: Any = document(BASE)

    names = [each["name"] for each in described["tags"]]

    assert len(set(names)) == len(names)
    assert set(names) == {route.tag for route in ROUTES}


def test_each_schema_has_a_name_of_its_own() -> None:
    """Two of one name stand in the document with their modules, which generators cannot read."""
    components: Any = document(BASE)["components"]
    assert [name for name in components["schemas"] if "." in name] == []


def test_every_schema_is_used() -> None:
    text = json.dumps(document(BASE))

    components: Any = document(BASE)["components"]
    for name in components["schemas"]:
        assert f'"#/components/schemas/{name}"' in text


def test_the_document_names_the_url_it_was_asked_at(api: Api) -> None:
    reply = api.call("GET", "/openapi.json", headers=GZIP)

    assert reply.json["openapi"] == "3.1.0"
    assert reply.json["servers"] == [{"url": BASE}]


@pytest.mark.parametrize("path", ["/docs", "/api-docs"])
def test_the_page_asks_no_outside_host_and_runs_nothing_inline(api: Api, path: str) -> None:
    reply = api.call("GET", path)

    assert reply.content == page(BASE)
    assert b"http" not in page(BASE)
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert "script-src 'self'" in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/docs", "/api-docs"])
def test_a_slash_behind_the_page_leads_its_links_nowhere_else(api: Api, path: str) -> None:
    told = event("GET", path)
    told["path"] += "/"
    told["requestContext"]["path"] += "/"

    assert b'src="/live/docs/start.js"' in unpacked(serve(told, api.flows)).content


def test_the_files_that_the_page_names_are_there(api: Api) -> None:
    names = [part.split(b'"')[0].decode() for part in page("").split(b'"/docs/')[1:]]

    assert sorted(names) == ["start.js", "swagger-ui.css", "swagger-ui.js"]
    for name in names:
        reply = api.call("GET", "/docs/{file}", name, headers=GZIP)
        assert reply.status == 200
        assert "max-age" in reply.headers["Cache-Control"]
    script = api.call("GET", "/docs/{file}", "swagger-ui.js").content
    assert b"SwaggerUIBundle" in script


def test_files_are_compressed_for_those_who_can_read_it(api: Api) -> None:
    packed = serve(event("GET", "/docs/{file}", "swagger-ui.js", headers=GZIP), api.flows)
    plain = serve(event("GET", "/docs/{file}", "swagger-ui.js"), api.flows)

    assert packed["headers"]["Content-Encoding"] == "gzip"
    assert len(packed["body"]) < len(plain["body"]) / 2
    assert unpacked(packed).content == unpacked(plain).content


@pytest.mark.parametrize("name", ["html.py", "..", "../handler.py", "", "swagger-ui-bundle.min.js"])
def test_no_other_file_is_given(api: Api, name: str) -> None:
    assert api.call("GET", "/docs/{file}", name).status == 404


def test_what_is_one_of_several_values_has_the_type_of_each() -> None:
    def values(schema: Any) -> Iterator[Any]:
        if isinstance(schema, dict):
            if "enum" in schema and "type" in schema:
                yield schema
            schema = list(schema.values())
        if isinstance(schema, list):
            for each in schema:
                yield from values(each)

    for schema in values(document(BASE)):
        for value in schema["enum"]:
            jsonschema.validate(value, {"type": schema["type"]})
