"""What ministack lacks of what the template asks for. Only `launcher.py` can import this.

Two resource types (of which budgets do nothing), the import of two others, the DKIM records of an
identity, a secret's `Ref` (its ARN), `TimeToLiveSpecification` of a table, stream records of what
TTL removes, that no identity is made in the place of another, or left with the tags of one that is
gone, what CloudFront does in front of our APIs, and Lambda's event filters that ask that a field is
absent (ministack lets nothing through whose filter asks for a field of what is absent) or for one
of several (`$or`), and of a REST API's definition the methods `ANY`, the gateway's own answers, and
stage variables in the names of functions. And two liberties: objects say how old they are, as code
for old messages cannot be tried with new ones; and hosted zones are `Z1`, `Z2`, …, so that a
deployment can name one before it is made.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
"""

import hashlib
import itertools
import json
import os
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack.services import (
    apigateway,
    apigateway_v1,
    cloudfront,
    dynamodb,
    lambda_svc,
    route53,
    s3,
    secretsmanager,
    ses_v2,
)
from ministack.services.cloudformation import provisioners

from infra.emulator import authorization, mail_events, receipt_rules
from infra.emulator.receipt_rules import settled

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, Any]]  # physical id and attributes

_HANDLERS = provisioners._RESOURCE_HANDLERS
STORED_AT = "x-amz-meta-stored-at"
"""The metadata of an object by which it counts as stored at another time (ISO 8601)."""
_IDENTITIES = "/v2/email/identities"
_REAPER = "dynamodb-ttl-reaper"  # the name of ministack's thread


def add() -> None:
    """Teach the emulator all of it; once, before it serves."""
    _HANDLERS["AWS::ApiGatewayV2::RouteResponse"] = {
        "create": _make_route_response,
        "delete": _remove_route_response,
    }
    _HANDLERS["AWS::Budgets::Budget"] = {
        "create": lambda logical_id, properties, stack: (f"{stack}-{logical_id}", {}),
        "delete": lambda physical_id, properties: None,
    }
    identity = _HANDLERS["AWS::SES::EmailIdentity"]
    identity["create"] = _with_dkim(identity["create"])
    identity["update"] = _with_dkim(identity["update"])
    identity["import"] = _with_dkim(lambda known: (known["EmailIdentity"], dict(known)))
    secret = _HANDLERS["AWS::SecretsManager::Secret"]
    secret["create"] = _named_by_arn(secret["create"])
    secret["update"] = _found_by_arn(_named_by_arn(secret["update"]))
    secret["delete"] = _found_by_arn(secret["delete"])
    secret["import"] = lambda known: (known["Id"], {"Id": known["Id"], "Arn": known["Id"]})
    table = _HANDLERS["AWS::DynamoDB::Table"]
    table["create"] = _with_expiry(table["create"])
    table["update"] = _with_expiry(table["update"])
    dynamodb._remove_item = _recorded(dynamodb._remove_item)
    s3._build_object_record = _aged(s3._build_object_record)
    zones = itertools.count(1)
    route53._zone_id = lambda: f"Z{next(zones)}"
    authorization.add()
    apigateway_v1._import_rest_api = _with_our_answers(apigateway_v1._import_rest_api)
    apigateway_v1._import_path_item = _with_any(apigateway_v1._import_path_item)
    apigateway_v1._invoke_lambda_proxy_v1 = _named_by_stage(apigateway_v1._invoke_lambda_proxy_v1)
    cloudfront.handle_viewer_request = _over_tls(cloudfront.handle_viewer_request)
    cloudfront._forward_to_origin = _dialled_here(cloudfront._forward_to_origin)
    mail_events.add()
    receipt_rules.add()
    lambda_svc._match_esm_filter = _with_what_is_absent(lambda_svc._match_esm_filter)
    ses_v2.handle_request = _each_identity_once(ses_v2.handle_request)


def _make_route_response(logical_id: str, properties: Properties, stack: str) -> Made:
    api, route = _route(properties)
    asked = {"routeResponseKey": properties["RouteResponseKey"]}
    settled(apigateway._create_route_response(api, route, asked))
    return f"{api}/{route}/{properties['RouteResponseKey']}", {}


def _remove_route_response(physical_id: str, properties: Properties) -> None:
    api, route = _route(properties)
    apigateway._route_responses.get(api, {}).pop(route, None)


def _route(properties: Properties) -> tuple[str, str]:
    # ministack's Ref of a route is `api/route`.
    return properties["ApiId"], properties["RouteId"].rpartition("/")[2]


def _with_dkim(provision: Callable[..., Made]) -> Callable[..., Made]:
    def provisioned(*given: Any) -> Made:
        domain, attributes = provision(*given)
        for number in ("1", "2", "3"):
            token = hashlib.sha256(f"{domain} {number}".encode()).hexdigest()[:32]
            attributes[f"DkimDNSTokenName{number}"] = f"{token}._domainkey.{domain}"
            attributes[f"DkimDNSTokenValue{number}"] = f"{token}.dkim.amazonses.com"
        return domain, attributes

    return provisioned


