"""Every field of the HTTP API with input that is known to bring parsers down.

What one request costs grows no faster than its input, no answer is a failure of ours, and a field
that is too long is refused with its name. The fields are those of the API's own document: a new
one is tried as soon as it is described, and none is taken that is not.
"""

import json
from collections.abc import Callable

import pytest

from functions.http_api.handler import serve
from mayfly import limits
from mayfly.api import ROUTES
from mayfly.kit.http.route import Route
from tests.bounds.fields import Field, body_fields, headers, parameters
from tests.bounds.growth import excess
from tests.bounds.pumps import PUMPS
from tests.functions.http import Reply, bearer, event, unpacked
from tests.project.test_every_caller import BODIES, KEY, Door, Scene, door

BY_OPERATION = {route.operation: route for route in ROUTES}
LONG = dict.fromkeys(("text", "html", "mjml", "attachments"), 60_000)
LONG |= {"raw": limits.TRIED_MAIL_CHARS}
"""Of mails that go out: they may have much more, but so much shows how the cost grows."""
LONG |= {"recipients": limits.TEMPLATE_VARIABLES_BYTES}
GATEWAY_CHARS = 8000  # API Gateway takes 10,240 bytes of headers and path together
SHOWN_CHARS = 2 * 80  # what cannot be shown is spelled out
CREDENTIALS = {Door.ADDRESS: "address", Door.KNOWN: "address", Door.INBOX: "inbox"}


def credentials(scene: Scene, route: Route) -> dict[str, str]:
    """What opens the route."""
    behind = door(route)
    if behind is Door.ADMIN:
        return {"X-Admin-Key": KEY}
    return bearer(scene.credentials[CREDENTIALS.get(behind, "account")])


def values(scene: Scene, route: Route) -> dict[str, str]:
    """The parameters of its path, of things that exist."""
    whose = "" if door(route) is Door.ADMIN else "own "
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    return {name: scene.values.get(whose + name) or scene.values[name] for name in names}


def asked(scene: Scene, field: Field, sent: str) -> Reply:
    """The answer to a request that is sound but for this field; 500 is none."""
    route = BY_OPERATION[field.operation]
    path, head = values(scene, route), credentials(scene, route)
    body = BODIES.get(route.operation) if field.place != "body" else field.body(sent)
    query: dict[str, object] = {}
    match field.place:
        case "path":
            path[field.path[0]] = sent
        case "query":
            query[field.path[0]] = sent
        case "header":
            head[field.path[0]] = sent
    told = event(route.method, route.path, *path.values(), body=body, headers=head, query=query)
    reply = unpacked(serve(told, scene.flows))
    assert reply.status < 500, reply.content
    return reply


def said(reply: Reply) -> str:
    """The message of a refusal; of a batch, that for the first recipient."""
    if is_refused_in_part(reply):
        return str(reply.json["emails"][0]["error"]["message"])
    if reply.status < 400 or "json" not in reply.headers.get("Content-Type", ""):
        return ""
    return str(reply.json["error"]["message"])


def is_refused_in_part(reply: Reply) -> bool:
    """Whether a batch was taken, and its only recipient refused."""
    return reply.status == 202 and reply.json.get("refused") == 1


def tried(scene: Scene, field: Field, most: int) -> list[str]:
    """What each pump found: that the cost grows too fast, or that the answer repeats too much."""
    found = []
    for name, pump in PUMPS.items():

        def work(size: int, pump: Callable[[int], str] = pump) -> Callable[[], object]:
            text = pump(size)
            sent = json.dumps(text) if field.place == "body" else text
            sent = sent if field.place == "body" else text.encode("utf-8", "replace").decode()

            def run() -> None:
                assert text[: SHOWN_CHARS + 1] not in said(asked(scene, field, sent))

            return run

        bad = excess(work, most)
        if bad:
            found.append(f"{name}: {bad}")
    return found


