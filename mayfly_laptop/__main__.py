"""`python -m mayfly_laptop`, which is `mayfly-laptop`."""

import sys

from mayfly_laptop import main

sys.exit(main())
