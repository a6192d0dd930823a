"""The HostedZones port on Route 53.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mayfly.errors import InvalidInput, ZonesUnavailable
from mayfly.kit.dns.records import Place, Record

_REFUSED = {"InvalidChangeBatch", "InvalidInput"}


class Route53HostedZones:
    """See `mayfly.kit.dns.ports.HostedZones`. `zones` are the ids of those that may be written."""

    def __init__(self, make_client: Callable[[], Any], zones: Sequence[str]) -> None:
        """Make no client yet: most deployments have no such zone."""
        self._make_client = make_client
        self._zones = zones

    def covering(self, name: str) -> str:
        """One call for each zone, once."""
        if not self._zones:
            return ""
        try:
            names = self._names
        except (BotoCoreError, ClientError) as error:
            raise ZonesUnavailable("Route 53 did not show a hosted zone") from error
        around = [zone for zone in names if name == zone or name.endswith(f".{zone}")]
        return names[max(around, key=len)] if around else ""

    def check(self, zone: str, records: Sequence[Record], ours: Sequence[Place]) -> None:
        """One call for each set that is new."""
        self._check_zone(zone)
        try:
            self._changes(zone, _sets(records), ours)
        except (BotoCoreError, ClientError) as error:
            raise ZonesUnavailable("Route 53 did not show records") from error

    def write(
        self,
        zone: str,
        records: Sequence[Record],
        gone: Sequence[Place],
        ours: Sequence[Place] = (),
    ) -> None:
        """One change batch, and one call for each set that is new or goes.

        What nobody had there when it was looked for is created: if somebody has made it meanwhile,
        Route 53 refuses the batch. It may have been us, if an answer got lost and boto3 asked
        again: so what is refused is looked at once more.
        """
        self._check_zone(zone)
        try:
            try:
                self._write(zone, _sets(records), gone, ours)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _REFUSED:
                    raise
                self._write(zone, _sets(records), gone, ours)
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSED:
                raise InvalidInput("the hosted zone cannot have these records") from error
            raise ZonesUnavailable("Route 53 did not take records") from error
        except BotoCoreError as error:
            raise ZonesUnavailable("Route 53 could not be reached") from error

    def _write(
        self,
        zone: str,
        sets: Mapping[Place, Sequence[Record]],
        gone: Sequence[Place],
        ours: Sequence[Place],
    ) -> None:
        changes = self._changes(zone, sets, ours)
        for place in gone:
            if place not in sets:
                changes += [_change("DELETE", each) for each in self._there(zone, place)]
        if changes:
            batch = {"Changes": changes}
            self._client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    def _check_zone(self, zone: str) -> None:
        if zone not in self._zones:
            raise ZonesUnavailable("this hosted zone is not the deployment's any more")

    def _changes(
        self, zone: str, sets: Mapping[Place, Sequence[Record]], ours: Sequence[Place]
    ) -> list[dict[str, Any]]:
        changes = []
        for place, records in sets.items():
            expected, there = _record_set(records), []
            if place not in ours:
                there = self._there(zone, place)
                if any(_loses(each, expected) for each in there):
                    name, kind = place
                    raise InvalidInput(
                        f"the hosted zone has {kind} records of {name} that are not yours"
                    )
            is_new = place not in ours and not there
            changes.append(_change("CREATE" if is_new else "UPSERT", expected))
        return changes

    def _there(self, zone: str, place: Place) -> list[dict[str, Any]]:
        """The set as it is now: to delete one is to say what is in it."""
        name, kind = place
        answer = self._client.list_resource_record_sets(
            HostedZoneId=zone, StartRecordName=name, StartRecordType=kind, MaxItems="1"
        )
        found: list[dict[str, Any]] = answer["ResourceRecordSets"]
        return [each for each in found if (_plain(each["Name"]), each["Type"]) == place]

    @cached_property
    def _names(self) -> dict[str, str]:
        zones = {zone: self._client.get_hosted_zone(Id=zone) for zone in self._zones}
        return {_plain(found["HostedZone"]["Name"]): zone for zone, found in zones.items()}

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


def _plain(name: str) -> str:
    # Route 53 writes the asterisk of a wildcard as an octal number.
    return name.rstrip(".").lower().replace("\\052", "*")


def _sets(records: Sequence[Record]) -> dict[Place, list[Record]]:
    sets: dict[Place, list[Record]] = {}
    for each in records:
        sets.setdefault(each.place, []).append(each)
    return sets


def _loses(there: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Whether the set says more than the new one; an alias or one of several does always."""
    kept = {each["Value"] for each in expected["ResourceRecords"]}
    values = {each["Value"] for each in there.get("ResourceRecords", ())}
    return not values or "SetIdentifier" in there or not values <= kept


def _record_set(records: Sequence[Record]) -> dict[str, Any]:
    first = records[0]
    return {
        "Name": f"{first.name}.",
        "Type": first.type.value,
        "TTL": first.ttl,
        "ResourceRecords": [{"Value": each.rdata} for each in records],
    }


def _change(action: str, record_set: dict[str, Any]) -> dict[str, Any]:
    return {"Action": action, "ResourceRecordSet": record_set}
