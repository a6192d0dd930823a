"""The one error document."""

from collections.abc import Iterator

import pytest

from infra.gateway_responses import GATEWAY_RESPONSES
from mayfly import errors
from mayfly.errors import envelope, kind_of


def every_error(
    root: type[errors.MayflyError] = errors.MayflyError,
) -> Iterator[type[errors.MayflyError]]:
    for each in root.__subclasses__():
        if each.__module__.startswith("mayfly."):
            yield each
            yield from every_error(each)


def test_an_error_says_its_code_and_its_message() -> None:
    assert envelope(errors.InvalidCursor("the cursor is of another list")) == {
        "error": {
            "code": "VALIDATION_ERROR",
            "message": "the cursor is of another list",
            "details": [],
        }
    }


@pytest.mark.parametrize(
    "error",
    [
        KeyError("alice@mayfly.example"),
        errors.ForeignNotice("alice@mayfly.example"),
        errors.Contended("alice@mayfly.example"),
        errors.RawMailMissing("raw/secret-key"),
    ],
)
def test_what_goes_on_inside_is_not_told(error: Exception) -> None:
    told = str(envelope(error))

    assert "alice" not in told
    assert "secret" not in told


def test_a_later_subclass_has_the_status_of_its_parent() -> None:
    class Later(errors.MessageNotFound):
        pass

    assert kind_of(Later("no such message")).status == 404
    assert kind_of(ValueError("x")).status == 500


def test_the_gateway_and_the_function_use_one_set_of_codes() -> None:
    ours = {(each.kind.status, each.kind.code) for each in every_error()}
    theirs = {(each.status, each.code) for each in GATEWAY_RESPONSES}

    for status, code in theirs:
        assert code in {known for _, known in ours} | {"UNSUPPORTED_MEDIA_TYPE"}
        if status in {known for known, _ in ours}:
            assert (status, code) in ours
