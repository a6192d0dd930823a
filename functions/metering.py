"""What the functions count: metrics of CloudWatch's, by function and deployment."""

from aws_lambda_powertools import Metrics

from mayfly.assembly import stack_name

NAMESPACE = "Mayfly"
STACK = "stack"


def metrics_of(service: str) -> Metrics:
    """The metrics of a function: an alarm of one stack must not ring for another's.

    The name of the stack goes with each, in the same set of dimensions, so that none is paid twice.
    """
    metrics = Metrics(namespace=NAMESPACE, service=service)
    metrics.set_default_dimensions(**{STACK: stack_name()})
    return metrics
