"""Every limit, in one place: what one mail, one request or one inbox may cost."""

from datetime import timedelta

from mayfly.mail.codes.models import ConfirmationLimits
from mayfly.mail.mime.parser import MimeLimits
from mayfly.receiving.summary import SummaryLimits

KIB = 1024
MIB = 1024 * KIB

# One mail. SES stores up to 40 MB (its quota page); Postfix's header_size_limit is 102,400 bytes.
MAX_MAIL_BYTES = 40 * 1000 * 1000
LEAST_MAIL_BYTES = 1024  # the setting's own limit: below it no mail would come at all
MAX_RECIPIENTS = 500  # of one SMTP transaction; RFC 5321 section 4.5.3.1.8 asks for 100
MAX_LINE_BYTES = 1 * MIB  # real mail breaks RFC 5322's 998

# Parsing one mail: what lies beyond stays in the raw mail and becomes a defect.
MIME = MimeLimits(
    header_block_bytes=100 * KIB,
    header_bytes=32 * KIB,
    headers=500,
    addresses=500,
    message_ids=100,
    parts=500,
    depth=50,
    passes=8,
    part_header_bytes=16 * KIB,
    part_headers=50,
    parameters=50,
    boundary_bytes=256,
    text_bytes=1 * MIB,
    filename_chars=200,
    preview_chars=250,
    preview_source_chars=20_000,
    defects=50,
)

# Looking for the code or the link that a mail is about; it stands near its beginning.
CONFIRMATION = ConfirmationLimits(html_chars=200_000, text_chars=50_000, numbers=200, links=200)

# The row of a message, which lists read: about 1 KB.
SUMMARY = SummaryLimits(
    subject_chars=300,
    name_chars=100,
    address_chars=320,  # 64 + 1 + 255, RFC 5321 section 4.5.3.1
    attachments=8,
)

# One inbox; both are settings too.
INBOX_MESSAGES = 1000
INBOX_BYTES = 500 * 1000 * 1000
INBOX_SENDER_SHARE = 80  # percent, that one sender may fill alone
GIVING_WAY_LOOKED_AT = 50  # messages of a flooded inbox, of which one gives way to a newcomer's

# Private inboxes (document 003).
NAME_ATTEMPTS = 8  # friendly names tried before giving up
TOKEN_LIFETIME = timedelta(minutes=10)
MIN_TOKEN_LIFETIME = timedelta(minutes=1)
MAX_TOKEN_LIFETIME = timedelta(hours=1)

# Generated inboxes (document 003): admins' batches, and lists of them.
MAX_GENERATED = 1000  # by one request
GENERATED_TOGETHER = 90  # inboxes of one transaction; DynamoDB takes 100 rows
GENERATING_SECONDS = 20  # no transaction begins after that; API Gateway ends a request after 29 s
MAX_ADMIN_TOKEN_LIFETIME = timedelta(days=7)
MAX_EXPORTED = 1000  # inboxes of one page
EXPORTED_BATCHES = 200  # that one page looks at

# Whoever runs the deployment (document 003).
ADMIN_READ_AGE = timedelta(seconds=10)  # how old the admin key and the domains may be where used
MAIL_DOMAINS = 500  # that admins add or change
DOMAIN_ATTEMPTS = 10  # to change one that others change too
CLAIMED_DOMAINS = 2000  # proven ones of all accounts; SES takes 10,000 identities a region
DOMAIN_SEEN_EVERY = timedelta(hours=6)  # one of an account, whose proof was there
MISSING_SEEN_EVERY = timedelta(minutes=50)  # one whose proof was not; the look is hourly
EXPIRED_KEPT = timedelta(days=30)  # a claim that lapsed
INSPECTED_DOMAINS = 200  # by one look
INSPECTING_TIME = timedelta(minutes=10)  # no domain's turn begins after that
SURVEY_AGE = timedelta(seconds=10)  # how old its statistics may be
# They read the whole table, 1 MB a page; API Gateway ends a request after 29 s.
CENSUS_SEGMENTS = 8
CENSUS_PAGES = 200
CENSUS_TIME = timedelta(seconds=15)

# Mailboxes (documents 001 and 004): read as a whole for folders and threads, in such pages.
MAILBOX_PAGE_MESSAGES = 1000
BULK_MESSAGES = 100  # changed by one call
THREAD_PARTICIPANTS = 10  # shown of one thread
SHORTEST_EXTENSION = timedelta(hours=1)  # of a mailbox; less is no gain

