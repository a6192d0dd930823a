"""What comes before what: the guard first of all, and what writes mail after what removes it."""

from collections.abc import Mapping

from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.assets import Assets
from infra.cloud.functions.handler import Handler
from infra.cloud.receiving.guard import Guard
from infra.cloud.receiving.receiving import Receiving
from infra.cloud.storage.emptying import Emptying
from infra.cloud.storage.storage import Storage
from mayfly.functions import EMPTY_BUCKET, RULE_SET


def put_in_order(
    stack: Construct,
    handlers: Mapping[str, Handler],
    *,
    assets: Assets,
    storage: Storage,
    receiving: Receiving,
    deployment: Deployment,
) -> None:
    """Add both to the stack. CloudFormation removes backwards: rule, functions, mail, bucket."""
    rule_set, empty_bucket = handlers[RULE_SET.name], handlers[EMPTY_BUCKET.name]
    emptying = Emptying(stack, handler=empty_bucket, bucket=storage.bucket, deployment=deployment)
    receiving.node.add_dependency(emptying)
    for handler in handlers.values():
        if handler not in (rule_set, empty_bucket):
            handler.node.add_dependency(emptying)
    guard = Guard(stack, handler=rule_set, receiving=receiving, deployment=deployment)
    functions = rule_set.node.scope
    assert functions is not None  # they are not the root
    needed = (guard, assets, functions, rule_set)
    for each in (*stack.node.children, *functions.node.children):
        if each not in needed:
            each.node.add_dependency(guard)
