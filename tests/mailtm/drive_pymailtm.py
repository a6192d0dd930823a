"""Does all that pymailtm can; see `test_clients` for the lines. Or runs its command."""

import json
import sys
from typing import Any

from pymailtm import MailTm, cli
from pymailtm.pymailtm import CouldNotGetAccountException, CouldNotGetMessagesException


def say(step: str, found: Any) -> None:
    print(json.dumps({"step": step, "found": found}), flush=True)


def main() -> None:
    account = MailTm().get_account()
    say("made", {"id": account.id_, "address": account.address, "password": account.password})
    say("empty", account.get_messages())
    input()
    (message,) = account.get_messages()
    say("message", {"from": message.from_, "text": message.text, "html": message.html})
    try:
        MailTm._make_account_request("token", account.address, "another password")
    except CouldNotGetAccountException as error:
        say("wrong", str(error))
    say("deleted", account.delete_account())
    try:
        account.get_messages()
    except CouldNotGetMessagesException as error:
        say("gone", str(error))


def monitor() -> None:
    """Its command; a line says when it asks again, as it knows by then what there was."""
    asked: list[bytes] = []

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "http.client.send" and b"/messages?" in arguments[1][:100]:
            asked.append(arguments[1])
            if len(asked) == 2:
                print("asks again", flush=True)

    sys.addaudithook(hear)
    cli.init()


if __name__ == "__main__":
    MailTm.api_address = sys.argv.pop(1)
    if "--new-account" in sys.argv:
        monitor()
    else:
        main()
