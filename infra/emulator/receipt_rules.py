"""SES's receipt rules, which ministack lacks as resources, and cannot update.

Only `launcher.py` can import this.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from ministack.services import s3, ses
from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, Any]]  # physical id and attributes

_HANDLERS = provisioners._RESOURCE_HANDLERS
_TRIED = "AMAZON_SES_SETUP_NOTIFICATION"
"""What SES puts into the bucket when a rule is made. A bucket that has it cannot be deleted."""


def add() -> None:
    """Teach the emulator; once, before it serves."""
    _HANDLERS["AWS::SES::ReceiptRuleSet"] = {"create": _make_rule_set, "delete": _remove_rule_set}
    ses.handle_request = _updating(ses.handle_request)
    _HANDLERS["AWS::SES::ReceiptRule"] = {
        "create": _make_rule,
        "update": _change_rule,
        "delete": _remove_rule,
    }


def _updating(answer: Callable[..., Any]) -> Callable[..., Any]:
    """SES's query API, with the one action that is missing."""

    async def answered(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Any:
        params = {**query, **parse_qs(body.decode(errors="replace"), keep_blank_values=True)}
        if path.startswith("/v2/") or ses._p(params, "Action") != "UpdateReceiptRule":
            return await answer(method, path, headers, body, query)
        return _update_rule(params)

    return answered


def _update_rule(params: Mapping[str, Any]) -> Any:
    rule = ses._receipt_rule_from_params(params)
    name = ses._p(params, "RuleSetName")
    if name not in ses._receipt_rule_sets:
        return ses._receipt_missing_set(name)
    rules = ses._receipt_rule_sets[name]["Rules"]
    at = [each["Name"] for each in rules].index(rule["Name"])
    rules[at] = rule
    return ses._receipt_result("UpdateReceiptRule")


def _make_rule_set(logical_id: str, properties: Properties, stack: str) -> Made:
    name = properties.get("RuleSetName") or f"{stack}-{logical_id}"
    settled(ses._create_receipt_rule_set({"RuleSetName": name}))
    return name, {}


def _remove_rule_set(physical_id: str, properties: Properties) -> None:
    # Refused while it is active, as in AWS: the stack has to end that first.
    settled(ses._delete_receipt_rule_set({"RuleSetName": physical_id}))


def _make_rule(logical_id: str, properties: Properties, stack: str) -> Made:
    settled(ses._create_receipt_rule(_parameters(properties)))
    for action in properties["Rule"].get("Actions", []):
        if to := action.get("S3Action"):
            key = to.get("ObjectKeyPrefix", "") + _TRIED
            settled(s3._put_object(to["BucketName"], key, b"SES may write here", {}))
    return properties["Rule"]["Name"], {}


def _change_rule(physical_id: str, old: Properties, new: Properties, stack: str) -> Made:
    _remove_rule(physical_id, old)
    return _make_rule("", new, stack)


def _remove_rule(physical_id: str, properties: Properties) -> None:
    names = {"RuleSetName": properties["RuleSetName"], "RuleName": physical_id}
    settled(ses._delete_receipt_rule(names))


def _parameters(properties: Properties) -> dict[str, str]:
    """A rule as SES's query API has it: `Rule.Actions.member.1.S3Action.BucketName`."""
    rule = properties["Rule"]
    flat = {
        "RuleSetName": properties["RuleSetName"],
        "After": properties.get("After", ""),
        "Rule.Name": rule["Name"],
        "Rule.Enabled": str(rule.get("Enabled", False)),
        "Rule.ScanEnabled": str(rule.get("ScanEnabled", False)),
        "Rule.TlsPolicy": rule.get("TlsPolicy", "Optional"),
    }
    for number, recipient in enumerate(rule.get("Recipients", []), start=1):
        flat[f"Rule.Recipients.member.{number}"] = recipient
    for number, action in enumerate(rule.get("Actions", []), start=1):
        for kind, fields in action.items():
            for field, value in fields.items():
                flat[f"Rule.Actions.member.{number}.{kind}.{field}"] = value
    return {name: value for name, value in flat.items() if value != ""}


def settled(answer: Any) -> None:
    """ValueError, with what it says, for an answer that is a refusal."""
    status, _, body = answer
    if status >= 400:
        raise ValueError(body.decode() if isinstance(body, bytes) else str(body))
