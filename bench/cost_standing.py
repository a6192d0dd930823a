"""What is paid by the month or by the hour, however few the mails are."""

from bench import prices
from bench.cost_assumptions import ALARMS, CUSTOM_METRICS, IDLE_POLLS, QUEUES, SECRETS
from bench.cost_inputs import Measured
from mayfly.blueprint import functions, limits


def standing() -> dict[str, float]:
    """Dollars a month, whatever comes."""
    return {
        f"{ALARMS} alarms": ALARMS * prices.ALARM,
        f"{CUSTOM_METRICS} metrics of ours": CUSTOM_METRICS * prices.CUSTOM_METRIC,
        "hosted zone": prices.HOSTED_ZONE,
        "keys and secrets": SECRETS * prices.SECRET + prices.KMS_KEY,
        "polls of two empty queues": QUEUES * IDLE_POLLS * prices.SQS_REQUEST,
    }


_PLACE_READS, _PLACE_WRITES = 1, 2  # for a place to wait at, while few do (decision 0042)


def an_hour_of_polling(all: Measured) -> float:
    """Dollars for one client that waits for mail by long poll, for an hour."""
    wait = limits.MAX_WAIT.total_seconds()
    steps = limits.WAIT_STEPS_SECONDS
    looks = len(steps) + (wait - sum(steps)) / steps[-1]
    gb = functions.HTTP_API.memory_mb / 1024
    units = next(iter(all.mails.values())).list.read_units
    once = (
        prices.REST_REQUEST
        + prices.LAMBDA_REQUEST
        + wait * gb * prices.LAMBDA_GB_SECOND
        + looks * units * prices.DYNAMODB_READ
        + _PLACE_READS * prices.DYNAMODB_READ
        + (1 + _PLACE_WRITES) * prices.DYNAMODB_WRITE
    )
    return once * 3600 / wait


def an_hour_of_socket() -> float:
    """Dollars for the same by WebSocket, with a ping every five minutes."""
    return 60 * prices.SOCKET_MINUTE + 24 * prices.SOCKET_MESSAGE + 12 * prices.LAMBDA_REQUEST
