"""The commands about inboxes: making one, waiting, reading, sending, ending it."""

import base64
import mimetypes
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from mayfly_client.cli.context import Context, hint
from mayfly_client.cli.printing import fields, plain, table
from mayfly_client.cli.remembered import Remembered
from mayfly_client.cli.settings import WrongUse
from mayfly_client.mails import Mail
from mayfly_client.waits import Filter

_FILTERS = {
    "from_": "from_",
    "to": "to",
    "subject": "subject",
    "text": "text",
    "query": "q",
    "since": "since",
    "spam": "include_spam",
}
_UPLOADS = 3_000_000  # bytes of attachments that fit into a request


def filters(arguments: Namespace) -> Filter:
    """The filter that the options mean."""
    given = {name: getattr(arguments, option) for option, name in _FILTERS.items()}
    return cast(Filter, {name: each for name, each in given.items() if each})


def new(context: Context) -> None:
    """Make an inbox, and remember it."""
    asked = context.arguments
    client = context.client()
    context.memory.check()  # before there is an inbox that nobody would know of
    if asked.public:
        inbox = client.public_address(domain=asked.domain)
    else:
        inbox = client.inbox(token_ttl_seconds=asked.ttl, domain=asked.domain)
    known = Remembered.of(client.url, inbox)
    context.memory.keep(known)
    shown = {
        "address": known.address,
        "kind": known.kind,
        "id": known.id,
        "token": known.token,
        "token_expires_at": known.token_expires_at or None,
        "url": known.url,
    }
    context.say(shown, plain(known.address))
    hint("Wait for its code with `mayfly wait --code`; end it with `mayfly delete`.")


def wait(context: Context) -> None:
    """Wait for a message, its code or its link; each is given once."""
    asked, inbox = context.arguments, context.inbox()
    if asked.after is not None:
        inbox.given.start, inbox.given.numbers = asked.after, {}
    try:
        if asked.code:
            code = inbox.wait_for_code(timeout=asked.timeout, **filters(asked))
            context.say({"code": code}, plain(code))
        elif asked.link:
            link = inbox.wait_for_link(timeout=asked.timeout, **filters(asked))
            context.say({"link": link}, plain(link))
        else:
            mail = inbox.wait_for_message(timeout=asked.timeout, **filters(asked))
            context.say(mail, _shown(mail))
    finally:
        context.note(inbox, anew=asked.after is not None)


def list_(context: Context) -> None:
    """List the messages, the oldest first."""
    inbox = context.inbox()
    mails = inbox.messages(after=context.arguments.after or 0, **filters(context.arguments))
    rows = [
        [
            str(each.number),
            f"{each.received_at:%Y-%m-%d %H:%M:%S}",
            "" if each.is_read else "*",
            each.sender,
            each.subject,
        ]
        for each in mails
    ]
    context.say(mails, table(["no", "received (UTC)", "", "from", "subject"], rows))


def inboxes(context: Context) -> None:
    """List the inboxes that are remembered, the newest first."""
    known = context.memory.all()
    shown = [{"address": each.address, "kind": each.kind, "url": each.url} for each in known]
    rows = [[each["address"], each["kind"], each["url"]] for each in shown]
    context.say(shown, table(["address", "kind", "service"], rows))


def show(context: Context) -> None:
    """Show a message: what its headers say, its text, its code or link."""
    inbox, asked = context.inbox(), context.arguments
    mail = inbox.message(_found(inbox.messages(), asked.number))
    context.say(mail, plain(mail.html, lines=True) if asked.html else _shown(mail))


def _found(mails: Sequence[Mail], number: int | None) -> Mail:
    """The message with this number, or the newest one."""
    for each in reversed(mails):
        if number in (None, each.number):
            return each
    raise WrongUse("there is no message" if number is None else f"there is no message {number}")


def _shown(mail: Mail) -> str:
    named = {
        "number": str(mail.number),
        "from": f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender,
        "subject": mail.subject,
        "received": f"{mail.received_at:%Y-%m-%d %H:%M:%S} UTC",
        "code": mail.code or "",
        "link": mail.link or "",
        "files": ", ".join(f"{each.filename} ({each.size} bytes)" for each in mail.attachments),
    }
    head = fields({name: each for name, each in named.items() if each})
    return f"{head}\n\n{plain(mail.text, lines=True).rstrip()}"


def raw(context: Context) -> None:
    """The message as it came in, byte for byte; a terminal gets it made harmless."""
    asked = context.arguments
    _check_output(asked)
    inbox = context.inbox()
    _written(context, inbox.raw(_found(inbox.messages(), asked.number)))


def export(context: Context) -> None:
    """All messages in one file."""
    asked = context.arguments
    if not asked.output and sys.stdout.isatty():
        raise WrongUse("name a file by --output, or lead the output into one")
    _check_output(asked)
    _written(context, context.inbox().export(asked.format))


def _check_output(asked: Namespace) -> None:
    """Before anything is fetched: an export may be begun once in a while only."""
    if not asked.output:
        if asked.json:
            raise WrongUse("with --json, name a file by --output: what it has is no JSON")
        return
    path = Path(asked.output)
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise WrongUse(f"{path} cannot be written")


def _written(context: Context, content: bytes) -> None:
    path = context.arguments.output
    if path:
        try:
            Path(path).write_bytes(content)
        except OSError as error:
            raise WrongUse(f"{path}: {error.strerror}") from error
        if context.arguments.json:
            context.say({"file": path, "bytes": len(content)}, "")
    elif sys.stdout.isatty():
        print(plain(content.decode(errors="replace"), lines=True))
    else:
        sys.stdout.buffer.write(content)


def sample(context: Context) -> None:
    """Have the service send a message with a code."""
    context.inbox().send_sample()
    context.say({"sent": True}, "A message with a code is on its way.")


def delete(context: Context) -> None:
    """Wipe the inbox, and forget it."""
    known, inbox = context.remembered(), context.inbox()
    inbox.delete()
    context.memory.forget(known)
    context.say({"address": inbox.address, "deleted": True}, f"{plain(inbox.address)} is gone")


def send(context: Context) -> None:
    """Send a message from a domain of the account that the token or API key is of."""
    asked = context.arguments
    text = asked.text if asked.text is not None or asked.html is not None else sys.stdin.read()
    sent = context.client().sending.send_email(
        from_=asked.sender,
        to=asked.recipients,
        subject=asked.subject,
        text=text,
        html=asked.html,
        attachments=[_attachment(Path(each)) for each in asked.attach] or None,
        idempotency_key=asked.key,
    )
    context.say(sent, f"{plain(sent.id)} is {plain(sent.status)}")


def _attachment(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    if len(content) > _UPLOADS:
        raise WrongUse(f"{path} has more than {_UPLOADS} bytes: announce it to the API instead")
    kind, _ = mimetypes.guess_type(path.name)
    return {
        "filename": path.name,
        "contentType": kind or "application/octet-stream",
        "content": base64.b64encode(content).decode(),
    }
