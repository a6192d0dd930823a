"""Answers in the two forms that mail.tm has: plain JSON, and JSON-LD with Hydra's collections."""

from collections.abc import Sequence

from mayfly.kit.http import query as queries
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.mailtm.models import FIRST_PAGE, LAST_PAGE, PAGE_MESSAGES
from mayfly.mailtm.schemas import Resource

PAGE_PARAMETERS = [
    queries.parameter(
        "page",
        {"type": "integer", "minimum": FIRST_PAGE, "maximum": LAST_PAGE, "default": FIRST_PAGE},
        f"A page has {PAGE_MESSAGES}; one beyond the last is empty.",
    )
]
LINKED_DATA = "application/ld+json; charset=utf-8"

GONE = Answer(204, headers={"Content-Type": "text/plain"})
"""API Gateway calls what has no type JSON, and then mailjs reads JSON of nothing."""


def answer_one(request: Request, found: Resource, status: int = 200) -> Answer:
    """The resource in the form that the client takes: plain JSON, or JSON-LD where both will do."""
    if request.accepts_only_json():
        return json_answer(found, status)
    context = {"@context": f"/contexts/{found.KIND}"}
    return json_answer(context | found.linked(), status, {"Content-Type": LINKED_DATA})


def answer_list(
    request: Request, kind: type[Resource], found: Sequence[Resource], total: int, page: int
) -> Answer:
    """A page of a list: a bare array as plain JSON, or a collection of Hydra's, with `total`."""
    if request.accepts_only_json():
        return json_answer(found)
    collection = {
        "@context": f"/contexts/{kind.KIND}",
        "@id": kind.FOLDER,
        "@type": "hydra:Collection",
        "hydra:totalItems": total,
        "hydra:member": [each.linked() for each in found],
        "hydra:view": _view(kind.FOLDER, page, total),
    }
    return json_answer(collection, headers={"Content-Type": LINKED_DATA})


def page_of(request: Request) -> int:
    """Which page of a list is asked for; InvalidInput for what is none."""
    asked = queries.whole_number("page", request.query.get("page"), FIRST_PAGE, LAST_PAGE)
    return FIRST_PAGE if asked is None else asked


def _view(path: str, page: int, total: int) -> dict[str, str]:
    last = max(FIRST_PAGE, -(-total // PAGE_MESSAGES))
    numbers = {"hydra:first": FIRST_PAGE, "hydra:last": last}
    if page > FIRST_PAGE:
        numbers["hydra:previous"] = page - 1
    if page < last:
        numbers["hydra:next"] = page + 1
    pages = {name: f"{path}?page={number}" for name, number in numbers.items()}
    return {"@id": f"{path}?page={page}", "@type": "hydra:PartialCollectionView", **pages}