@pytest.mark.parametrize(
    "field", [each for each in body_fields() if each.kind == "string"], ids=str
)
def test_a_text_in_a_body_costs_what_its_length_does(scene: Scene, field: Field) -> None:
    most = LONG.get(field.path[0], limits.MAX_FIELD_CHARS)

    assert not tried(scene, field, most)

    if field.path[0] not in LONG:
        reply = asked(scene, field, json.dumps("x" * (most + 1)))
        assert reply.status == 400
        assert field.path[0] in said(reply)
        assert str(most) in said(reply)


@pytest.mark.parametrize("field", body_fields(), ids=str)
def test_a_field_of_another_kind_is_refused_at_any_size(scene: Scene, field: Field) -> None:
    def refused(make: Callable[[int], str]) -> str:
        def work(size: int) -> Callable[[], object]:
            sent = make(size)

            def run() -> None:
                reply = asked(scene, field, sent)
                is_refused = reply.status in (400, 401, 403, 404, 413)
                assert is_refused or is_refused_in_part(reply), reply.content
                assert len(said(reply)) < 500

            return run

        return excess(work, 60_000)

    kinds: dict[str, Callable[[int], str]] = {
        "digits": lambda size: "9" * size,
        "a long fraction": lambda size: "0." + "9" * size,
        "a large power": lambda size: "1e" + "9" * (size // 100),
        "lists in lists": lambda size: "[" * (size // 2) + "]" * (size // 2),
        "objects in objects": lambda size: '{"a":' * (size // 6) + "0" + "}" * (size // 6),
        "many items": lambda size: "[" + ",".join(["0"] * (size // 2)) + "]",
        "many texts": lambda size: "[" + ",".join(['"x"'] * (size // 4)) + "]",
        "many names": lambda size: (
            "{" + ",".join(f'"{each}":"x"' for each in range(size // 12)) + "}"
        ),
        "a name again": lambda size: (
            "{" + ",".join(f'"{each}":0' for each in range(size // 10)) + ',"0":1}'
        ),
        "a long name": lambda size: '{"' + "x" * size + '":0}',
        "not a number": lambda size: "NaN",
    }
    assert not {name: bad for name, make in kinds.items() if (bad := refused(make))}


@pytest.mark.parametrize("field", parameters(), ids=str)
def test_a_parameter_costs_what_its_length_does(scene: Scene, field: Field) -> None:
    assert not tried(scene, field, GATEWAY_CHARS)

    reply = asked(scene, field, "x" * GATEWAY_CHARS)

    assert reply.status in ((400, 404) if field.place == "path" else (400,))
    if field.place != "path":
        assert field.path[0] in said(reply)


@pytest.mark.parametrize("name", headers())
def test_a_header_costs_what_its_length_does(scene: Scene, name: str) -> None:
    for operation in ("show_user", "change_password", "show_inbox", "list_domains", "send_email"):
        starts = {"authorization": "Bearer ", "cookie": "token="}
        field = Field(operation, "header", (name,))
        for start in ("", starts.get(name, "")):

            def work(size: int, start: str = start, field: Field = field) -> Callable[[], object]:
                return lambda: asked(scene, field, start + "a." * (size // 2))

            assert not excess(work, GATEWAY_CHARS)
        assert not tried(scene, field, GATEWAY_CHARS)


@pytest.mark.parametrize("operation", sorted({each.operation for each in body_fields()}))
def test_no_field_is_taken_that_is_not_described(scene: Scene, operation: str) -> None:
    described = {each.path[0] for each in body_fields() if each.operation == operation}

    refusal = said(asked(scene, Field(operation, "body", ("noSuchField",)), "0"))

    possible = set(refusal.partition("possible: ")[2].split(", "))
    assert possible == described


def test_the_fields_are_found_wherever_they_are() -> None:
    found = {str(each) for each in (*body_fields(), *parameters())}

    assert {
        "create_address-body-domain",
        "send_email-body-attachments.[].filename",
        "send_email-body-headers.[]",
        "send_email-body-unsubscribe.url",
        "change_domain_dns-body-records.[].value",
        "make_dmarc-body-reportTo.[]",
        "list_messages-path-email",
        "list_messages-query-cursor",
        "send_email-header-Idempotency-Key",
    } <= found
    assert {"authorization", "cookie", "x-api-key", "x-admin-key", "content-type"} <= set(headers())
