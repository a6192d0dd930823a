"""Does all that tempmail-mailtm can; see `test_clients` for the lines."""

import json
import sys
from typing import Any

from mailtm import APIError, AuthenticationError, Mail, ResourceNotFoundError


def say(step: str, found: Any) -> None:
    print(json.dumps({"step": step, "found": found}), flush=True)


def main(base_url: str) -> None:
    with Mail(base_url=base_url) as client:
        for name in ("origin", "sec-fetch-site"):  # the laptop is not for pages of other sites
            del client.headers[name]
        say("domains", client.get_domains())
        account = client.create_account()
        say("made", account)
        token = client.token(account["address"], account["_password"])["token"]
        say("empty", client.get_messages(token))
        input()
        listed = client.get_messages(token)
        say("listed", listed)
        say("message", client.get_message(token, listed[0]["id"]))
        try:
            client.create_account(account["address"], "another password")
        except APIError as error:
            say("taken", str(error))
        try:
            client.token(account["address"], "another password")
        except AuthenticationError as error:
            say("wrong", error.status_code)
        say("removed", client.delete_message(token, listed[0]["id"]))
        try:
            client.get_message(token, listed[0]["id"])
        except ResourceNotFoundError as error:
            say("gone", error.status_code)
        say("deleted", client.delete_account(token, account["id"]))


if __name__ == "__main__":
    main(sys.argv[1])