# Accounts and their mailboxes (document 004). ASVS 5.0 section 6.2: at least 8 characters, and 64
# or more must be possible.
MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 128
MAX_FULL_NAME_CHARS = 200
SESSIONS_PER_ACCOUNT = 20  # over that, those end that would end first
LISTED_MAILBOXES = 100  # of one account, expired ones included; what BatchGetItem reads at once
ACCOUNT_ATTEMPTS = 8  # to write an account that others write, too
VERIFICATION_LIFETIME = timedelta(hours=24)  # of a mailed token, and of what it would verify
VERIFICATION_MAILS = 3  # to one address, whoever registers it or has forgotten its password
VERIFICATION_WINDOW = timedelta(hours=1)
ACCOUNT_NOTICES = 10  # mails a day to one account, of what became of its password and domains
BOUNCED_FOR = timedelta(days=30)  # so long none of them goes where one came back from
RESET_LIFETIME = timedelta(minutes=30)  # of a token for a new password

# API keys of accounts.
KEYS_PER_ACCOUNT = 20
MAX_KEY_NAME_CHARS = 100
MAX_KEY_LIFETIME = timedelta(days=3653)  # of one that ends at all
KEY_USE_NOTED_EVERY = timedelta(hours=1)
EXPIRED_KEY_SHOWN = timedelta(days=30)  # in its account's list, until TTL takes it

# Lists and waiting.
PAGE_MESSAGES = 20
MAX_PAGE_MESSAGES = 100
MAX_PAGE_CONTENTS = 50  # of a list that shows whole messages
MAX_WAIT = timedelta(seconds=25)  # API Gateway ends a request after 29 s
WAIT_STEPS_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5)  # then 0.5 again and again
MOST_WAITS_AT_ONCE = (
    500  # the setting's own limit: all who wait are in one row of some 50 bytes each
)
WAIT_LEASE_MORE = timedelta(seconds=5)  # than the wait: a place whose function died is free then
WAIT_ATTEMPTS = 8  # to get a place while others get theirs
WAITS_KEPT = timedelta(days=1)  # the row, after the last who waited
WAIT_RETRY = timedelta(seconds=3)  # what who finds no place is told; twenty a minute

# One request. API Gateway takes 10 MB; nothing of ours needs more than this.
MAX_REQUEST_BYTES = 64 * KIB
# A text in its body, or in a frame. Texts and files of mails that go out may be longer; what is
# short by nature has a limit of its own.
MAX_FIELD_CHARS = 2048
MAX_TOKEN_CHARS = 2048  # one of ours has about 300
# One answer. Lambda answers up to 6 MB, base64 included: 4 MB of bytes.
MAX_ANSWER_BYTES = 4 * 1000 * 1000
LINK_LIFETIME = timedelta(minutes=5)
# In a list of whole messages, one that takes more than this has its bodies cut.
MAX_LISTED_BYTES = 1 * 1000 * 1000

# Counting requests. The limits themselves are settings.
RATE_WINDOW = timedelta(minutes=1)
RATE_KEPT_WINDOWS = 2  # how long a count stays after its window began
LOGIN_FAILURES = 10  # for one account's or inbox's name, from wherever they come
LOGIN_WINDOW = timedelta(minutes=15)
LOGIN_KNOWN = timedelta(days=30)  # an address that a name was logged in from; twice that at most
ADDRESS_COUNTED_TOGETHER = 5  # requests with tokens, of one address, that one write counts
ADDRESSES_REMEMBERED = 10_000  # of a window, by one process
CLAIMS_WINDOW = timedelta(days=1)  # of domains, from one address
# Answered requests are counted together: so many, or those of so long.
REQUESTS_NOTED_TOGETHER = 50
REQUESTS_NOTED_EVERY = timedelta(seconds=10)
REQUEST_SHARDS = 4
BUDGET_KEPT = timedelta(days=3)
TRIPPED_RATE = 5  # requests a second of each API once the day's budget is overspent
TRIPPED_BURST = 10
MAILS_COUNTED_EVERY = timedelta(seconds=60)  # for the daily budget, by each process

# Health (document 002).
CHECK_TIME = timedelta(seconds=2)  # that each thing has which the service needs
DOMAINS_COUNTED_EVERY = timedelta(seconds=60)
DOMAINS_COUNTED = 5000  # of accounts, at most

# A mail up to this size is parsed again by each who opens it; of a larger one the content is kept.
# docs/cost.md says from how many reads on keeping it would have been cheaper.
READ_ANEW_BYTES = 256 * KIB
# Rows. DynamoDB's item limit is 400 KB; above this, S3 is the cheaper place for content.
CONTENT_ROW_BYTES = 24 * KIB

