"""Root opens the ports and becomes somebody else (`RUN_AS`) before it touches anything else."""

import os
import pwd
from collections.abc import Callable

from mayfly.errors import InvalidInput


def give_up_root(user: str) -> None:
    """Be this user from now on, for good; nothing without a name, or if we are that user already.

    InvalidInput if that cannot be done.
    """
    if not user:
        return
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise InvalidInput(f"RUN_AS: there is no user {user!r} on this machine") from None
    if entry.pw_uid == 0:
        raise InvalidInput("RUN_AS must name a user that is not root")
    if os.geteuid() == entry.pw_uid:
        return
    if os.geteuid() != 0:
        raise InvalidInput(f"RUN_AS: only root can become {user!r}; start it as that user")
    _become(entry)
    if os.getresuid() != (entry.pw_uid,) * 3 or not _fails(lambda: os.setuid(0)):
        raise InvalidInput(f"RUN_AS: root's rights could not be given up for those of {user!r}")
    for file in (os.__file__, __file__):
        if not os.access(file, os.R_OK):
            raise InvalidInput(f"RUN_AS: {user!r} cannot read the program ({file})")


def _become(entry: pwd.struct_passwd) -> None:
    try:
        os.initgroups(entry.pw_name, entry.pw_gid)  # before the right to do so is gone
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    except OSError as error:
        raise InvalidInput(f"RUN_AS: cannot become {entry.pw_name!r} ({error})") from error
    os.environ |= {"HOME": entry.pw_dir, "USER": entry.pw_name, "LOGNAME": entry.pw_name}


def _fails(call: Callable[[], None]) -> bool:
    try:
        call()
    except OSError:
        return True
    return False
