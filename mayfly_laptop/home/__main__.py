"""Starts the laptop that lies beside this file in a wheel."""

import sys

from infra.local.__main__ import main

sys.exit(main(sys.argv[1:]))
