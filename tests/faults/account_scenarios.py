"""Accounts: they are made, log in, have mailboxes, and go."""

from dataclasses import replace
from typing import Any

from mayfly.accounts.models import Account
from mayfly.accounts.passwords import PasswordHashes
from mayfly.assembly import Assembly
from mayfly.errors import AccountNotFound
from mayfly.mail.address import Address
from tests.faults import invariants
from tests.faults.admin_scenarios import KEY, given_a_key
from tests.faults.scenario import Scenario, answered, given_mail
from tests.faults.world import World, asked, followed
from tests.functions.http import Reply

EMAIL, PASSWORD, OTHER_PASSWORD = "ann@home.example", "a phrase for tests", "another phrase"
LIST = "/api/user/mailbox"
CREATE = "/api/user/mailbox/create"
MAILBOX = "/api/user/mailbox/{mailboxId}"
EXTEND = "/api/user/mailbox/{mailboxId}/extend"
MESSAGES = "/api/user/mailbox/{mailboxId}/messages"


def registering() -> Scenario:
    def check(world: World) -> None:
        assert _login(world).status == 200

    return Scenario(answered(_register(), 201), check=check)


def logging_in() -> Scenario:
    """The password's hash is an older one, which is replaced."""

    def arrange(world: World) -> None:
        _registered(world)
        process, older = world.process(), PasswordHashes(16, 1, 1).hash(PASSWORD)
        process.accounts.updater.change(
            _account(world), lambda each: replace(each, password_hash=older)
        )

    def check(world: World) -> None:
        assert _me(world, world.notes["reply"].json["token"]).status == 200
        assert len(_account(world).sessions) <= 2  # one whose token nobody got

    ask = asked("POST", "/api/users/login", body={"email": EMAIL, "password": PASSWORD})
    return Scenario(answered(ask, 200), arrange, check, stride=2)


def logging_out() -> Scenario:
    def act(world: World, process: Assembly) -> bool:
        ask = asked("POST", "/api/users/logout", token=world.notes["token"])
        return answered(ask, 200, 401)(world, process)

    def check(world: World) -> None:
        assert _me(world, world.notes["token"]).status == 401
        assert _account(world).sessions == {}

    return Scenario(act, given_a_login, check)


