"""What a deployment stands on: one attribute for each port.

Each is made when first asked for, and what makes it is imported only then. A port that is given a
function instead of a client has none made before it is used. In tests all of them are in memory.
"""

from mayfly.adapters.accounts import AccountAdapters
from mayfly.adapters.incoming import IncomingAdapters
from mayfly.adapters.outgoing import OutgoingAdapters


class Adapters(IncomingAdapters, AccountAdapters, OutgoingAdapters):
    """The ports of one deployment, on AWS."""
