"""Forwarding in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mayfly.forwarding.models import Destination, ForwardOrder
from mayfly.inboxes.ids import MessageId

if TYPE_CHECKING:
    from tests.memory import Rows


class FakeDestinations:
    """Destinations in a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Destination] = {}

    def of(self, account: str) -> Sequence[Destination]:
        found = [each for key, each in self.kept.items() if key[0] == account]
        return sorted(found, key=lambda each: each.address)

    def find(self, account: str, address: str) -> Destination | None:
        return self.kept.get((account, address))

    def put(self, account: str, destination: Destination) -> None:
        there = self.find(account, destination.address)
        if there is None or there.confirmed_at is None:
            self.kept[account, destination.address] = destination

    def confirm(self, account: str, destination: Destination) -> bool:
        there = self.find(account, destination.address)
        if there is None or there.proof != destination.proof:
            return False
        self.kept[account, destination.address] = destination
        return True

    def remove(self, account: str, address: str) -> bool:
        return self.kept.pop((account, address), None) is not None


class FakeForwardOrders:
    """Orders in a list."""

    def __init__(self) -> None:
        self.given: list[ForwardOrder] = []

    def give(self, order: ForwardOrder) -> None:
        self.given.append(order)


class FakeForwardNotes:
    """Notes on the messages themselves."""

    def __init__(self, rows: "Rows") -> None:
        self.rows = rows

    def note(self, message: MessageId, skips: Mapping[str, str]) -> None:
        there = self.rows.messages.get(message.inbox, {}).get(message.sequence)
        if there is not None and there.id == message:
            noted = replace(there, skips=tuple(skips.items()))
            self.rows.messages[message.inbox][message.sequence] = noted
