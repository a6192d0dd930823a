"""The settings of a laptop whose limits are not in the way of a benchmark."""

UNLIMITED = {
    "RATE_LIMIT_REQUESTS": "0",
    "RATE_LIMIT_ADDRESS": "0",
    "RATE_LIMIT_CREATE": "0",
    "RATE_LIMIT_FETCH": "0",
    "INBOXES_PER_CLIENT": "0",
    "INBOX_MESSAGES": "10000000",
    "INBOX_BYTES": str(10**13),
    "INBOX_SENDER_SHARE": "100",
    "PEER_SHARE": "100",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
