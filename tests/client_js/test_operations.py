"""The client has every operation of the API, under its own name, with its method and path."""

import re

from mayfly.api import ROUTES
from mayfly.kit.http.route import Route
from tests.client_js.node import printed

OF_OTHERS = frozenset({"agents"})
"""Subjects that are for clients of others."""

_LIST = """
import { OPERATIONS, operationId } from "./src/index.js";
const found = Object.entries(OPERATIONS).flatMap(([subject, operations]) =>
  Object.entries(operations).map(([name, told]) =>
    [subject, name, operationId(name), ...told.split(" ").slice(0, 2), told.endsWith(" bytes")]));
console.log(JSON.stringify(found));
"""


def test_each_operation_is_declared_as_it_is() -> None:
    ours = [each for each in ROUTES if each.tag not in OF_OTHERS]
    expected = {
        (subject_of(each), each.operation, each.method, each.path, is_file(each)) for each in ours
    }

    declared = printed(_LIST)

    found = {(subject, *rest) for subject, _, *rest in declared}
    missing = "\n".join(map(str, sorted(expected - found)))
    assert not expected - found, f"to be declared in operations.js:\n{missing}"
    assert not found - expected
    assert len(declared) == len(expected)


def subject_of(route: Route) -> str:
    """The tag in the manner of JavaScript: `private inboxes` is `privateInboxes`."""
    return re.sub(r" (\w)", lambda found: found[1].upper(), route.tag.replace("API", "api"))


def is_file(route: Route) -> bool:
    """Whether it answers a file of any type, and not text of one."""
    types = {each.content_type for each in route.answers}
    return "application/octet-stream" in types and not types & {
        "application/sieve",
        "image/svg+xml",
    }
