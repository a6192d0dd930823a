"""The handlers, by folder. Each of them imports this first."""

import os

# Where logs are JSON, Lambda sets a level of its own (INFO, if none is chosen), which Powertools
# prefers to POWERTOOLS_LOG_LEVEL: `logSample` would have no effect. Lambda's own level cannot be
# raised instead, as it counts the lines of metrics as INFO.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
os.environ.pop("AWS_LAMBDA_LOG_LEVEL", None)
