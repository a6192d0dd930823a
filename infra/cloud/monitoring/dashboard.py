"""One page that shows whether mail flows."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.cloud.functions.environment import METRICS_NAMESPACE, STACK_DIMENSION
from infra.cloud.monitoring.alarms import graph, ses_metric

_FIVE_MINUTES = Duration.minutes(5)
_COUNTED = f"{{{METRICS_NAMESPACE},service,{STACK_DIMENSION}}}"


class Dashboard(Construct):
    """From SES's count of messages to the functions' own counters of outcomes."""

    def __init__(
        self,
        scope: Construct,
        *,
        stack_name: str,
        rule_name: str,
        queue: sqs.Queue,
        aliases: Mapping[str, lambda_.Alias],
        api: apigateway.RestApiBase,
    ) -> None:
        super().__init__(scope, "Dashboard")
        ses = [ses_metric(name, rule_name) for name in ("Received", "PublishSuccess")]
        waiting = queue.metric_approximate_number_of_messages_visible(period=_FIVE_MINUTES)
        # Whatever the functions count: no list of names to keep in step.
        counters = cloudwatch.MathExpression(
            expression=f"SEARCH('{_COUNTED} {STACK_DIMENSION}=\"{stack_name}\"', 'Sum', 300)",
            using_metrics={},
            label="",
            period=_FIVE_MINUTES,
        )
        board = cloudwatch.Dashboard(self, "Board")
        board.add_widgets(graph("Mail accepted", ses), graph("Notices waiting", [waiting]))
        board.add_widgets(
            graph("Outcomes", [counters]),
            graph("Requests", [api.metric_count(), api.metric_client_error()]),
        )
        board.add_widgets(
            graph("Errors", [alias.metric_errors(label=n) for n, alias in aliases.items()]),
            graph("Duration", [alias.metric_duration(label=n) for n, alias in aliases.items()]),
        )
