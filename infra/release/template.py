"""The CDK's template, made fit for CloudFormation alone: no bootstrap, one domain as a parameter.

A synthesis names the domain of a deployment in many places, and a release does not know it: it is
synthesised for a stand-in, and each place that has it refers to a parameter.
"""

import re
from collections.abc import Iterator
from typing import Any

from infra.deploying.assembly import references
from mayfly.kit.settings import HOST_NAME

STAND_IN = "mail-domain.invalid"
"""The domain of the synthesis; no other text of a template has it."""
STAND_IN_MAIL = "alarm-mail@stand-in.invalid"
"""Who gets its alarms."""
MOST_BYTES = 1_000_000
"""CloudFormation takes 1 MB from a bucket."""
DOMAIN, ALARM_MAIL = "MailDomain", "AlarmMail"
BUCKET, PREFIX = "AssetsBucket", "AssetsPrefix"
_HAS_MAIL = "HasAlarmMail"
_BOOTSTRAP = ("Parameters", "BootstrapVersion"), ("Rules", "CheckBootstrapVersion")
_RECORD = re.compile(r"Domain[a-z0-9]+(Mx|Dkim\d)[0-9A-F]{8}")
_KEY = re.compile(r"([0-9a-f]{64})\.zip")

Template = dict[str, Any]


class Unfit(Exception):
    """The template has something that a release cannot have; the message says where."""


def released(template: Template, version: str) -> Template:
    """The template of a release. Its assets are in the bucket and below the prefix that are given.

    Unfit if something of the bootstrap or of the stand-in is left.
    """
    made: Template = _replaced(template)
    for part, name in _BOOTSTRAP:
        made[part].pop(name)
    made = {name: value for name, value in made.items() if value}
    made["Parameters"] = made.get("Parameters", {}) | _parameters(version)
    made["Conditions"] = made.get("Conditions", {}) | {
        _HAS_MAIL: {"Fn::Not": [{"Fn::Equals": [{"Ref": ALARM_MAIL}, ""]}]}
    }
    for resource in made["Resources"].values():
        resource.pop("Metadata", None)  # where the CDK had its files
        if ALARM_MAIL in references(resource):
            resource["Condition"] = _HAS_MAIL
    made["Outputs"] = {_short(name): value for name, value in made.get("Outputs", {}).items()}
    left = [
        path for path, text in texts(made) if re.search(r"stand-in|-domain\.invalid|cdk-", text)
    ]
    if left:
        raise Unfit(f"of the CDK or the stand-in is left: {', '.join(left[:5])}")
    return made


def _short(output: str) -> str:
    """The name of a record to publish, without that of the stand-in."""
    found = _RECORD.fullmatch(output)
    return f"{found[1]}Record" if found else output


def assets(template: Template) -> set[str]:
    """The files that a released template takes from its bucket, without the prefix."""
    sources = (
        resource.get("Properties", {}).get(part)
        for resource in template["Resources"].values()
        for part in ("Code", "Content")
    )
    keys = [each["S3Key"] for each in sources if isinstance(each, dict) and "S3Key" in each]
    return {each["Fn::Sub"].removeprefix(f"${{{PREFIX}}}") for each in keys}


def texts(part: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a part of a template, with where it is."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from texts(value, f"{path}/{name}")
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from texts(value, f"{path}/{number}")
    elif isinstance(part, str):
        yield path, part


def _parameters(version: str) -> Template:
    return {
        DOMAIN: {
            "Type": "String",
            "AllowedPattern": f"(?=.{{1,253}}$){HOST_NAME}",
            "Description": "The domain that gets mail, in lower case, as in mail.example.org",
        },
        ALARM_MAIL: {
            "Type": "String",
            "Default": "",
            "Description": "Who gets the alarms; empty: nobody",
        },
        BUCKET: {
            "Type": "String",
            "Description": "The bucket of this region that has the files of assets/",
        },
        PREFIX: {
            "Type": "String",
            "Default": f"mayfly-{version}/",
            "Description": "What their keys begin with",
        },
    }


def _replaced(part: Any) -> Any:
    """The same, with references for stand-ins and for the place of assets."""
    if isinstance(part, list):
        return [_replaced(each) for each in part]
    if isinstance(part, str):
        return _text(part)
    if not isinstance(part, dict):
        return part
    key = part.get("S3Key")
    if isinstance(key, str) and "S3Bucket" in part and _KEY.fullmatch(key):
        return {"S3Bucket": {"Ref": BUCKET}, "S3Key": {"Fn::Sub": f"${{{PREFIX}}}{key}"}}
    return {
        # Within Fn::Sub, a name in braces is what a reference is elsewhere.
        name: _substituted(value) if name == "Fn::Sub" else _replaced(value)
        for name, value in part.items()
    }


def _text(text: str) -> Any:
    for stand_in, parameter in ((STAND_IN, DOMAIN), (STAND_IN_MAIL, ALARM_MAIL)):
        if text == stand_in:
            return {"Ref": parameter}
        if stand_in in text:
            return {"Fn::Sub": text.replace("${", "${!").replace(stand_in, f"${{{parameter}}}")}
    return text


def _substituted(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(STAND_IN, f"${{{DOMAIN}}}")
    text, own = value
    return [text.replace(STAND_IN, f"${{{DOMAIN}}}"), _replaced(own)]
