"""What the units that Mayfly counts cost, in dollars: us-east-1, list prices of October 2026.

Rounded up from docs/cost.md, which says where its prices are from. They are for the breaker
(`mayfly.breaker`), not for a bill. Change them here when AWS changes its prices.
https://aws.amazon.com/ses/pricing/ https://aws.amazon.com/lambda/pricing/
"""

MAIL = 142e-6
"""A mail for one recipient, taken, stored and never read."""
CHUNK = 101e-6
"""Each complete 256 KB of a mail: SES, and S3 for as long as raw mails lie there."""
CHUNK_BYTES = 256 * 1024
BYTE = 0.09e-9
"""A byte that leaves AWS: of answers, and of files that links lead to."""
CONNECTION = 60e-6
"""A WebSocket that is open for the two hours that it may be: $0.25 for a million minutes."""
FRAME = 8e-6
"""A frame of a client, its answer, and what a subscription reads and writes."""
SOCKET_SECOND = 6.7e-6
"""A second of the function that answers frames, which has 512 MB."""
PUSH = 1.5e-6
"""A frame that announces mail."""
SEND = 200e-6
"""A mail that goes out to one recipient, with what is heard of it; its attachments cost more."""
REQUEST = 12e-6
"""An HTTP request with its reads, its line in the log and some KB of answer."""
REFUSED = 4.5e-6
"""One that is refused at once: API Gateway, the call, and its lines in the logs."""
REQUEST_SECOND = 13.4e-6
"""A second of the function that answers, which has 1 GB: waiting for mail costs most."""
