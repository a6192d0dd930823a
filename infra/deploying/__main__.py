"""`python -m infra.deploying configure|bootstrap|deploy|doctor|destroy …`."""

import argparse
import sys

from infra.cloud.context import InvalidContext
from infra.deploying import bootstrap, configure, deploy, destroy, doctor
from infra.deploying.account import CANNOT, Ended, reason

_COMMANDS = {
    "configure": configure,
    "bootstrap": bootstrap,
    "deploy": deploy,
    "doctor": doctor,
    "destroy": destroy,
}


def main(given: list[str]) -> int:
    """The exit status; no traceback for what a person can mend."""
    parser = argparse.ArgumentParser(prog="make", description="Mayfly on your own AWS account")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, module in _COMMANDS.items():
        summary = (module.__doc__ or "").splitlines()[0]
        module.arguments(commands.add_parser(name, help=summary, description=summary))
    chosen = parser.parse_args(given)
    try:
        return int(_COMMANDS[chosen.command].main(chosen))
    except Ended as ended:
        print(ended, file=sys.stderr)
        return ended.status
    except InvalidContext as error:
        print(error, file=sys.stderr)
        return 2
    except CANNOT as error:
        print(reason(error), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or ''} {error.strerror or error}".strip(), file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        print("\nEnded by you. What CloudFormation has begun goes on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
