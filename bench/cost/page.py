"""docs/cost.md, written from `bench.cost.prices`; the words are in `page.md` beside it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.cost import prices
from bench.cost.limits import SECONDS, limits_met
from bench.cost.taking import OTHER_CALL_MS, WAITING_MS
from mayfly import limits

WORDS = Path(__file__).with_suffix(".md")
READS = (0, 1, 10)
MONTHS = (1, 10, 1000)  # millions of messages
MILLION = 1e6
_LEAST_DAYS = limits.MAX_ADMIN_TOKEN_LIFETIME.days
# Measured with contents kept (`MailStorage.read_anew_bytes` 0), and by `mayfly.opening.content_of`.
_CONTENT_BYTES = {"20 KB": 3499, "75 KB": 13_806, "1 MB": 13_877}
_PARSING_MS = {"20 KB": 0.1, "75 KB": 0.3, "1 MB": 1.5}


def page() -> str:
    """The whole page; the same measurements always make the same."""
    standing = ", ".join(f"{name} {dollars(each)}" for name, each in prices.standing().items())
    return WORDS.read_text().format(
        as_of=prices.AS_OF,
        received=_table(
            ("message", *prices.SERVICES, "all"),
            (
                (f"{size}, {_times(reads)}", *_amounts(prices.received(size, reads)))
                for size in prices.SIZES
                for reads in READS
            ),
        ),
        raw_days=prices.RAW_DAYS,
        least_days=_LEAST_DAYS + prices.RAW_DAYS - 30,
        kept=_table(
            ("message", "a row kept", "read anew, each time more", "pays until"), _kept_or_anew()
        ),
        sent=_table(
            ("message", *prices.SERVICES, "all"),
            ((kind, *_amounts(prices.sent(kind))) for kind in prices.SENT_SIZES),
        ),
        essentials=f"{prices.SES_SENT_ESSENTIALS * 1000:.2f}",
        attached=f"{prices.SES_ATTACHED_GB:.2f}",
        sent_days=prices.SENT_DAYS,
        webhook=dollars(sum(prices.told().values()) * MILLION),
        to_send=dollars(prices.idle_month(True) - prices.idle_month()),
        **_of_the_page(),
        polling=f"${_an_hour_of_polling():.3f}",
        filtered=dollars(MILLION * read_anew("75 KB")),
        filter_reads=limits.FILTER_READS,
        socket=f"${_an_hour_of_socket():.5f}",
        **{name: _cents(each) for name, each in prices.kept_apart().items()},
        exported=f"{prices.EXPORTED:,}",
        idle=dollars(prices.idle_month()),
        standing=standing,
        months=_table(
            ("messages a month", "idle", "SES", "everything else", "all, a month"), _months()
        ),
        limits=_table(
            ("limit", *(f"{each:,} a second" for each in SECONDS), "met at", "what to do"),
            limits_met(),
        ),
        days=_table(("a day's budget", "20 KB, never read", "75 KB, read once"), _days()),
        ingress=_table(
            (
                "messages a month",
                "SES",
                "two servers (t4g.small, 20 GB, an address each) and S3's PUT",
            ),
            _ingress(),
        ),
        mails_per_inbox=round(1 / prices.INBOXES_PER_MAIL),
        minutes=prices.SOCKET_MINUTES,
        waits=", ".join(f"`{name}` {ms} ms" for name, ms in WAITING_MS.items()),
        other=OTHER_CALL_MS,
        together=limits.REQUESTS_NOTED_TOGETHER,
        held=limits.ADDRESS_COUNTED_TOGETHER,
        sample=prices.LOG_SAMPLE,
    )


def dollars(amount: float) -> str:
    """To the cent, or to the dollar where there are many."""
    return f"${amount:,.2f}" if amount < 1000 else f"${amount:,.0f}"


def read_anew(size: str) -> float:
    """What it costs to read a small message's raw mail and to parse it."""
    reading_ms = WAITING_MS["get_object"]
    parsing_ms = _PARSING_MS[size] * prices.VCPU_MB / 1024
    return prices.S3_READ + (reading_ms + parsing_ms) / 1000 * prices.LAMBDA_GB_SECOND


