"""All that is known when somebody looks after a deployment."""

from dataclasses import dataclass
from datetime import datetime

from infra.cloud.deployment import Deployment
from infra.deploying.account import Account
from infra.deploying.stack import Stack


@dataclass(frozen=True)
class After:
    """A deployed stack, and when somebody looks."""

    account: Account
    deployment: Deployment
    stack: Stack
    now: datetime