def changing_a_password() -> Scenario:
    """Whoever was told that it was not done has the old one; else the new one counts."""

    def arrange(world: World) -> None:
        given_a_login(world)
        world.notes["elsewhere"] = _login(world).json["token"]

    def act(world: World, process: Assembly) -> bool:
        body = {"currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD}
        ask = asked("POST", "/api/users/change-password", body=body, token=world.notes["token"])
        # Who did not see the answer asks again, with a password that is the old one by now.
        statuses = (200, 401) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        assert _login(world).status == 401
        assert _login(world, OTHER_PASSWORD).status == 200
        assert _me(world, world.notes["token"]).status == 200
        assert _me(world, world.notes["elsewhere"]).status == 401

    return Scenario(act, arrange, check, stride=2)


def resetting_a_password() -> Scenario:
    """Whoever did not see the answer is told that the token was used; the new password counts."""

    def arrange(world: World) -> None:
        given_a_login(world)
        world.notes["reset"] = world.process().accounts.password_reset.hand_out(EMAIL).text

    def act(world: World, process: Assembly) -> bool:
        body = {"token": world.notes["reset"], "password": OTHER_PASSWORD}
        ask = asked("POST", "/api/users/password/reset", body=body)
        statuses = (200, 401) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        assert _login(world).status == 401
        assert _login(world, OTHER_PASSWORD).status == 200
        assert _me(world, world.notes["token"]).status == 401

    return Scenario(act, arrange, check)


def handing_a_reset_out() -> Scenario:
    """The token that was seen resets the password, however many were made."""

    def act(world: World, process: Assembly) -> bool:
        ask = asked(
            "POST", "/v1/admin/accounts/password-reset", body={"email": EMAIL}, admin_key=KEY
        )
        return answered(ask, 201)(world, process)

    def arrange(world: World) -> None:
        _registered(world)
        given_a_key(world)

    def check(world: World) -> None:
        body = {"token": world.notes["reply"].json["token"], "password": OTHER_PASSWORD}
        ask = asked("POST", "/api/users/password/reset", body=body)
        assert ask(world, world.process()).status == 200
        assert _login(world, OTHER_PASSWORD).status == 200

    return Scenario(act, arrange, check)


def opening_a_mailbox() -> Scenario:
    """The last that the account may have. Whoever did not see the answer finds it in the list."""

    def arrange(world: World) -> None:
        given_a_login(world)
        for _ in range(world.settings.max_mailboxes_per_user - 1):
            process = world.process()
            process.mailboxes.service.make(_account(world), None, None)

    def act(world: World, process: Assembly) -> bool:
        ask = asked("POST", CREATE, body={}, token=world.notes["token"])
        statuses = (201, 409) if "asked" in world.notes else (201,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        most = world.settings.max_mailboxes_per_user
        assert _mailboxes(world)["count"] == most
        newest = _mailboxes(world)["mailboxes"][-1]
        given_mail(world, newest["emailAddress"])
        assert _mailboxes(world)["mailboxes"][-1]["messageCount"] == 1

    return Scenario(act, arrange, check, stride=4)


def extending() -> Scenario:
    """An expired mailbox with a mail lives on; asked twice, it lives at most twice as long."""

    def arrange(world: World) -> None:
        given_a_mailbox(world)
        given_mail(world, world.notes["mailbox"]["emailAddress"])
        world.clock.advance(days=8)
        given_a_login(world)

    def act(world: World, process: Assembly) -> bool:
        name, token = world.notes["mailbox"]["id"], world.notes["token"]
        return answered(asked("POST", EXTEND, name, token=token), 200)(world, process)

    def check(world: World) -> None:
        (mailbox,) = _mailboxes(world)["mailboxes"]
        assert (mailbox["isActive"], mailbox["messageCount"]) == (True, 1)
        given_mail(world, mailbox["emailAddress"], name="mail-2", at=world.clock())
        name, token = mailbox["id"], world.notes["token"]
        page = asked("GET", MESSAGES, name, token=token)(world, world.process())
        assert [each["seq"] for each in page.json["messages"]] == [2, 1]

    return Scenario(act, arrange, check, stride=2)


def closing_a_mailbox() -> Scenario:
    def arrange(world: World) -> None:
        given_a_mailbox(world)
        given_mail(world, world.notes["mailbox"]["emailAddress"])

    def act(world: World, process: Assembly) -> bool:
        ask = asked("DELETE", MAILBOX, world.notes["mailbox"]["id"], token=world.notes["token"])
        return answered(ask, 200, 404)(world, process) and followed(world, process)

    def check(world: World) -> None:
        assert _mailboxes(world)["mailboxes"] == []
        invariants.nothing_is_left_of(world, "mail-1")

    return Scenario(act, arrange, check, stride=3)


def migrating() -> Scenario:
    """A session with a mail becomes the account's, once, whole, and for nobody else."""

    def arrange(world: World) -> None:
        _registered(world)
        begun = asked("POST", "/api/session", body={})(world, world.process()).json
        world.notes["session"] = begun
        given_mail(world, begun["mailbox"]["emailAddress"])

    def act(world: World, process: Assembly) -> bool:
        body = {"email": EMAIL, "password": PASSWORD, "migrateSession": True}
        token = world.notes["session"]["sessionToken"]
        ask = asked("POST", "/api/users/login", body=body, token=token)
        return answered(ask, 200)(world, process) and followed(world, process)

    def check(world: World) -> None:
        world.notes["token"] = world.notes["reply"].json["token"]
        (mailbox,) = _mailboxes(world)["mailboxes"]
        given_mail(world, mailbox["emailAddress"], name="mail-2")
        world.clock.advance(days=4)  # an anonymous session's mail would be over
        page = asked("GET", MESSAGES, mailbox["id"], token=world.notes["token"])
        numbers = [each["seq"] for each in page(world, world.process()).json["messages"]]
        assert numbers == [2, 1]
        old = asked("GET", "/api/session", token=world.notes["session"]["sessionToken"])
        assert old(world, world.process()).status == 401

    return Scenario(act, arrange, check, stride=2)


def leaving_for_good() -> Scenario:
    """An account with two mailboxes, one of them with a mail, is deleted."""

    def arrange(world: World) -> None:
        given_a_mailbox(world)
        world.process().mailboxes.service.make(_account(world), "second.name", None)
        given_mail(world, world.notes["mailbox"]["emailAddress"])

    def act(world: World, process: Assembly) -> bool:
        body, token = {"password": PASSWORD}, world.notes["token"]
        ask = asked("DELETE", "/api/users/me", body=body, token=token)
        statuses = (200, 401) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process) and followed(world, process)

    def check(world: World) -> None:
        assert _login(world).status == 401
        try:
            _account(world)
        except AccountNotFound:
            invariants.nothing_is_left_of(world, "mail-1")
        else:
            raise AssertionError("the account is still there")

    return Scenario(act, arrange, check, stride=4)


def _register() -> Any:
    body = {"email": EMAIL, "password": PASSWORD, "fullName": "Ann"}
    return asked("POST", "/api/users/register", body=body)


def _registered(world: World) -> None:
    assert _register()(world, world.process()).status == 201


def _login(world: World, password: str = PASSWORD) -> Reply:
    body = {"email": EMAIL, "password": password}
    return asked("POST", "/api/users/login", body=body)(world, world.process())


def given_a_login(world: World) -> None:
    """Somebody has an account and is logged in."""
    _registered(world)
    world.notes["token"] = _login(world).json["token"]


def given_a_mailbox(world: World) -> None:
    """Somebody is logged in and has one mailbox."""
    given_a_login(world)
    ask = asked("POST", CREATE, body={}, token=world.notes["token"])
    world.notes["mailbox"] = ask(world, world.process()).json


def _me(world: World, token: str) -> Reply:
    return asked("GET", "/api/users/me", token=token)(world, world.process())


def _mailboxes(world: World) -> Any:
    return asked("GET", LIST, token=world.notes["token"])(world, world.process()).json


def _account(world: World) -> Account:
    return world.process().adapters.accounts.find(Address.parse(EMAIL))


ACCOUNTS: dict[str, Scenario] = {
    "registering": registering(),
    "logging in": logging_in(),
    "logging out": logging_out(),
    "changing a password": changing_a_password(),
    "resetting a password": resetting_a_password(),
    "handing a reset out": handing_a_reset_out(),
    "opening a mailbox": opening_a_mailbox(),
    "extending": extending(),
    "closing a mailbox": closing_a_mailbox(),
    "migrating": migrating(),
    "deleting an account": leaving_for_good(),
}