def _each_identity_once(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handled(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        _, is_identity, name = path.partition(_IDENTITIES)
        if is_identity and method == "POST" and not name:
            name = json.loads(body)["EmailIdentity"]
            if name in ses_v2._identities:
                return ses_v2._json_err("AlreadyExistsException", f"{name} is there already")
        if is_identity and method == "DELETE":
            ses_v2._ses_tags.pop(ses_v2._resource_arn("identity", name.strip("/")), None)
        return await handle(method, path, headers, body, query)

    return handled


def _named_by_arn(provision: Callable[..., Made]) -> Callable[..., Made]:
    """ministack's `Ref` of a secret is its name, which is no resource in a policy."""

    def provisioned(*given: Any) -> Made:
        _, attributes = provision(*given)
        return attributes["Arn"], attributes

    return provisioned


def _found_by_arn(provision: Callable[..., Any]) -> Callable[..., Any]:
    def provisioned(arn: str, *given: Any) -> Any:
        names = (name for name, each in secretsmanager._secrets.items() if each["ARN"] == arn)
        return provision(next(names, arn), *given)

    return provisioned


def _with_expiry(provision: Callable[..., Made]) -> Callable[..., Made]:
    def provisioned(*given: Any) -> Made:
        name, attributes = provision(*given)
        properties = [each for each in given if isinstance(each, Mapping)][-1]
        wish = properties.get("TimeToLiveSpecification")
        if wish is not None:
            settled(dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": wish}))
        return name, attributes

    return provisioned


def _recorded(remove: Callable[..., Any]) -> Callable[..., Any]:
    """What the reaper removes goes into the stream, and says who removed it."""

    def removed(table: Any, partition: Any, sort: Any) -> Any:
        row = remove(table, partition, sort)
        if row is not None and threading.current_thread().name == _REAPER:
            _record(table, row)
        return row

    return removed


def _record(table: Any, row: Any) -> None:
    # The reaper knows no caller, and so no account and region of a caller: the ARN has both.
    *_, region, account, _ = table["TableArn"].split(":")
    records = dynamodb._stream_records.get_scoped(account, region, table["TableName"]) or []
    record = dynamodb._build_change_record(table, "REMOVE", row, None, "NEW_AND_OLD_IMAGES")
    record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    dynamodb._stream_records.set_scoped(account, region, table["TableName"], [*records, record])
    dynamodb.esm_wake.set()


def _aged(build: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def built(body: bytes, headers: Mapping[str, str], *more: Any, **named: Any) -> dict[str, Any]:
        stored = build(body, headers, *more, **named)
        if STORED_AT in headers:
            stored["last_modified"] = headers[STORED_AT]
        return stored

    return built


def _over_tls(serve: Callable[..., Any]) -> Callable[..., Any]:
    """CloudFront is asked over TLS here as everything is; the emulator looks for a proxy's word."""

    def served(
        dist: Any, method: str, path: str, uri: str, query: str, headers: Any, *more: Any
    ) -> Any:
        return serve(
            dist, method, path, uri, query, {**headers, "x-forwarded-proto": "https"}, *more
        )

    return served


def _dialled_here(forward: Callable[..., Any]) -> Callable[..., Any]:
    """An API of ours that CloudFront passes requests on to; the emulator would not ask AWS."""

    def forwarded(origin: Any, method: str, uri: str, query: str, headers: Any, *more: Any) -> Any:
        name = origin["domain_name"]
        if ".execute-api." in name:
            port = int(os.environ["GATEWAY_PORT"])
            origin = {**origin, "domain_name": "localhost", "https_port": port}
            headers = {**headers, "host": name}
        return forward(origin, method, uri, query, headers, *more)

    return forwarded


Match = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


def _with_what_is_absent(match: Match) -> Match:
    def matches(record: Mapping[str, Any], pattern: Mapping[str, Any]) -> bool:
        if "$or" in pattern:
            rest = {name: wanted for name, wanted in pattern.items() if name != "$or"}
            one_of = any(matches(record, each) for each in pattern["$or"])
            return one_of and matches(record, rest)
        absent: dict[str, Any] = {
            name: {}
            for name, wanted in pattern.items()
            if isinstance(wanted, dict) and not isinstance(record.get(name), dict)
        }
        return match({**record, **absent}, pattern)

    return matches


def _with_our_answers(imported: Callable[..., Any]) -> Callable[..., Any]:
    """Of a definition, what the gateway answers itself as well."""

    def rest_api(definition: Properties, *more: Any) -> Any:
        api = imported(definition, *more)
        answers = definition.get("x-amazon-apigateway-gateway-responses", {})
        for kind, answer in answers.items():
            status, _, body = apigateway_v1._put_gateway_response(api, kind, answer)
            assert status < 300, body
        return api

    return rest_api


def _with_any(imported: Callable[..., None]) -> Callable[..., None]:
    """The method `ANY` of a path of a definition, which its own extension declares."""

    def path_item(api: str, path: str, item: Properties, *more: Any) -> None:
        imported(api, path, item, *more)
        operation = item.get("x-amazon-apigateway-any-method")
        if operation:
            found = apigateway_v1._resources[api].items()
            (resource,) = [key for key, each in found if each["path"] == path]
            apigateway_v1._import_operation(api, resource, "ANY", operation)

    return path_item


def _named_by_stage(invoke: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A function that the stage names by a variable."""

    async def invoked(
        integration: Properties, api: str, name: str, stage: Properties, *more: Any, **named: Any
    ) -> Any:
        uri = str(integration["uri"])
        for variable, value in (stage.get("variables") or {}).items():
            uri = uri.replace(f"${{stageVariables.{variable}}}", value)
        return await invoke({**integration, "uri": uri}, api, name, stage, *more, **named)

    return invoked
