"""Copies of what tests prepare once; locks in them are made anew."""

import copyreg
import pickle
import threading
from copy import deepcopy

__all__ = ["deepcopy", "pickle"]

copyreg.pickle(type(threading.Lock()), lambda _: (threading.Lock, ()))
copyreg.pickle(type(threading.RLock()), lambda _: (threading.RLock, ()))
