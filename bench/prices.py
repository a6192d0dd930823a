"""What AWS charges, in dollars: us-east-1, list prices without volume discounts or free allowances.

From AWS's price list of August to October 2026, as copied in public, unless a line says otherwise.
Prices change: look them up before you rely on a figure, change them here, and run `make cost`.
"""

AS_OF = "October 2026"

# Simple Email Service (ReceivedMessage, ReceivedChunk). AWS counts complete chunks only; that a
# mail of 75 KB has none is what its pricing page said, and was not seen on a bill.
SES_MAIL = 0.10 / 1000
SES_CHUNK = 0.09 / 1000
SES_CHUNK_BYTES = 256 * 1024

# What is sent, by recipient, and attachments by GB in base64. Without a pricing plan; accounts made
# since July 2026 begin with the plan Essentials, which takes $0.16.
SES_SENT = 0.10 / 1000
SES_SENT_ESSENTIALS = 0.16 / 1000
SES_ATTACHED_GB = 0.12

# S3 Standard.
S3_WRITE = 5.00 / 1e6  # PUT, COPY, POST, LIST
S3_READ = 0.40 / 1e6  # GET and all others but DELETE, which is free
S3_GB_MONTH = 0.023

# SNS and SQS; what SNS delivers to SQS is free.
SNS_PUBLISH = 0.50 / 1e6
SQS_REQUEST = 0.40 / 1e6

# Lambda on arm64.
LAMBDA_REQUEST = 0.20 / 1e6
LAMBDA_GB_SECOND = 0.0000133334

# DynamoDB on demand, since November 2024.
DYNAMODB_WRITE = 0.625 / 1e6
DYNAMODB_READ = 0.125 / 1e6
DYNAMODB_GB_MONTH = 0.25
DYNAMODB_BACKUP_GB_MONTH = 0.20  # point-in-time recovery, of the table's size

# API Gateway.
REST_REQUEST = 3.50 / 1e6
SOCKET_MESSAGE = 1.00 / 1e6  # of 32 KB
SOCKET_MINUTE = 0.25 / 1e6

# CloudFront in North America and Europe, by its pricing page.
EDGE_REQUEST = 0.01 / 10_000
EDGE_FUNCTION = 0.10 / 1e6
EDGE_GB = 0.085

EGRESS_GB = 0.09
LOG_GB = 0.50  # CloudWatch, ingestion; 30 days of storage are some percent of it

# By the month, whatever comes. Custom metrics, alarms and the zone: AWS's pricing pages, from
# memory.
ALARM = 0.10
CUSTOM_METRIC = 0.30
HOSTED_ZONE = 0.50
SECRET = 0.40
KMS_KEY = 1.00

# Instances for an SMTP ingress of one's own (t4g.small, gp3 per GB, a public IPv4 address).
INSTANCE_HOUR = 0.0168
DISK_GB_MONTH = 0.08
ADDRESS_HOUR = 0.005
