"""What the command `mayfly` takes."""

import argparse
from collections.abc import Callable
from typing import NoReturn

from mayfly_client import __version__
from mayfly_client.cli import completion
from mayfly_client.cli.printing import plain

USAGE = 2
_CODES = """exit codes:
  0    done
  1    the service refused or failed; `doctor`: something is wrong
  2    wrong use: an argument or a setting that cannot be
  3    what was waited for did not come in time
  4    the service cannot be reached
  5    a token or key is missing, or opens nothing (any more)
  130  interrupted (Ctrl-C)

settings: ~/.config/mayfly/config.toml (url, token, api_key, admin_key, trust, socket), before them
MAYFLY_URL, MAYFLY_TOKEN, MAYFLY_API_KEY, MAYFLY_ADMIN_KEY, MAYFLY_TRUST and MAYFLY_SOCKET, before
those the options. Inboxes of `mayfly new` are kept in ~/.local/state/mayfly/inboxes.json.
"""
PASSED_ON = {
    "serve": "Start the whole service on this machine, if it is installed",
    "bridge": "Serve IMAP and POP3 for mail clients; `mayfly bridge --help` has its options",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {plain(message)} (see {self.prog} --help)\n")


def make_parser() -> argparse.ArgumentParser:
    """All that the command takes."""
    parser = _Parser(
        prog="mayfly",
        description="Disposable email from the command line.",
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mayfly {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, about, add in _COMMANDS:
        sub = commands.add_parser(name, help=about, description=f"{about}.", allow_abbrev=False)
        _add_common(sub)
        add(sub.add_argument)
    shell = commands.add_parser("completion", help="Print what a shell needs to complete commands")
    shell.add_argument("shell", choices=completion.SHELLS)
    for name, about in PASSED_ON.items():
        commands.add_parser(name, help=about, description=f"{about}.")
    return parser


Add = Callable[..., argparse.Action]


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="where the service is")
    parser.add_argument("--trust", metavar="FILE", help="certificates (PEM) to check its own with")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")


def _add_new(add: Add) -> None:
    add("--public", action="store_true", help="an address that everybody who knows it can read")
    add("--domain", help="one of the service's domains; else its first")
    add("--ttl", type=int, default=3600, metavar="SECONDS", help="of the token (%(default)s)")


def _add_inbox(add: Add) -> None:
    add("--inbox", metavar="ADDRESS", help="which inbox; else the newest of `mayfly new`")


def _add_filters(add: Add) -> None:
    _add_inbox(add)
    add("--from", dest="from_", metavar="TEXT", help="only of this sender; ~ begins a glob")
    add("--to", metavar="TEXT", help="only to this recipient")
    add("--subject", metavar="TEXT", help="only with this subject")
    add("--text", metavar="TEXT", help="only with this text")
    add("--since", metavar="TIME", help="only those received from then on")
    add("--query", metavar="WORDS", help="search words, as in: from:shop -is:read")
    add("--spam", action="store_true", help="spam as well")
    add("--after", type=int, metavar="NUMBER", help="only those with a number above this")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not seconds >= 0:
        raise argparse.ArgumentTypeError("must be a number of seconds, 0 or more")
    return seconds


def _add_wait(add: Add) -> None:
    add("--code", action="store_true", help="print the code of the next message that has one")
    add("--link", action="store_true", help="print the link that it asks to open")
    add("--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="(%(default)s)")
    _add_filters(add)


def _add_message(add: Add) -> None:
    add("number", nargs="?", type=int, help="which message; else the newest")
    _add_inbox(add)


def _add_show(add: Add) -> None:
    _add_message(add)
    add("--html", action="store_true", help="its HTML in place of its text")


def _add_raw(add: Add) -> None:
    _add_message(add)
    _add_output(add)


def _add_output(add: Add) -> None:
    add("--output", "-o", metavar="FILE", help="else standard output")


def _add_send(add: Add) -> None:
    add("recipients", nargs="+", metavar="ADDRESS", help="to whom")
    add("--from", dest="sender", required=True, metavar="ADDRESS", help="from whom")
    add("--subject", required=True)
    add("--text", help="else standard input")
    add("--html")
    add("--attach", action="append", default=[], metavar="FILE", help="may be repeated")
    add("--key", metavar="KEY", help="sent once with this key, however often it is tried")


def _add_watch(add: Add) -> None:
    _add_inbox(add)
    add("--after", type=int, metavar="NUMBER", help="first those with a number above this")
    add("--count", type=int, default=0, metavar="N", help="end after so many messages")
    add("--socket", metavar="URL", help="the WebSocket, or off; else the page is asked for it")


def _add_export(add: Add) -> None:
    _add_inbox(add)
    add("--format", choices=("zip", "mbox"), default="zip")
    _add_output(add)


def _add_doctor(add: Add) -> None:
    add("--socket", metavar="URL", help="the WebSocket; else the page is asked for it")


def _add_nothing(add: Add) -> None:
    pass


_COMMANDS: tuple[tuple[str, str, Callable[[Add], None]], ...] = (
    ("new", "Make an inbox, print its address, and remember it", _add_new),
    ("wait", "Wait for a message, or print its code or link", _add_wait),
    ("list", "List the messages of an inbox", _add_filters),
    ("show", "Show a message", _add_show),
    ("raw", "Print a message as it came in", _add_raw),
    ("watch", "Print each message as it comes in", _add_watch),
    ("export", "Write all messages into one file", _add_export),
    ("sample", "Have a sample message with a code sent to an inbox", _add_inbox),
    ("delete", "Wipe an inbox", _add_inbox),
    ("inboxes", "List the inboxes that are remembered", _add_nothing),
    ("send", "Send a message from a domain of an account", _add_send),
    ("doctor", "Say what is wrong with a service, as a client sees it", _add_doctor),
)
