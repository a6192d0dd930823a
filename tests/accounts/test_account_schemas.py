"""What accounts send: an error names the field, and what is expected there."""

import pytest

from mayfly import limits
from mayfly.accounts.approval_schemas import ApprovalDecision, WantedApproval
from mayfly.accounts.schemas import (
    Farewell,
    Login,
    NewPassword,
    PasswordReset,
    Profile,
    Registration,
)
from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import Body, read

_SOMEBODY = {"email": "ann@elsewhere.example", "password": "a phrase for the tests"}


@pytest.mark.parametrize(
    ("form", "sent", "said"),
    [
        (Registration, {}, "email is needed: a string that is not empty"),
        (Registration, _SOMEBODY | {"email": ""}, "email must be a string that is not empty"),
        (Registration, _SOMEBODY | {"email": 7}, "email must be a string that is not empty"),
        (Registration, _SOMEBODY | {"password": None}, "password must be a string"),
        (Registration, _SOMEBODY | {"fullName": 7}, "fullName must be a string"),
        (
            Registration,
            _SOMEBODY | {"name": "Ann"},
            "unknown field 'name'; possible: email, password, fullName",
        ),
        (Login, _SOMEBODY | {"password": ""}, "password must be a string that is not empty"),
        (Login, _SOMEBODY | {"migrateSession": None}, "migrateSession must be true or false"),
        (Profile, {}, "fullName is needed: a string"),
        (NewPassword, {"currentPassword": "x"}, "newPassword is needed: a string"),
        (Farewell, {}, "password is needed: a string that is not empty"),
        (
            WantedApproval,
            {"purpose": "x" * (limits.PURPOSE_CHARS + 1)},
            f"purpose must be a string of up to {limits.PURPOSE_CHARS} characters",
        ),
        (ApprovalDecision, {"approved": "yes"}, "approved must be true or false"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_field_is_named_and_what_it_must_be(
    form: type[Body], sent: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(sent, form)

    assert str(refused.value) == said


@pytest.mark.parametrize("name", ["a\nb", "\u202eann", "x" * (limits.MAX_FULL_NAME_CHARS + 1)])
def test_a_name_has_one_line_that_is_read_in_one_way(name: str) -> None:
    for sent in (Profile(full_name=name), Registration(full_name=name, **_SOMEBODY)):
        with pytest.raises(InvalidInput, match="fullName may have"):
            sent.name()


def test_a_name_that_is_null_is_no_name() -> None:
    assert read(_SOMEBODY | {"fullName": None}, Registration).name() == ""
    assert read({"fullName": " Ann "}, Profile).name() == "Ann"


def test_an_empty_new_password_is_refused_before_the_old_one_is_judged() -> None:
    with pytest.raises(InvalidInput, match="newPassword must be a string that is not empty"):
        read({"currentPassword": "a wrong one", "newPassword": ""}, NewPassword)
    with pytest.raises(InvalidInput, match="password must be a string that is not empty"):
        read({"token": "x", "password": ""}, PasswordReset)
