"""`make bootstrap`: prepares the account and region for the CDK, once."""

import argparse

from infra.deploying import commandline
from infra.deploying.account import Own


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def main(given: argparse.Namespace) -> int:
    """0 once the CDK has what it needs there."""
    own = Own.read()
    number, arn = own.who()
    print(f"Account {number} as {arn}, region {own.region}", flush=True)
    return commandline.bootstrap(own.region, number)
