"""The command `mayfly`: what it does with its arguments, and its exit codes."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mayfly_client.cli import completion
from mayfly_client.cli.parser import PASSED_ON, USAGE, make_parser
from mayfly_client.cli.printing import plain
from mayfly_client.cli.settings import WrongUse
from mayfly_client.errors import ApiError, MayflyError, Unauthenticated, Unreachable, WaitTimeout

FAILED, NOTHING_CAME, NOT_REACHED, NOT_ALLOWED, INTERRUPTED = 1, 3, 4, 5, 130


def run() -> None:
    """What the installed command does."""
    _opened()
    sys.exit(main(sys.argv[1:]))


def _opened() -> None:
    """Give Python the streams that were closed where it began (`>&-`): they lead nowhere."""
    sys.stdin = sys.stdin or Path(os.devnull).open()  # noqa: SIM115
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    for each in (sys.stdout, sys.stderr):
        if isinstance(each, io.TextIOWrapper):  # a letter that it has not is spelt out
            each.reconfigure(errors="backslashreplace")


def main(arguments: Sequence[str]) -> int:
    """Do it; the exit code. What goes wrong is one line on standard error."""
    try:
        code = _done(arguments)
        sys.stdout.flush()
        return code
    except WaitTimeout as error:
        return _failed(error, NOTHING_CAME)
    except Unreachable as error:
        return _failed(error, NOT_REACHED)
    except Unauthenticated as error:
        return _failed(error, NOT_ALLOWED)
    except WrongUse as error:
        return _failed(error, USAGE)
    except (MayflyError, ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # whoever reads has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILED
        return _failed(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _failed(error: Exception, code: int) -> int:
    wait = error.retry_after if isinstance(error, ApiError) else None
    again = f"; try again in {wait:g} seconds" if wait else ""
    print(f"mayfly: {plain(str(error))}{again}", file=sys.stderr)
    return code


def _done(arguments: Sequence[str]) -> int:
    if arguments and arguments[0] in PASSED_ON:
        from mayfly_client.cli import serving

        passed_on: Callable[[Any], int] = getattr(serving, arguments[0])
        return passed_on(list(arguments[1:]))
    parser = make_parser()
    given = parser.parse_args(arguments)
    if given.command == "completion":
        print(completion.script(given.shell, parser), end="")
        return 0
    from mayfly_client.cli.context import Context

    return int(_command(given.command)(Context.of(given)) or 0)


def _command(name: str) -> Callable[[Any], int | None]:
    """The function of a command. What it needs is imported with it."""
    from mayfly_client.cli import commands, doctor, watching

    homes: dict[str, Any] = {"doctor": doctor, "watch": watching}
    found: Callable[[Any], int | None] = getattr(
        homes.get(name, commands), {"list": "list_"}.get(name, name)
    )
    return found