def kept_row(size: str) -> tuple[float, float]:
    """What it would cost to keep a row of a message's content, and what each read saves by it."""
    content_bytes = _CONTENT_BYTES[size]
    kept = -(-content_bytes // 1024) * prices.DYNAMODB_WRITE
    kept += content_bytes / 1e9 * prices.MESSAGE_DAYS / prices.DAYS_A_MONTH * 0.45
    kept += OTHER_CALL_MS / 1000 * prices.LAMBDA_GB_SECOND  # to write it
    waiting_ms = WAITING_MS["get_object"] - OTHER_CALL_MS
    anew = prices.S3_READ + waiting_ms / 1000 * prices.LAMBDA_GB_SECOND
    anew += _PARSING_MS[size] * prices.VCPU_MB / 1024 / 1000 * prices.LAMBDA_GB_SECOND
    return kept, anew - -(-content_bytes // 4096) * prices.DYNAMODB_READ


def _kept_or_anew() -> Iterator[Sequence[str]]:
    for size in prices.SIZES:
        kept, anew = kept_row(size)
        reads = f"{kept / anew:,.0f} reads" if anew > 0 else "always"
        yield size, dollars(kept * MILLION), dollars(anew * MILLION), reads


def _months() -> Iterator[Sequence[str]]:
    costs = prices.received("75 KB", 1)
    ses, all = costs["SES"], sum(costs.values())
    idle = prices.idle_month()
    for each in MONTHS:
        amounts = (idle, *(each * MILLION * part for part in (ses, all - ses)))
        yield (f"{each:,} million", *map(dollars, amounts), dollars(sum(amounts)))


def _cents(amount: float) -> str:
    return f"${amount:.2f}" if amount >= 0.1 else f"${amount:.4f}"


def _days() -> Iterator[Sequence[str]]:
    for budget in (1, 5, 50):
        never, once = prices.mails_for(budget, "20 KB"), prices.mails_for(budget, "75 KB", 1)
        yield f"${budget}", f"{never:,} messages", f"{once:,} messages"


def _of_the_page() -> dict[str, object]:
    page = prices.PAGE
    return {
        "requests": page.requests,
        "first_kb": round(page.first_bytes / 1000),
        "first": dollars(MILLION * opening(page.first_bytes)),
        "again": dollars(MILLION * opening(page.later_bytes)),
        "edge": dollars(MILLION * (prices.EDGE_REQUEST + prices.EDGE_FUNCTION)),
    }


def opening(octets: int) -> float:
    """Dollars for opening the page once."""
    return prices.PAGE.requests * prices.EDGE_REQUEST + octets / 1e9 * prices.EDGE_GB


def _an_hour_of_polling() -> float:
    wait, steps = limits.MAX_WAIT.total_seconds(), limits.WAIT_STEPS_SECONDS
    looks = len(steps) + (wait - sum(steps)) / steps[-1]
    asked = prices.WORK["list"]
    once = asked._replace(
        cpu_ms=0,
        waiting_ms=wait * 1000,
        writes=asked.writes + 2,  # for a place to wait at, while few do (decision 0042)
        reads=looks * asked.reads + 1,
        answer_bytes=0,
    )
    return sum(prices.running([(once, 3600 / wait)]).values())


def _an_hour_of_socket() -> float:  # with a ping every five minutes, and its answer
    messages = 24 * prices.SOCKET_MESSAGE + 12 * prices.LAMBDA_REQUEST
    return 60 * prices.SOCKET_MINUTE + messages


def _ingress() -> Iterator[Sequence[str]]:
    servers = 2 * (
        24 * prices.DAYS_A_MONTH * (prices.INSTANCE_HOUR + prices.ADDRESS_HOUR)
        + 20 * prices.DISK_GB_MONTH
    )
    for each in MONTHS[:2]:
        amounts = (each * MILLION * prices.SES_MAIL, servers + each * MILLION * prices.S3_WRITE)
        yield (f"{each:,} million", *map(dollars, amounts))


def _amounts(costs: prices.Costs) -> Iterator[str]:
    yield from (dollars(each * MILLION) for each in costs.values())
    yield dollars(sum(costs.values()) * MILLION)


def _times(reads: int) -> str:
    return {0: "never read", 1: "read once"}.get(reads, f"read {reads} times")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
    return "\n".join(lines)
