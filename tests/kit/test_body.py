"""The kinds of a body's fields."""

import pytest

from mayfly.errors import InvalidInput
from mayfly.kit.http.body import wanted_flag


@pytest.mark.parametrize("wrong", [None, "true", 1, 0, []])
def test_a_flag_is_true_or_false(wrong: object) -> None:
    assert wanted_flag({"isRead": False}, "isRead") is False
    with pytest.raises(InvalidInput, match="isRead must be true or false"):
        wanted_flag({"isRead": wrong}, "isRead")
    with pytest.raises(InvalidInput, match="isRead must be true or false"):
        wanted_flag({}, "isRead")
