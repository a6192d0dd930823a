"""AWS calls and DynamoDB units of what the flows do, also with inboxes of accounts and tokens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bench.cost.metering import MeteredAssembly, metered
from mayfly import limits
from mayfly.batches.export import ExportFilter
from mayfly.batches.service import BatchResult
from mayfly.inboxes.access import Bearer
from mayfly.inboxes.ids import MessageId
from mayfly.kit.http.route import CREATE
from mayfly.private_inboxes.service import InboxWithToken
from mayfly.rate_limits.models import Client

HOUR = timedelta(hours=1)
EMAIL, PASSWORD, NAME = "ann@people.example", "a phrase for the benchmark", "Ann Other"
LISTED = 20
GENERATED = 1000


def figures() -> Iterator[dict[str, object]]:
    """One line an operation."""
    with metered() as assembly:
        yield from _mail(assembly)
        yield from _of_holders(assembly)


def _mail(assembly: MeteredAssembly) -> Iterator[dict[str, object]]:
    line = assembly.line
    address = str(assembly.inboxes.service.make().inbox.address)
    notices = [assembly.accepted(f"mail-{n}", address) for n in range(25)]
    for notice in notices[:-1]:
        assembly.receiving.receiver.receive(notice)
    yield line("receive", lambda: assembly.receiving.receiver.receive(notices[-1]))
    nobody = assembly.accepted("junk", "nobody@mayfly.example")
    yield line("receive for nobody", lambda: assembly.receiving.receiver.receive(nobody))
    yield line("list 20", lambda: assembly.messages.reader.page(address, 20))
    newest = str(assembly.messages.reader.page(address, 1).messages[0].id)
    yield line("read one", lambda: assembly.messages.reader.one(newest))
    yield line("create", assembly.inboxes.service.make)
    made = assembly.inboxes.service.make()
    closing = str(made.inbox.address), made.access_token
    yield line("delete", lambda: assembly.inboxes.service.close(*closing))
    message = MessageId.parse(newest)
    yield line("announce", lambda: assembly.subscriptions.announcer.announce(message))
    yield line("erase 25", lambda: assembly.retention.eraser.erase(message.inbox))


def _of_holders(assembly: MeteredAssembly) -> Iterator[dict[str, object]]:
    """One line an operation. What a request costs for being counted is in none of the others."""
    limiter, client = assembly.rate_limits.limiter, Client.at("192.0.2.1")
    yield assembly.line("count a request", lambda: limiter.admit(client, CREATE))
    yield assembly.line("count an inbox", lambda: limiter.trials.making(client))
    yield assembly.line("count a login", lambda: limiter.trials.login(EMAIL))
    yield assembly.line("read the signing keys", assembly.private_inboxes.tokens.check_keys)
    yield from _private(assembly)
    yield from _generated(assembly)
    yield from _account(assembly)
    yield from _watched(assembly)


def _private(assembly: MeteredAssembly) -> Iterator[dict[str, object]]:
    line, reader, private_inboxes = (
        assembly.line,
        assembly.messages.reader,
        assembly.private_inboxes.service,
    )
    yield line("create private", lambda: private_inboxes.make(None, HOUR))
    opened = private_inboxes.make(None, HOUR)
    address = str(opened.inbox.address)
    for number in range(LISTED):
        assembly.receiving.receiver.receive(assembly.accepted(f"private-{number}", address))
    bearer = _bearer(assembly, opened)
    yield line(
        f"list {LISTED} private, whole",
        lambda: list(reader.opened(reader.page(bearer, LISTED).messages)),
    )
    yield line("rotate", lambda: private_inboxes.rotate(bearer, HOUR))


def _generated(assembly: MeteredAssembly) -> Iterator[dict[str, object]]:
    line, exporter, begun = assembly.line, assembly.batches.exporter, assembly.now()
    # Metering takes time, which is not to count as the generator's own.
    generator = replace(assembly.batches.service, now=lambda: begun)
    made: list[BatchResult] = []
    yield line(
        f"generate {GENERATED}",
        lambda: made.append(
            generator.generate(assembly.domains.register.names_of(None), GENERATED, HOUR)
        ),
    )
    one = made[0].inboxes[0]
    login = str(one.inbox.address), one.password, HOUR
    yield line("login to an inbox", lambda: assembly.private_inboxes.service.login(*login))
    page = limits.MAX_EXPORTED
    yield line(f"export a page of {page}", lambda: exporter.page(ExportFilter(), page))


def _account(assembly: MeteredAssembly) -> Iterator[dict[str, object]]:
    line, landlord, membership = (
        assembly.line,
        assembly.mailboxes.service,
        assembly.accounts.service,
    )
    yield line("register", lambda: assembly.accounts.registration.register(EMAIL, PASSWORD, NAME))
    yield line("login to an account", lambda: membership.login(EMAIL, PASSWORD))
    account, token = membership.login(EMAIL, PASSWORD)
    yield line(
        "check an account's token", lambda: assembly.accounts.authenticator.admit(token.text)
    )
    assembly.domains.register.active()  # a warm process knows them
    yield line("create a mailbox", lambda: landlord.make(account, None, None))
    account = assembly.adapters.accounts.get(account.id)
    session = _bearer(assembly, assembly.private_inboxes.service.make(None, HOUR))
    yield line(
        "migrate a session's mailbox",
        lambda: assembly.mailboxes.migration.adopt(account, session.grant),
    )


def _watched(assembly: MeteredAssembly) -> Iterator[dict[str, object]]:
    assembly.subscriptions.service.connect("c1")
    account, token = assembly.accounts.service.login(EMAIL, PASSWORD)
    (mailbox, *_) = assembly.mailboxes.service.mailboxes(account)
    assembly.receiving.receiver.receive(assembly.accepted("watched", str(mailbox.address)))
    (message,) = assembly.adapters.messages.after(mailbox.id, 0, 1, assembly.now())

    def announce() -> None:
        assembly.subscriptions.account_announcer.announce(message.id, str(account.id))
        assembly.subscriptions.lanes.finish(HOUR)

    yield assembly.line("announce to an account, unwatched", announce)
    yield assembly.line(
        "watch an account", lambda: assembly.subscriptions.accounts.subscribe("c1", token.text)
    )
    yield assembly.line("announce to an account, watched", announce)


def _bearer(assembly: MeteredAssembly, opened: InboxWithToken) -> Bearer:
    return Bearer(str(opened.inbox.id), assembly.private_inboxes.tokens.read(opened.token.text))
