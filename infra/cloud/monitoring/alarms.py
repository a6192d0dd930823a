"""Alarms, and a topic for them."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.environment import METRICS_NAMESPACE, STACK_DIMENSION
from mayfly import functions, limits, prices
from mayfly.breaker.models import WARN_PERCENT

_FIVE_MINUTES = Duration.minutes(5)
_HALF_AN_HOUR = Duration.minutes(30)  # no notice that fails waits longer for its next attempt
_HOUR = Duration.hours(1)  # as often as the sweep tells


class Watch(Construct):
    """Alarms that go to one topic; `alarmMail` is subscribed to it."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "Watch")
        self._stack_name = deployment.stack_name
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        if deployment.alarm_mail:
            self.topic.add_subscription(subscriptions.EmailSubscription(deployment.alarm_mail))

    def dead_letters(self, name: str, queue: sqs.Queue) -> None:
        """Anything at all in a dead-letter queue."""
        metric = queue.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=_FIVE_MINUTES
        )
        self._alarm(f"{name}NotEmpty", metric, 1, "waits in a dead-letter queue for a person")

    def oldest_notice(self, queue: sqs.Queue) -> None:
        """Mail that has been accepted and not been stored for a quarter of an hour."""
        metric = queue.metric_approximate_age_of_oldest_message(
            statistic="Maximum", period=_FIVE_MINUTES
        )
        self._alarm("OldestNotice", metric, 15 * 60, "seconds that accepted mail waits")

    def oldest_arrival(self, queue: sqs.Queue) -> None:
        """Nobody looks at what the bucket tells of. A raw mail that was looked at three times and
        stays is none of SQS's oldest any more.
        """
        metric = queue.metric_approximate_age_of_oldest_message(
            statistic="Maximum", period=_FIVE_MINUTES
        )
        old = limits.ARRIVAL_OLD.total_seconds()
        self._alarm("OldestArrival", metric, old, "seconds that nobody looks at a raw mail")

    def failing(self) -> None:
        """Messages that fail for half an hour, and raw messages that cannot be looked at.

        SQS counts a message that it has handed out three times no more among the oldest.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
        """
        mails = self._counted_by(functions.INBOUND_MAIL, "MailFailed", period=_HALF_AN_HOUR)
        self._alarm("MailFailed", mails, 1, "mail cannot be stored and is tried again", periods=2)
        arrivals = self._counted_by(functions.SWEEP, "ArrivalFailed", period=_HOUR)
        self._alarm("ArrivalFailed", arrivals, 1, "raw messages that could not be looked at")

    def receipt_rule(self, rule_name: str) -> None:
        """SES could not carry the rule out; it tries for 36 hours and then gives the mail up.

        https://docs.aws.amazon.com/ses/latest/dg/receiving-email-metrics.html
        """
        self._alarm("PublishFailure", ses_metric("PublishFailure", rule_name), 1, "SES will retry")
        self._alarm("PublishExpired", ses_metric("PublishExpired", rule_name), 1, "mail is lost")

    def http(self, api: apigateway.RestApiBase) -> None:
        """Requests that ended in an error of ours, caught or not."""
        metric = api.metric_server_error(statistic="Sum", period=_FIVE_MINUTES)
        self._alarm("ServerErrors", metric, 5, "answers of 500 and above in 5 minutes")

    def sweep(self) -> None:
        """A message that neither SES nor the bucket announced would not be found for days."""
        metric = self._counted_by(functions.SWEEP, "SweepBehind", "Maximum", _HOUR)
        behind = limits.SWEEP_BEHIND.total_seconds()
        self._alarm("SweepBehind", metric, behind, "seconds since messages were compared")

    def budget(self) -> None:
        """Somebody could make no inbox, because the whole deployment has had its share."""
        metric = self._counted_by(functions.HTTP_API, "BudgetSpent")
        self._alarm("BudgetSpent", metric, 1, "no new inboxes before the next day, UTC")

    def breaker(self, queue: sqs.Queue, deployment: Deployment) -> None:
        """The day's budget is nearly gone, or no message is taken any more, or soon will be so.

        Within two minutes: mail at a rate that would spend the budget of the day in an hour.
        """
        budget = deployment.settings.daily_budget_usd
        if not budget:
            return
        spent = self._counted_by(functions.SWEEP, "BudgetPercent", "Maximum")
        self._alarm("BudgetNearlySpent", spent, WARN_PERCENT, "percent of DAILY_BUDGET_USD")
        tripped = self._counted_by(functions.SWEEP, "BreakerTripped")
        self._alarm("BreakerTripped", tripped, 1, "no mail is taken; make breaker-reset ends it")
        rate = queue.metric_number_of_messages_sent(statistic="Sum", period=Duration.minutes(1))
        a_minute = max(1, int(budget / prices.MAIL / 60))
        self._alarm("MailFlood", rate, a_minute, "messages a minute; DAILY_BUDGET_USD in an hour")
        if deployment.alarm_mail:
            late_net(self, budget * 31, deployment.alarm_mail)

    def mails(self) -> None:
        """Somebody who registered gets no message: SES did not take it, or the day's are spent."""
        metric = self._counted_by(functions.HTTP_API, "MailNotSent")
        self._alarm("MailNotSent", metric, 1, "SES did not accept an email to an account")
        spent = self._counted_by(functions.HTTP_API, "ServiceMailsSpent")
        self._alarm("ServiceMailsSpent", spent, 1, "no more emails to accounts before the next day")

    def function(self, name: str, alias: lambda_.Alias) -> None:
        """Errors and throttles of one function."""
        for metric in (alias.metric_errors, alias.metric_throttles):
            counted = metric(statistic="Sum", period=_FIVE_MINUTES)
            self._alarm(f"{name}{counted.metric_name}", counted, 1, f"of {name} in 5 minutes")

    def stream(self, alias: lambda_.Alias) -> None:
        """Pushes and erasures that are ten minutes behind."""
        metric = alias.metric("IteratorAge", statistic="Maximum", period=_FIVE_MINUTES, unit=None)
        self._alarm("StreamAge", metric, 10 * 60 * 1000, "milliseconds behind the table")

    def receiving(self) -> None:
        """SES takes no message for us: somebody has activated another rule set, or none."""
        metric = self._counted_by(functions.SWEEP, "ReceivingOff", period=_HOUR)
        self._alarm("ReceivingOff", metric, 1, "no active receipt rule brings mail here")

    def _counted_by(
        self,
        function: functions.Function,
        name: str,
        statistic: str = "Sum",
        period: Duration = _FIVE_MINUTES,
    ) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=METRICS_NAMESPACE,
            metric_name=name,
            dimensions_map={"service": function.name, STACK_DIMENSION: self._stack_name},
            statistic=statistic,
            period=period,
        )

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        meaning: str,
        periods: int = 1,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=(cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD),
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"Mayfly: {name} ({meaning})",
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        alarm.add_ok_action(actions.SnsAction(self.topic))


def ses_metric(name: str, rule_name: str) -> cloudwatch.Metric:
    """A metric of the receipt rule, summed over five minutes."""
    return cloudwatch.Metric(
        namespace="AWS/SES",
        metric_name=name,
        dimensions_map={"RuleName": rule_name},
        statistic="Sum",
        period=_FIVE_MINUTES,
    )


def graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    """A widget, half as wide as the dashboard."""
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=12)


def late_net(scope: Construct, dollars: int, mail: str) -> None:
    """A budget for the month: `mail` is notified once it is spent."""
    budgets.CfnBudget(
        scope,
        "Month",
        budget={
            "budgetType": "COST",
            "timeUnit": "MONTHLY",
            "budgetLimit": {"amount": dollars, "unit": "USD"},
        },
        notifications_with_subscribers=[
            {
                "notification": {
                    "notificationType": "ACTUAL",
                    "comparisonOperator": "GREATER_THAN",
                    "threshold": 100,
                    "thresholdType": "PERCENTAGE",
                },
                "subscribers": [{"subscriptionType": "EMAIL", "address": mail}],
            }
        ],
    )
