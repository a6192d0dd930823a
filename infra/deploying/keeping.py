"""Whether the bucket would drop mail that is there before its messages have ended."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.deploying.before import Before
from infra.deploying.finding import Finding, note, wrong

_BUCKET, _RULES = "AWS::S3::Bucket", "LifecycleConfiguration"


def objects(before: Before) -> Iterator[Finding]:
    """A shorter rule counts at once for what is there; its messages keep the end they came with."""
    if before.stack is None:
        return
    there, wanted = _days(before.stack.declared), _days(before.assembly.declared)
    for rule, days in wanted.items():
        if days >= there.get(rule, days):
            continue
        text = f"{rule[1]}: {there[rule]} days become {days}, at once for what is there"
        if before.may_shorten:
            yield note("bucket", text, "mail that lives longer is listed, and cannot be opened")
        else:
            yield wrong(
                "bucket",
                text,
                "mail that was promised for longer stays listed and could not be opened: keep the "
                "lifetime in mayfly.toml, or accept that: make deploy ARGS=--shorten-lifetimes",
            )


def _days(declared: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """After how many days objects go, by bucket and rule."""
    return {
        (name, rule["Id"]): int(rule["ExpirationInDays"])
        for name, each in declared.items()
        if each["Type"] == _BUCKET
        for rule in each.get("Properties", {}).get(_RULES, {}).get("Rules", [])
        if "ExpirationInDays" in rule and rule.get("Status") == "Enabled"
    }
