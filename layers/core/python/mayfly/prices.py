"""What one of each thing costs in dollars, for the breaker: rather too much than too little.

A test compares the first six with what `bench.cost.prices` reckons of AWS's prices and of
measurements. It is for planning, not for a bill: discounts and free allowances are left out.
"""

CHUNK_BYTES = 256 * 1024
"""AWS counts the complete chunks of this size that a received mail has."""
MAIL = 125e-6
"""An email for one recipient, taken and never read."""
CHUNK = 99e-6
"""Each complete chunk of an email: SES, and S3 for as long as raw messages lie there."""
REQUEST = 13e-6
"""An HTTP request with its reads, its line in the log and some KB of answer."""
REQUEST_SECOND = 13.4e-6
"""A second of the function that answers: waiting for mail costs most."""
SOCKET_SECOND = 6.7e-6
"""A second of the function that answers frames."""
BYTE = 0.09 / 1e9
"""A byte that leaves AWS: of answers, and of files that links lead to."""
CONNECTION = 60e-6
"""A WebSocket that is open for the two hours that it may be."""
FRAME = 8e-6
"""A frame of a client, its answer, and what a subscription reads and writes."""
PUSH = 1.5e-6
"""A frame that announces mail."""
SEND = 200e-6
"""An email that goes out to one recipient, with its delivery events; attachments cost more."""
REFUSED = 4.5e-6
"""An HTTP request that is refused at once: API Gateway, the call, and its lines in the logs."""
