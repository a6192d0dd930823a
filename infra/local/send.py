"""`python -m infra.local send ADDRESS`: sends one message to the laptop, as any client would."""

import argparse
import mimetypes
import os
import re
import smtplib
import sys
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path

from infra.local.command import command

_DEFAULT_PORT = 2525
_SECONDS = 60
_USAGE_ERROR = 2  # what argparse exits with


def send(arguments: Sequence[str]) -> int:
    """Send it and print the server's answer; the exit code says whether it was taken."""
    options = _parser().parse_args(arguments)
    try:
        mail = _file(options.file) if options.file else _composed(options)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return _USAGE_ERROR
    server = f"{options.host}:{options.port}"
    try:
        with smtplib.SMTP(options.host, options.port, timeout=_SECONDS) as connection:
            answer = _sent(connection, options.sender, options.address, mail)
    except ConnectionRefusedError:
        print(f"Nobody listens at {server}: is Mayfly running (make run)?", file=sys.stderr)
        return 1
    except (OSError, smtplib.SMTPException) as error:
        print(f"{server}: {error}", file=sys.stderr)
        return 1
    print(answer, file=sys.stdout if answer.startswith("2") else sys.stderr)
    return 0 if answer.startswith("2") else 1


def _parser() -> argparse.ArgumentParser:
    port = os.environ.get("SMTP_SERVER_PORT") or os.environ.get("SMTP_PORT")
    parser = argparse.ArgumentParser(f"{command()} send", description="Send one mail.")
    parser.add_argument("address", help="who gets it")
    parser.add_argument("--from", dest="sender", default="you@example.org", help="who sends it")
    parser.add_argument("--subject", default="Hello from Mayfly")
    parser.add_argument("--text", default="It works.\n")
    parser.add_argument("--html", help="an HTML alternative to the text")
    parser.add_argument("--attach", action="append", default=[], metavar="FILE", type=Path)
    parser.add_argument("--file", metavar="MAIL.EML", type=Path, help="a whole mail, sent as it is")
    parser.add_argument("--host", default=os.environ.get("SMTP_SERVER_HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=port or _DEFAULT_PORT)
    return parser


def _file(path: Path) -> bytes:
    """The bytes of the file; mail lines end with CRLF, whatever a file's do."""
    return re.sub(rb"\r?\n", b"\r\n", path.read_bytes())


def _composed(options: argparse.Namespace) -> bytes:
    mail = EmailMessage(policy=SMTP.clone(utf8=not (options.address + options.sender).isascii()))
    mail["From"], mail["To"], mail["Subject"] = options.sender, options.address, options.subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="mayfly.localhost")
    mail.set_content(options.text)
    if options.html:
        mail.add_alternative(options.html, subtype="html")
    for path in options.attach:
        kind, encoding = mimetypes.guess_type(path.name)
        main, _, sub = ("application/octet-stream" if encoding or not kind else kind).partition("/")
        mail.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=path.name)
    return mail.as_bytes()


def _sent(connection: smtplib.SMTP, sender: str, address: str, mail: bytes) -> str:
    """The server's last answer: to the mail, or to what it refused before."""
    connection.ehlo_or_helo_if_needed()
    if not (sender + address).isascii():
        connection.command_encoding = "utf-8"
    options = [] if (sender + address).isascii() else ["SMTPUTF8"]
    code, text = connection.mail(sender, [*options, f"size={len(mail)}"])
    if code == 250:
        code, text = connection.rcpt(address)
    if code == 250:
        code, text = connection.data(mail)
    return f"{code} {text.decode('utf-8', 'replace')}"
