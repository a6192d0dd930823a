"""How much one mail client, and one answer of the API, may take."""

KIB = 1024
MIB = 1024 * KIB

# Connections.
CONNECTIONS = 200  # of IMAP and POP3 together
CONNECTIONS_OF_PEER = 100  # of one address; a mail client opens some five
LOGIN_SECONDS = 60.0  # that is waited for a client without a login, in all
IDLE_SECONDS = 31 * 60.0  # without a command; RFC 3501 section 5.4 asks for 30 minutes
POP3_IDLE_SECONDS = 11 * 60.0  # RFC 1939 section 3 asks for 10
WRITE_SECONDS = 120.0  # that a client may leave an answer unread
TLS_SECONDS = 30.0  # for a handshake
WORD_SECONDS = 110.0  # between signs of life while a client is idle

# What clients send.
LINE_BYTES = 16 * KIB  # a line of IMAP; sets of messages are the longest
LITERAL_BYTES = 64 * KIB  # all literals of one command
UNASKED_LITERAL_BYTES = 4 * KIB  # that is sent without waiting; RFC 7888 section 5
LOGIN_BYTES = 8 * KIB  # a whole command before the login
POP3_LINE_BYTES = 1 * KIB  # RFC 2449 section 4 has 255
COMMANDS_BEFORE_LOGIN = 25
FAILED_LOGINS = 3  # of one connection
BAD_COMMANDS = 20  # in a row
SECRET_CHARS = 2048  # of a password or a token; and of a name
LIST_PATTERNS = 10  # of one LIST
WILDCARDS = 20  # of all of them
SEARCH_KEYS = 100  # of one SEARCH
SEARCH_DEPTH = 20  # of keys in one another
FETCH_ITEMS = 50  # of one FETCH

# What the API answers.
ANSWER_BYTES = 64 * MIB  # a raw message may have 40 MB
HEAD_BYTES = 64 * KIB
HEAD_LINES = 200
FRAME_BYTES = 1 * MIB  # of the WebSocket; Mayfly's have 32 KB
REQUESTS_AT_ONCE = 8  # of one login
ANSWER_SECONDS = 60.0
CONNECT_SECONDS = 10.0
WAIT_SECONDS = 90.0  # that a command waits, all in all, when the API says to come later
PAGE_MESSAGES = 100
BULK_MESSAGES = 100

# What is kept in memory.
RAW_CACHE_BYTES = 48 * MIB
READ_AHEAD_BYTES = 4 * MIB  # of messages that are fetched beside one another
LOGINS_KEPT = 64
INBOXES_KEPT = 64

# How often the API is asked.
RELIST_SECONDS = 300.0  # for flags that others have changed
FRESH_SECONDS = 5.0  # in which a list that was read counts as it is
FETCH_SECONDS = 61.0  # to fetch from a mailbox elsewhere; Mayfly does once in 60
FETCH_WAIT_SECONDS = 10.0  # that opening an inbox waits for that
LOOK_SECONDS = 30.0  # for new messages, where there is no WebSocket
RECONNECT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

# The structure of a message. What lies deeper is one part.
DEPTH = 50
PARTS = 1000
HEADER_FIELDS = 2000
ADDRESSES = 1000
