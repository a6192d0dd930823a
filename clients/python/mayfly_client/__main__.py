"""`python -m mayfly_client`: the command `mayfly`."""

from mayfly_client.cli.main import run

run()
