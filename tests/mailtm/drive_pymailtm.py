"""Does all that pymailtm can; see `test_clients` for the lines. With `monitor`, its command."""

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


if __name__ == "__main__":
    MailTm.api_address = sys.argv.pop(1)
    if "--new-account" in sys.argv:
        cli.init()
    else:
        main()
