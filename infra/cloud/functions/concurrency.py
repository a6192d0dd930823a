"""How the functions that an account may run at once are shared between kinds of work.

An account has a quota of concurrent executions for all its functions: 10 if it is new, 1,000
otherwise. Queues wait; clients do not. So what queues wake gets a part, and no more.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from dataclasses import dataclass

OF_A_NEW_ACCOUNT = 10
_LEFT_TO_OTHERS = 100
"""What AWS wants to stay unreserved; an account with less cannot reserve anything."""
_FEWEST = 2
"""SQS's smallest maximum concurrency."""
_MOST_NOTICES = 50
"""Far more than SES's mail needs: three at once handle some thirty mails a second."""
_MOST_SENDING = 5
"""SES's rate is what limits them, and the functions wait for it."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many invocations at once take notices, orders to send, and SES's later words.

    `reserved` is what receiving has for itself, 0 where the account has too little to reserve.
    """

    notices: int
    orders: int
    events: int
    reserved: int


def shares_of(quota: int) -> Shares:
    """Three in ten for mail that comes in, one in ten each for mail that goes out and its events.

    What is left, half of a small quota and nearly all of a large one, is for who asks the API.
    """
    notices = _between(quota * 3 // 10, _MOST_NOTICES)
    sending = _between(quota // 10, _MOST_SENDING)
    can_reserve = quota - notices >= _LEFT_TO_OTHERS
    return Shares(notices, sending, sending, notices if can_reserve else 0)


def _between(wanted: int, most: int) -> int:
    return max(_FEWEST, min(wanted, most))
