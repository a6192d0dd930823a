"""An order to send a mail, as the queue and the scheduler hold it."""

import json
from datetime import datetime

from mayfly.errors import ForeignNotice
from mayfly.sending.ports import Order


def write(order: Order) -> str:
    """The order as JSON. It names the mail and has nothing of it."""
    return json.dumps(
        {
            "account": order.account,
            "mail": order.mail,
            "round": order.round,
            "given_at": order.given_at.isoformat(),
        }
    )


def read(body: str) -> Order:
    """What `write` wrote; ForeignNotice for anything else."""
    try:
        told = json.loads(body)
        given_at = datetime.fromisoformat(told["given_at"])
        names = all(isinstance(told[name], str) for name in ("account", "mail"))
        if given_at.tzinfo is None or not names or type(told["round"]) is not int:
            raise ValueError("not an order")
        return Order(told["account"], told["mail"], told["round"], given_at)
    except (ValueError, TypeError, KeyError) as error:
        raise ForeignNotice("not an order of ours") from error