# WebSocket. API Gateway closes a connection after 2 hours and takes frames up to 32 KB.
CONNECTION_LIFETIME = timedelta(hours=2, minutes=5)
SUBSCRIPTIONS_PER_CONNECTION = 20  # a setting, too
CONNECTIONS_PER_INBOX = 50  # and per account, of all clients together
FRAMES_COUNTED_TOGETHER = 10  # of those that cost nothing but the call, by each process
REFUSED_FRAMES = 30  # of one connection in a minute, then it is closed
PROBED_CONNECTIONS = 10  # of those that keep a place, when none is left
SOCKET_TOKEN_LIFETIME = timedelta(seconds=60)  # of a page, to subscribe with
MAX_FRAME_BYTES = 32 * KIB
REPLAY_MESSAGES = 200  # of one replay; whoever is owed more asks again
PUSH_SECONDS = 2.0  # how long one client may keep one frame waiting

# Writers that meet on one inbox: how often one gives way before the queue tries again.
DELIVERY_ATTEMPTS = 25

# Counters are spread over this many rows, so that each function that runs has one for itself: more
# than twice as many as may take notices at once. Fewer would forget what the rest has counted.
COUNTER_SHARDS = 128
OUTGOING_COUNTER_SHARDS = 16  # of mail that goes out, whose rate SES limits

# The bucket tells of each raw mail; it is looked at once it is so old (SQS's longest delay), and
# replayed if it has no outcome when it is an hour old: younger ones are on their way.
ARRIVAL_DELAY = timedelta(minutes=15)
SWEEP_AFTER = timedelta(hours=1)
# What was replayed is looked at again an hour later, then after twice the time, and so on.
SWEEP_AGAIN = timedelta(hours=1)
LONGEST_ARRIVAL_WAIT = timedelta(hours=11)  # SQS takes 12 from when the record was received
ARRIVAL_OLD = timedelta(hours=6)  # nobody has looked at it thrice: somebody has to be told
# Rounds through all raw mails are for those that the bucket did not tell of. One sweep ends before
# Lambda's 15 minutes do, at a portion of keys.
SWEEP_EVERY = timedelta(days=7)
SWEEP_TIME = timedelta(minutes=12)
SWEEP_PORTION = 1000  # what one LIST answers
# At first, and when it has not come round for so long, it looks back so far: what became of mails
# is known for 30 days.
SWEEP_REACH = timedelta(days=14)
SWEEP_BEHIND = timedelta(days=12)  # then somebody has to be told

# Mail that goes out (document 002). SES: 50 recipients and 40 MB a message, base64 included.
SENT_RECIPIENTS = 50
MAX_SENT_BYTES = 40 * 1000 * 1000
MAX_FILE_BYTES = 10 * MIB  # all attachments of a mail together; a setting, too
SENT_FILES = 50
SENT_FILENAME_CHARS = 200
SENT_HEADERS = 50
SENT_HEADER_BYTES = 900  # RFC 5322 section 2.1.1: 998 with the name
SENT_SUBJECT_CHARS = 500
SENT_NAME_CHARS = 100  # of somebody that a mail is from or for
SENT_LINE_BYTES = 998  # RFC 5322 section 2.1.1, without the line's end
# Lambda takes events of 6 MB, and API Gateway hands over the body in base64. What is larger is
# uploaded before.
MAX_SENT_REQUEST_BYTES = 4 * MIB
UPLOAD_TIME = timedelta(minutes=10)  # in which a file must begin to be sent
UPLOAD_KEPT = timedelta(hours=1)  # in which mails may take it
UPLOAD_OBJECTS_KEPT = timedelta(days=1)  # by the bucket, which counts in days
UPLOAD_WINDOW = timedelta(hours=1)
UPLOADED_MAILS = 50  # in that window: so many times what one mail may have, of one account
IDEMPOTENCY_KEPT = timedelta(hours=24)
MAX_IDEMPOTENCY_KEY_CHARS = 255
LONGEST_SCHEDULE = timedelta(days=365)
ORDER_DELAY = timedelta(minutes=15)  # SQS's longest; what is due later is scheduled
UNWRITTEN_ORDER = timedelta(minutes=2)  # an order without a mail is one that was never accepted
OUTGOING_KEPT = timedelta(days=30)  # after it was to be sent
OUTGOING_EVENTS = 50  # lines of its history
SENDING_LEASE = timedelta(minutes=4)  # more than an attempt can take
SENDING_TIME = timedelta(hours=24)  # how long a mail is tried
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)
RATE_WAITS = 5  # for a place in SES's rate, of a second each, before the order goes back
SENDING_ACCOUNT_AGE = timedelta(minutes=5)  # how old SES's quota may be
OUTGOING_EXAMINED = 500  # rows that one page of a list looks at
OUTGOING_WRITES = 8  # to write a mail that events write, too
PURPOSE_CHARS = 500  # of what an account says it will send
APPROVALS_SHOWN = 50  # accounts of one page
SENT_DAYS_KEPT = timedelta(days=3)
