"""What AWS itself counts, hours later, for the whole account and all that is in it."""

from aws_cdk import aws_budgets as budgets
from constructs import Construct


def late_net(scope: Construct, dollars: int, mail: str) -> None:
    """A budget for the month: whoever reads `mail` is told once it is spent."""
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
