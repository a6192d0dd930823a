"""What holds whatever went wrong, recounted from storage."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from mayfly.accounts.rows import account_from
from mayfly.inboxes.ids import mail_key
from mayfly.inboxes.models import Access, Held
from mayfly.inboxes.rows import inbox_from
from mayfly.kit.dynamodb import keys as table
from mayfly.kit.dynamodb.notation import Row
from mayfly.messages.rows import message_id_from
from mayfly.sending.models import SENT
from mayfly.stats.models import DROPPED
from mayfly.stats.rows import LAST, SERIAL, rollup_from
from tests.faults.world import World

NO_STATES = {table.PARTITION_KEY, table.SORT_KEY, LAST, SERIAL}
NOT_OUTCOMES = {"chunks", "accepted", "failed", *NO_STATES}


def check(world: World) -> None:
    """Guarantees 1, 4 and 5, and that what is counted is what is there."""
    rows = world.rows()
    messages = _of(rows, table.INBOX_PARTITION, table.MESSAGE_ROW)
    deliveries = _of(rows, table.MAIL_PARTITION, table.DELIVERY_ROW)
    counters = _of(rows, table.COUNTERS_PARTITION, table.COUNTERS_ROW)
    _counters_equal_a_recount(counters, deliveries)
    _rollups_equal_what_was_counted(rows, deliveries)
    _each_mail_that_goes_out_is_counted_in_its_state([*rows, *world.notes.get("removed", ())])
    _each_message_has_its_mail(world, messages, rows)
    _each_stored_delivery_is_one_message(messages, deliveries)
    _each_event_is_told_or_waits_or_was_given_up(rows)
    for inbox in _of(rows, table.INBOX_PARTITION, table.INBOX_ROW):
        _inbox_counts_what_it_holds(inbox, messages)
    _connections_count_what_they_watch(rows, world.sockets.gone)
    _mailboxes_are_on_their_account_s_list(world, rows)
    _batches_name_what_was_generated(rows)


def nothing_is_left_of(world: World, *names: str) -> None:
    """No message, subscription, content or object of these mails (guarantee 7)."""
    rows = world.rows()
    assert _of(rows, table.INBOX_PARTITION, table.WATCH_ROW) == []
    keys = {mail_key(f"raw/{name}") for name in names}
    messages = _of(rows, table.INBOX_PARTITION, table.MESSAGE_ROW)
    assert not [row for row in messages if row["mail"] in keys]
    contents = _of(rows, table.MAIL_PARTITION, table.CONTENT_ROW)
    assert not [row for row in contents if row["pk"].partition("#")[2] in keys]
    assert not [each for each in world.objects() if each.rpartition("/")[2] in names]


def _of(rows: Iterable[Row], partition: str, sort: str) -> list[Row]:
    return [
        row
        for row in rows
        if row[table.PARTITION_KEY].startswith(partition) and row[table.SORT_KEY].startswith(sort)
    ]


def _counters_equal_a_recount(counters: list[Row], deliveries: list[Row]) -> None:
    """accepted = stored + dropped, and each of them the number of rows that say so."""
    counted: Counter[str] = Counter()
    for row in counters:
        counted.update({name: n for name, n in row.items() if name not in NOT_OUTCOMES})
    there = Counter(row.get("dropped", "stored") for row in deliveries)
    assert counted == there
    assert sum(row.get("accepted", 0) for row in counters) == len(deliveries)


def _rollups_equal_what_was_counted(rows: list[Row], deliveries: list[Row]) -> None:
    """By day and domain, and for each account: as many as there are rows that say so, difference 0.

    What the stream handed over twice counts once, and what goes out as often as it was handed over.
    """
    everybodys, accounts = Counter[str](), Counter[tuple[str, str]]()
    for row in _of(rows, table.ROLLUP_PARTITION, ""):
        holder = row[table.PARTITION_KEY].removeprefix(table.ROLLUP_PARTITION)
        for cell, number in rollup_from(row).cells.items():
            if holder.startswith("all#"):
                everybodys[cell.outcome] += number
            else:
                accounts[holder, cell.outcome] += number
    there = Counter(f"{DROPPED}{r['dropped']}" if "dropped" in r else "stored" for r in deliveries)
    assert Counter({name: n for name, n in everybodys.items() if name in there}) == there
    of_deliveries = ("stored", DROPPED)
    assert {name for name in everybodys if name.startswith(of_deliveries)} == set(there)
    counted = _of(rows, table.COUNTERS_PARTITION, table.OUTGOING_COUNTERS_ROW)
    handed_over = sum(row.get(state.value, 0) for row in counted for state in SENT)
    assert everybodys["sent"] >= handed_over
    for (_, outcome), number in accounts.items():
        assert number <= everybodys[outcome]


def _each_mail_that_goes_out_is_counted_in_its_state(rows: list[Row]) -> None:
    """accepted = the sum of all states, for all accounts together and for each of them.

    Mails that their accounts removed count as what they were.
    """
    mails = _of(rows, table.OUTGOING_PARTITION, table.OUTGOING_ROW)
    total: Counter[str] = Counter()
    for row in _of(rows, table.COUNTERS_PARTITION, table.OUTGOING_COUNTERS_ROW):
        total.update({name: n for name, n in row.items() if name not in NO_STATES})
    there = Counter(row["state"] for row in mails)
    there.update({"accepted": len(mails)})
    there.update(f"failed:{row['reason']}" for row in mails if row["state"] == "failed")
    assert +total == there
    for row in _of(rows, table.OUTGOING_PARTITION, table.OUTGOING_COUNTS_ROW):
        own = [each for each in mails if each[table.PARTITION_KEY] == row[table.PARTITION_KEY]]
        assert row["accepted"] == len(own)


def _each_event_is_told_or_waits_or_was_given_up(rows: list[Row]) -> None:
    """accepted = delivered + given up + waiting, as recounted; what waits lies where it is due."""
    deliveries = _of(rows, table.WEBHOOK_PARTITION, table.WEBHOOK_DELIVERY_ROW)
    waiting = _of(rows, table.WEBHOOK_PARTITION, table.WEBHOOK_WAITING_ROW)
    total: Counter[str] = Counter()
    for row in _of(rows, table.COUNTERS_PARTITION, table.WEBHOOK_COUNTERS_ROW):
        total.update({name: n for name, n in row.items() if name not in NO_STATES})
    there = Counter(f"given_up:{e['reason']}" if e["reason"] else e["state"] for e in deliveries)
    there.update({"accepted": len(deliveries)})
    assert +total == +there
    assert {(e["pk"], e["sk"].rpartition("#")[2]) for e in waiting} == {
        (e["pk"], e["sk"].partition("#")[2]) for e in deliveries if e["state"] == "waiting"
    }


def _each_message_has_its_mail(world: World, messages: list[Row], rows: list[Row]) -> None:
    """A message that can be listed can be read, and its raw mail is there."""
    contents = {row["pk"].partition("#")[2] for row in _of(rows, table.MAIL_PARTITION, "content")}
    raw = {mail_key(each) for each in world.objects() if each.startswith("raw/")}
    for row in messages:
        assert "raw" in row or row["mail"] in contents
        assert row["mail"] in raw


def _each_stored_delivery_is_one_message(messages: list[Row], deliveries: list[Row]) -> None:
    """One message per mail and inbox: no delivery without its message, no message twice."""
    stored = {
        (row["pk"].partition("#")[2], row["generation"], row["sequence"])
        for row in deliveries
        if "dropped" not in row and not row.get("gone")
    }
    ids = [message_id_from(row) for row in messages]
    assert stored == {(each.mail, each.inbox.generation, each.sequence) for each in ids}
    assert len({(each.mail, each.inbox) for each in ids}) == len(ids)


def _inbox_counts_what_it_holds(row: Row, messages: list[Row]) -> None:
    """Its number is that of the newest message it ever had, and its sums are right."""
    inbox = inbox_from(row)
    held: defaultdict[str, int] = defaultdict(int)
    senders: defaultdict[str, Held] = defaultdict(Held)
    for each in messages:
        if message_id_from(each).inbox == inbox.id:
            held["messages"] += 1
            held["bytes"] += each["size"]
            if place := each.get("place", ""):
                senders[place] = senders[place].and_one(each["size"])
            assert message_id_from(each).sequence <= inbox.sequence
    if inbox.deleted_at is None:
        assert (inbox.held_messages, inbox.held_bytes) == (held["messages"], held["bytes"])
        assert {place: each for place, each in inbox.senders.items() if each.messages} == senders


def _connections_count_what_they_watch(rows: list[Row], gone: set[str]) -> None:
    """Each subscription is on its connection's list, whose length is limited, and none else is.

    Of a client that left, what is still listed counts for nobody, and goes with the connection.
    """
    watches = {
        (row["sk"].rpartition("#")[2], row["pk"].partition("#")[2] + row["sk"].split("#")[1])
        for partition in (table.INBOX_PARTITION, table.ACCOUNT_PARTITION)
        for row in _of(rows, partition, table.WATCH_ROW)
    }
    listed = {
        (row["sk"], watched.removeprefix(table.ACCOUNT_PARTITION).replace("-", ""))
        for row in _of(rows, table.CONNECTIONS_PARTITION, "")
        for watched in row.get("watches", ())
    }
    assert watches <= listed
    assert {each for each in listed - watches if each[0] not in gone} == set()


def _mailboxes_are_on_their_account_s_list(world: World, rows: list[Row]) -> None:
    """Nobody has more active ones than they may, nor one that they do not see."""
    accounts = [account_from(row) for row in _of(rows, table.ACCOUNT_PARTITION, table.ACCOUNT_ROW)]
    lists = {str(account.id): account.mailboxes for account in accounts}
    inboxes = [inbox_from(row) for row in _of(rows, table.INBOX_PARTITION, table.INBOX_ROW)]
    owned = [inbox for inbox in inboxes if inbox.owner and inbox.deleted_at is None]
    for mailbox in owned:
        assert mailbox.id in lists[mailbox.owner]
    active = Counter(mailbox.owner for mailbox in owned if mailbox.is_active(world.clock()))
    assert max(active.values(), default=0) <= world.settings.max_mailboxes_per_user


def _batches_name_what_was_generated(rows: list[Row]) -> None:
    """What has a password is in a batch that is in the export, and what is there exists."""
    batches = {row["sk"].partition("#")[2] for row in _of(rows, table.BATCHES_PARTITION, "")}
    members = {
        member.split(" ")[0]
        for row in _of(rows, table.BATCH_PARTITION, table.MEMBERS_ROW)
        if row["pk"].partition("#")[2] in batches
        for member in row["members"]
    }
    inboxes = [inbox_from(row) for row in _of(rows, table.INBOX_PARTITION, table.INBOX_ROW)]
    generated = {
        str(each.id) for each in inboxes if each.token_hash and each.access is Access.TOKEN
    }
    assert members == generated
