"""Route 53: hosted zones and their record sets, for one run."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.engine.errors import Client, Unsupported, answered, check_known, refused

_Set = dict[str, Any]
_Place = tuple[list[str], str]


class Route53(Client):
    """The calls of boto3's client that are used here."""

    service = "route53"

    def __init__(self) -> None:
        """No zones yet."""
        self._zones: dict[str, str] = {}
        self._sets: dict[str, list[_Set]] = {}

    def create_hosted_zone(self, *, Name: str, CallerReference: str, **more: Any) -> Any:
        """An empty zone."""
        check_known("create_hosted_zone", more)
        id = f"Z{len(self._zones) + 1:020}"
        self._zones[id] = f"{Name.rstrip('.').lower()}."
        self._sets[id] = []
        return answered(HostedZone=self._zone(id) | {"CallerReference": CallerReference})

    def get_hosted_zone(self, *, Id: str, **more: Any) -> Any:
        """What zone it is."""
        check_known("get_hosted_zone", more)
        return answered(HostedZone=self._zone(self._found(Id, "GetHostedZone")))

    def list_resource_record_sets(
        self,
        *,
        HostedZoneId: str,
        StartRecordName: str = "",
        StartRecordType: str = "",
        MaxItems: str = "300",
        **more: Any,
    ) -> Any:
        """From the named one on, in Route 53's order: by the labels from the right."""
        check_known("list_resource_record_sets", more)
        zone = self._found(HostedZoneId, "ListResourceRecordSets")
        start = _place(StartRecordName, StartRecordType) if StartRecordName else ([], "")
        found = sorted(
            (each for each in self._sets[zone] if _place_of(each) >= start), key=_place_of
        )
        page = found[: int(MaxItems)]
        return answered(
            ResourceRecordSets=copy.deepcopy(page),
            IsTruncated=len(found) > len(page),
            MaxItems=MaxItems,
        )

    def change_resource_record_sets(
        self, *, HostedZoneId: str, ChangeBatch: Mapping[str, Any], **more: Any
    ) -> Any:
        """All changes, or none."""
        check_known("change_resource_record_sets", more)
        zone = self._found(HostedZoneId, "ChangeResourceRecordSets")
        sets = [*self._sets[zone]]
        for change in ChangeBatch["Changes"]:
            _carry_out(change["Action"], _written(change["ResourceRecordSet"]), sets)
        self._sets[zone] = sets
        return answered(ChangeInfo={"Id": "/change/C1", "Status": "INSYNC"})

    def _zone(self, id: str) -> dict[str, str]:
        return {"Id": f"/hostedzone/{id}", "Name": self._zones[id]}

    def _found(self, name: str, operation: str) -> str:
        id = name.rpartition("/")[2]
        if id not in self._zones:
            why = f"No hosted zone found with ID: {id}"
            raise refused("NoSuchHostedZone", why, operation, 404)
        return id


def _carry_out(action: str, wanted: _Set, sets: list[_Set]) -> None:
    there = [each for each in sets if _place_of(each) == _place_of(wanted)]
    if action == "CREATE" and there:
        raise _refused(f"Tried to create {wanted['Name']}, but it already exists")
    if action == "DELETE" and wanted not in there:
        raise _refused(f"Tried to delete {wanted['Name']}, but it was not found")
    if action not in ("CREATE", "UPSERT", "DELETE"):
        raise Unsupported(f"change_resource_record_sets: {action}")
    for each in there:
        sets.remove(each)
    if action != "DELETE":
        sets.append(wanted)


def _refused(why: str) -> Any:
    return refused("InvalidChangeBatch", f"[{why}]", "ChangeResourceRecordSets")


def _written(record_set: Mapping[str, Any]) -> _Set:
    """As Route 53 writes it: with a dot at the end, and the asterisk as an octal number."""
    name = record_set["Name"].rstrip(".").lower().replace("*", "\\052")
    return {**copy.deepcopy(dict(record_set)), "Name": f"{name}."}


def _place_of(record_set: _Set) -> _Place:
    return _place(record_set["Name"], record_set["Type"])


def _place(name: str, kind: str) -> _Place:
    labels: Sequence[str] = name.rstrip(".").lower().replace("*", "\\052").split(".")
    return [*reversed(labels)], kind
