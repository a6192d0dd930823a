"""What the cost model assumes, rather than measures or looks up."""

MILLION = 1_000_000
GB = 1e9
DAYS_A_MONTH = 30.4

# Assumed of people: one inbox for two mails, watched by one WebSocket for five minutes.
INBOXES_PER_MAIL = 0.5
SOCKET_MINUTES = 5

# Assumed of AWS: how long one call of each kind keeps a function waiting, in milliseconds.
WAITING_MS = {
    "transact_write_items": 15,
    "get_object": 25,
    "put_object": 35,
    "post_to_connection": 20,
    "list_objects_v2": 100,
    "send_message": 10,
    "send_email": 150,
}
OTHER_CALL_MS = 6  # DynamoDB's reads and writes
SWEEPS_A_DAY = 24
VCPU_MB = 1769  # AWS: a function with so much memory has the equivalent of one vCPU
PLATFORM_LOG_BYTES = 350  # Lambda's START, END and REPORT of each invocation
ACCESS_LOG_BYTES = 300  # API Gateway's line of each request
NOTICE_BYTES = 4096  # of a mail's notice; a request of SQS counts as one for each 64 KB
SQS_REQUESTS = 3  # send, receive and delete, each for one notice
ARRIVAL_REQUESTS = 1.2  # S3 sends one for each mail; Lambda receives and deletes ten at a time
QUEUE_DAYS = 14  # that a raw mail is kept beyond its messages: see `infra.cloud.storage`
TTL_DELAY_DAYS = 2  # DynamoDB removes expired rows within days

EVENTS_PER_MAIL = 2  # that SES publishes of one that arrives: it was sent, it was delivered
EVENT_BYTES = 4096  # of each
SENT_DAYS = 74  # that a mail lies in S3 which went out: see `infra.cloud.storage`
UPLOAD_DAYS = 1
REGIONAL_CACHES = 13  # of CloudFront, each of which asks S3 for a file of the page once
SENDING_ALARMS = 7
SENDING_QUEUES = 2

# By the month: see `infra.cloud`. Polls of an empty queue, by five pollers of 20 seconds.
ALARMS = 30
CUSTOM_METRICS = 10
SECRETS = 3
QUEUES = 2
IDLE_POLLS = 5 * 3 * 60 * 24 * DAYS_A_MONTH
