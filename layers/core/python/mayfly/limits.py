"""Every limit, in one place: what one email, one request or one inbox may cost.

docs/limits.md is written from here (`make pages`): a comment behind an empty line begins a section,
any other one is the reason of the limit that it stands above or behind.
"""

from datetime import timedelta

from mayfly.mail.codes.models import ConfirmationLimits
from mayfly.mail.mime.models import MimeLimits
from mayfly.messages.models import SummaryLimits

KIB = 1024
MIB = 1024 * KIB

# One message that comes in. SES stores up to 40 MB (its quota page); Postfix's header_size_limit is
# 102,400 bytes.
MAX_MAIL_BYTES = 40 * 1000 * 1000  # larger ones are dropped; the default of the setting
LEAST_MAIL_BYTES = 1024  # the setting's least value: below it no message would come in at all
MAX_RECIPIENTS = 500  # of one SMTP transaction; RFC 5321 section 4.5.3.1.8 asks for 100
MAX_LINE_BYTES = 1 * MIB  # real messages break RFC 5322's 998

# Parsing a message. What lies beyond stays in the raw message and becomes a defect.
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

# Finding the code or the link. It stands near the beginning of a message.
CONFIRMATION = ConfirmationLimits(html_chars=200_000, text_chars=50_000, numbers=200, links=200)

# The row of a message. Lists read it; it has about 1 KB.
SUMMARY = SummaryLimits(
    subject_chars=300,
    name_chars=100,
    address_chars=320,
    attachments=8,
)

# Inboxes.
INBOX_MESSAGES = 1000  # that one inbox holds; the default of the setting
INBOX_BYTES = 500 * 1000 * 1000  # of raw messages in one inbox; the default of the setting
INBOX_SENDER_SHARE = 80  # of both, that one sender may fill alone; the default of the setting
GIVING_WAY_LOOKED_AT = 50  # messages of a flooded inbox, of which one gives way to a newcomer's

# Private inboxes.
MIN_INBOX_PASSWORD_CHARS = 6  # that mail.tm's clients make up; such an inbox lives for a day
NAME_ATTEMPTS = 8  # to find a friendly name that nobody has
TOKEN_LIFETIME = timedelta(minutes=10)  # of a token, where the request does not say
MIN_TOKEN_LIFETIME = timedelta(minutes=1)  # that a request may ask for
MAX_TOKEN_LIFETIME = timedelta(hours=1)  # likewise: a token opens the inbox

# POP3 mailboxes that inboxes show. API Gateway ends a request after 29 s; LOGIN-DELAY and UIDL are
# of RFC 2449 and RFC 1939.
POP3_EVERY = timedelta(seconds=60)  # between logins, unless the server's LOGIN-DELAY is longer
POP3_LONGEST_DELAY = timedelta(hours=1)  # of the LOGIN-DELAY that is kept to
POP3_AUTH_FAILURES = 3  # in a row, then it is left alone until its credentials are changed
POP3_NEWEST = 500  # messages of a mailbox, of which older ones are never fetched
POP3_MESSAGES = 50  # of one fetch; the rest comes with the next
POP3_BYTES = 48 * 1000 * 1000  # likewise, but for the first message
POP3_LIST_BYTES = 2 * MIB  # of a UIDL; 20,000 messages have 0.5 MB
POP3_RETRIEVING = timedelta(seconds=12)  # no message is retrieved after that
POP3_DELIVERING = timedelta(seconds=17)  # none is stored after that
POP3_BUSY = timedelta(seconds=40)  # longer than a fetch can take
POP3_STUCK = 3  # fetches that one message may end, then it is left out
MAX_POP3_CREDENTIAL_BYTES = 200  # RFC 2449 section 4 has 255 for a whole command

# Generated inboxes. Admins make them in batches and export them.
MAX_GENERATED = 1000  # inboxes that one request makes
GENERATED_TOGETHER = 90  # inboxes of one transaction; DynamoDB takes 100 rows
GENERATING_SECONDS = 20  # no transaction begins after that; API Gateway ends a request after 29 s
MAX_ADMIN_TOKEN_LIFETIME = timedelta(days=7)  # of the tokens that come with a batch
MAX_EXPORTED = 1000  # inboxes of one page
EXPORTED_BATCHES = 200  # that one page looks at

# Admins.
ADMIN_READ_AGE = timedelta(seconds=10)  # how old the admin key and the domains may be where used
MAIL_DOMAINS = 500  # that admins add or change
DOMAIN_ATTEMPTS = 10  # to change a domain that others change, too

# Domains of accounts.
CLAIMED_DOMAINS = 2000  # proven ones of all accounts; SES takes 10,000 identities a region
DOMAIN_SEEN_EVERY = timedelta(hours=6)  # how often a domain is checked whose proof was there
MISSING_SEEN_EVERY = timedelta(minutes=50)  # the same of one whose proof was missing; hourly
EXPIRED_KEPT = timedelta(days=30)  # how long a claim that lapsed stays in the list
INSPECTED_DOMAINS = 200  # that one hourly run checks
INSPECTING_TIME = timedelta(minutes=10)  # no domain's check begins after that

# Statistics for admins. They read the whole table, 1 MB a page; API Gateway ends a request after
# 29 s.
SURVEY_AGE = timedelta(seconds=10)  # how old they may be
CENSUS_SEGMENTS = 8  # that are read side by side
CENSUS_PAGES = 200  # of all segments; what is left uncounted makes the answer incomplete
CENSUS_TIME = timedelta(seconds=15)  # no page is read after that

# Mailboxes. They are read as a whole for folders and threads.
MAILBOX_PAGE_MESSAGES = 1000  # that are read at once
BULK_MESSAGES = 100  # changed by one request
THREAD_PARTICIPANTS = 10  # shown of one thread
SHORTEST_EXTENSION = timedelta(hours=1)  # of a mailbox; less is no gain

# Accounts. ASVS 5.0 section 6.2 asks for passwords of 8 characters or more, and allows no limit
# below 64.
MIN_PASSWORD_CHARS = 8  # ASVS's least
MAX_PASSWORD_CHARS = 128  # ASVS asks for 64 or more
MAX_FULL_NAME_CHARS = 200  # longer than names are
SESSIONS_PER_ACCOUNT = 20  # over that, those end that would end first
LISTED_MAILBOXES = 100  # of one account, expired ones included; what BatchGetItem reads at once
ACCOUNT_ATTEMPTS = 8  # to write an account that others write, too
VERIFICATION_LIFETIME = timedelta(hours=24)  # of an emailed token, and of what it would verify
VERIFICATION_MAILS = 3  # to one address, for registering and for forgotten passwords together
VERIFICATION_WINDOW = timedelta(hours=1)  # that these are counted over
ACCOUNT_NOTICES = 10  # a day to one account, about its password and its domains
BOUNCED_FOR = timedelta(days=30)  # nothing goes to an address for so long after a bounce
RESET_LIFETIME = timedelta(minutes=30)  # of a token for a new password

# API keys.
KEYS_PER_ACCOUNT = 20  # all of them count as one client
MAX_KEY_NAME_CHARS = 100  # of the name that its account gives it
MAX_KEY_LIFETIME = timedelta(days=3653)  # ten years, of a key that ends at all
KEY_USE_NOTED_EVERY = timedelta(hours=1)  # a write for each use would cost more than the use
EXPIRED_KEY_SHOWN = timedelta(days=30)  # in its account's list, until TTL takes it

# Lists.
PAGE_MESSAGES = 20  # where the request does not say
MAX_PAGE_MESSAGES = 100  # of a list of summaries
MAX_PAGE_CONTENTS = 50  # of a list that shows whole messages

# Filters of messages.
FILTER_CONDITIONS = 20  # of one filter
FILTER_CHARS = 256  # of one text or glob in it
FILTER_ALL_CHARS = 1000  # of all texts and globs in it
FILTER_WORDS_CHARS = 3000  # of search words, with their quotes
FILTER_TEXT_CHARS = 50_000  # of each body, from its beginning, that a filter looks at
FILTER_READS = 50  # emails that one request reads for its filter; it says where it goes on from

# Waiting for messages. Each request that waits (`wait`) holds a whole function.
MAX_WAIT = timedelta(seconds=25)  # API Gateway ends a request after 29 s
WAIT_STEPS_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5)  # between two looks; then 0.5 again and again
# The settings' highest value: all requests that wait are in one row, with some 50 bytes each.
MOST_WAITS_AT_ONCE = 500
WAIT_LEASE_MORE = timedelta(seconds=5)  # than the wait: a place whose function died is free then
WAIT_ATTEMPTS = 8  # to get a place while others get theirs
WAITS_KEPT = timedelta(days=1)  # how long the row stays after the last request that waited
WAIT_RETRY = timedelta(seconds=3)  # `Retry-After` where no place is free; twenty a minute

# Agents (`POST /mcp`): what they are given of one message.
MCP_TEXT_CHARS = 20_000  # of its text; models pay for each
MCP_LINKS = 50  # links, and files that are named

# Facades. Clients of other services ask for a list again and again until it has what they wait for.
FACADE_POLL_SECONDS = 0.5  # how often, where they are not told otherwise
# How long an answer of nothing is held at most, so that they keep within RATE_LIMIT_FETCH.
FACADE_PATIENCE = timedelta(seconds=5)
FACADE_READS = 200  # emails that deleting or marking by a search reads; more are refused
FACADE_LATEST_READS = 10  # emails that are read to find the latest of a search
FACADE_BULK_TIME = timedelta(seconds=20)  # of deleting or marking many; a request ends after 29 s

# Proof of work: what strangers solve before they get an inbox.
MOST_PROOF_ROUNDS = 100_000  # the setting's highest value: a check takes some 40 ms
PROOF_LIFETIME = timedelta(minutes=10)  # of a challenge
MAX_PROOF_CHARS = 2000  # of the header; a solved challenge has some 800

# Requests and answers. API Gateway takes 10 MB; nothing of ours needs more than this. Lambda
# answers up to 6 MB, base64 included.
MAX_REQUEST_BYTES = 64 * KIB  # of a body; a message to send may have more
# Of a text in a body or a frame. Texts and files of messages that go out may be longer; what is
# short by nature has a limit of its own.
MAX_FIELD_CHARS = 2048
MAX_NESTING = 20  # lists and objects of a field in each other
MAX_TOKEN_CHARS = 2048  # one of ours has about 300
MAX_ANSWER_BYTES = 4 * 1000 * 1000  # larger files and raw messages are a redirect to the bucket
LINK_LIFETIME = timedelta(minutes=5)  # of a link to the bucket
MAX_LISTED_BYTES = 1 * 1000 * 1000  # of one message in a list of whole ones; its bodies are cut

# Rate limits. How many requests there may be is said by settings (RATE_LIMIT_…).
RATE_WINDOW = timedelta(minutes=1)  # the settings' default (RATE_LIMIT_WINDOW)
RATE_KEPT_WINDOWS = 2  # how long a count stays after its window began
LOGIN_FAILURES = 10  # for the name of one account or inbox, from wherever they come
LOGIN_WINDOW = timedelta(minutes=15)  # that these are counted over
LOGIN_KNOWN = timedelta(days=30)  # how long an address that logged in has failures of its own
ADDRESS_COUNTED_TOGETHER = 5  # requests with tokens, of one address, that one write counts
ADDRESSES_REMEMBERED = 10_000  # of a window, by one process
CLAIMS_WINDOW = timedelta(days=1)  # that DOMAIN_CLAIMS_PER_DAY counts over

# Counting answered requests. They are counted together, as a write for each would double its price.
REQUESTS_NOTED_TOGETHER = 50  # then they are written
REQUESTS_NOTED_EVERY = timedelta(seconds=10)  # or after that time, with the next one
REQUEST_SHARDS = 4  # rows that processes write to

# The budget of a day, and the breaker. How much it is is said by settings (…_PER_DAY, DAILY_…).
BUDGET_KEPT = timedelta(days=3)  # how long the row of a day stays
TRIPPED_RATE = 5  # requests a second of each API once the day's budget is overspent
TRIPPED_BURST = 10  # requests at once, likewise
MAILS_COUNTED_EVERY = timedelta(seconds=60)  # how old the counters may be that a process goes by

# Health.
CHECK_TIME = timedelta(seconds=2)  # in which each thing must answer that the service needs
DOMAINS_COUNTED_EVERY = timedelta(seconds=60)  # for the metrics, by each process
DOMAINS_COUNTED = 5000  # of accounts, for the metrics

# Storage. A small message is parsed again whenever it is opened; of a larger one the content is
# kept. docs/cost.md says from how many reads on keeping it would have been cheaper.
READ_ANEW_BYTES = 256 * KIB  # up to here a message is small; SES begins to charge for size there
CONTENT_ROW_BYTES = 24 * KIB  # DynamoDB's rows end at 400 KB; above this, S3 is the cheaper place

# WebSocket. API Gateway closes a connection after 2 hours and takes frames up to 32 KB. How much
# one client may do is said by settings (SOCKET_…).
CONNECTION_LIFETIME = timedelta(hours=2, minutes=5)  # of a connection's rows
SUBSCRIPTIONS_PER_CONNECTION = 20  # the default of SOCKET_SUBSCRIPTIONS
CONNECTIONS_PER_INBOX = 50  # and per account, of all clients together
FRAMES_COUNTED_TOGETHER = 10  # of those that cost nothing but the call, by each process
REFUSED_FRAMES = 30  # of one connection in a minute, then it is closed
PROBED_CONNECTIONS = 10  # of those that keep a place, when none is left
SOCKET_TOKEN_LIFETIME = timedelta(seconds=60)  # of a page's token, to subscribe with
MAX_FRAME_BYTES = 32 * KIB  # what API Gateway takes
REPLAY_MESSAGES = 200  # of one replay; a client that is owed more subscribes again
PUSH_SECONDS = 2.0  # how long one client may keep one frame waiting

# Delivering.
DELIVERY_ATTEMPTS = 25  # of one that meets others at its inbox, before the queue tries again
# Rows of counters, so that each function that runs has one for itself: more than twice as many as
# may deliver at once. Fewer would forget what the rest has counted.
COUNTER_SHARDS = 128
OUTGOING_COUNTER_SHARDS = 16  # the same of what is sent, whose rate SES limits

# Rules of mailboxes and of accounts' domains. They run while a message comes in, before its row is
# written.
RULES = 50  # of one mailbox, or of one domain
RULE_TESTS = 200  # of all these rules together
RULE_DEPTH = 6  # of tests within tests
RULE_ACTIONS = 8  # of one rule
RULE_NAMES = 10  # headers that one test looks at
RULE_VALUES = 20  # that one test compares with
RULE_VALUE_CHARS = 256  # of one of them
RULE_NAME_CHARS = 60  # of the name of a rule
RULES_BYTES = 16 * KIB  # of them all, as they are kept: each message to the mailbox reads them
# Characters that the rules of one place may compare for one message: then the rest of them does not
# run, and the message is kept.
RULE_WORK = 2_000_000
RULE_TROUBLE_NOTED_EVERY = timedelta(hours=1)  # a write for each message would cost more than it
REJECTED_SENDERS = 100  # of one mailbox; the oldest is taken again
TRIED_MAIL_CHARS = 48 * KIB  # of a raw message that rules are tried with

# Forwarding, by rules.
FORWARD_DESTINATIONS = 5  # of one account, confirmed or asked

# Statistics by day.
STATS_KEPT = timedelta(days=396)  # 13 months: each month can be compared with that of last year
STATS_DAYS = 30  # where the request does not say
STATS_MOST_DAYS = 396  # of one answer
STATS_ROLLUPS = 50_000  # rows that one answer reads: days, times domains, times shards
STATS_DOMAINS_AGE = timedelta(minutes=5)  # how old the list of our domains may be where they count
ROLLUP_SHARDS = 4  # rows of one day and domain: a counter row always counts in the same one

# Exports. Each is made a part at a time, and S3 takes 10,000 parts of 5 MiB or more.
EXPORT_PART_BYTES = 16 * MIB  # of a part: no part is kept twice in memory
EXPORT_PAGE = 100  # messages that are listed at once
EXPORT_READS = 8  # raw messages that are read at the same time
EXPORT_READ_BYTES = 64 * MIB  # of those together
EXPORT_TIME = timedelta(minutes=12)  # of one run; what is left is for the next one
EXPORT_EVERY = timedelta(minutes=10)  # how often one holder may begin one
EXPORT_KEPT = timedelta(hours=24)  # how long the file can be had
EXPORT_STALE = timedelta(hours=2)  # one that nobody went on with for so long has failed
EXPORT_WIPES = 5  # attempts to remove one that is being written

# Looking for lost messages. The bucket announces each raw message; one without an outcome is
# delivered from its headers.
ARRIVAL_DELAY = timedelta(minutes=15)  # before the first look; SQS's longest
SWEEP_AFTER = timedelta(hours=1)  # younger ones are on their way
SWEEP_AGAIN = timedelta(hours=1)  # until the next look, then twice the time, and so on
LONGEST_ARRIVAL_WAIT = timedelta(hours=11)  # SQS takes 12 from when the record was received
ARRIVAL_OLD = timedelta(hours=6)  # an alarm rings: nothing has looked for so long
# Between rounds through all raw messages, which are for those that the bucket did not announce.
SWEEP_EVERY = timedelta(days=7)
SWEEP_TIME = timedelta(minutes=12)  # of one sweep; Lambda ends it after 15 minutes
SWEEP_PORTION = 1000  # keys that one LIST answers
# How far the first round looks back, and one after a long pause: what became of messages is known
# for 30 days.
SWEEP_REACH = timedelta(days=14)
SWEEP_BEHIND = timedelta(days=12)  # an alarm rings: the next round would begin to miss some

# Templates. The bounds of what they may say are bounds of the engine's work, too.
TEMPLATES_PER_ACCOUNT = 100  # all are answered in one list
TEMPLATES_BYTES = 20 * MIB  # of one account's, with all versions, compressed
TEMPLATE_VERSIONS = 20  # of one template; older ones go
TEMPLATE_NAME_CHARS = 100  # of the name that its account gives it
TEMPLATE_SUBJECT_CHARS = 2000  # of the subject's source, in bytes; see SENT_SUBJECT_CHARS
TEMPLATE_BYTES = 64 * KIB  # of the source of each part
TEMPLATE_TAGS = 1000  # `{{ … }}` and `{% … %}` of one part
TEMPLATE_TAG_CHARS = 500  # of one tag: what it nests in itself, too
TEMPLATE_NESTING = 10  # blocks in each other
TEMPLATE_ELEMENTS = 300  # of MJML in one template; in each other, some thousands end the process
TEMPLATE_MARKUP = 2000  # `<` in one template of MJML: the elements of HTML, too
TEMPLATE_DEFAULTS_CHARS = 4096  # of `mj-attributes`, which every element repeats
TEMPLATE_HTML_BYTES = 256 * KIB  # that MJML may be compiled to; DynamoDB's rows end at 400 KB
TEMPLATE_VARIABLES_BYTES = 16 * KIB  # of one message, as JSON
TEMPLATE_VARIABLE_CHARS = 64  # of the name of one
TEMPLATE_VARIABLE_DEPTH = 5  # lists and objects in each other
TEMPLATE_FUEL = 20_000  # steps of one part: some 5,000 rounds of a loop, or 2 MB of text
RENDERED_BYTES = 512 * KIB  # of each part of one message
BATCH_EMAILS = 50  # of one request, each with a recipient of its own
BATCH_SECONDS = 20  # no message of a batch is begun after that; API Gateway ends it after 29 s
MAX_BATCH_BYTES = 1 * MIB  # of a batch with all variables

# Sending. SES takes 50 recipients and 40 MB a message, base64 included.
SENT_RECIPIENTS = 50  # of one message: what SES takes
MAX_SENT_BYTES = 40 * 1000 * 1000  # of one message: what SES takes
MAX_FILE_BYTES = 10 * MIB  # all attachments together; the default of MAX_ATTACHMENT_SIZE
SENT_FILES = 50  # attachments of one message
SENT_FILENAME_CHARS = 200  # of an attachment's name
SENT_HEADERS = 50  # of `headers`
SENT_HEADER_BYTES = 900  # of one header; RFC 5322 section 2.1.1 has 998 with the name
SENT_SUBJECT_CHARS = 500  # readers show less
SENT_NAME_CHARS = 100  # of a sender's or a recipient's name
SENT_LINE_BYTES = 998  # RFC 5322 section 2.1.1, without the line's end
# Of a request. Lambda takes events of 6 MB, and API Gateway hands over the body in base64: what is
# larger is uploaded before.
MAX_SENT_REQUEST_BYTES = 4 * MIB
UPLOAD_TIME = timedelta(minutes=10)  # in which an upload must begin
UPLOAD_KEPT = timedelta(hours=1)  # in which messages may name it
UPLOAD_OBJECTS_KEPT = timedelta(days=1)  # by the bucket, which counts in days
UPLOAD_WINDOW = timedelta(hours=1)  # that an account's uploads are counted over
UPLOADED_MAILS = 50  # in that window: so many times the attachments that one message may have
IDEMPOTENCY_KEPT = timedelta(hours=24)  # the same request gets the same answer for so long
MAX_IDEMPOTENCY_KEY_CHARS = 255  # of `Idempotency-Key`
LONGEST_SCHEDULE = timedelta(days=365)  # how far ahead `scheduledAt` may be
ORDER_DELAY = timedelta(minutes=15)  # SQS's longest; what is due later is scheduled
UNWRITTEN_ORDER = timedelta(minutes=2)  # an order without a row then was never accepted
OUTGOING_KEPT = timedelta(days=30)  # how long a message is in the list after it was due
OUTGOING_EVENTS = 50  # of one message's history
SENDING_LEASE = timedelta(minutes=4)  # of one attempt: more than it can take
SENDING_TIME = timedelta(hours=24)  # how long a message is tried
FIRST_RETRY = timedelta(seconds=30)  # then twice the time, and so on
LONGEST_RETRY = timedelta(minutes=15)  # between two attempts
RATE_WAITS = 5  # for a place in SES's rate, of a second each, before the order goes back
SENDING_ACCOUNT_AGE = timedelta(minutes=5)  # how old SES's quota may be
OUTGOING_EXAMINED = 500  # rows that one page of a list looks at
OUTGOING_WRITES = 8  # attempts to write a row that events write, too
PURPOSE_CHARS = 500  # of what an account says it will send
APPROVALS_SHOWN = 50  # accounts of one page
SENT_DAYS_KEPT = timedelta(days=3)  # how long the counts of a day stay

# Webhooks. Receivers are somebody else's: what each may take of us is bounded.
WEBHOOKS_PER_ACCOUNT = 20  # of one account
WEBHOOKS_PER_INBOX = 5  # of one address or private inbox
WEBHOOKS_OF_DEPLOYMENT = 20  # of the admins
MAX_WEBHOOK_URL_CHARS = 1000  # of where it goes
MAX_WEBHOOK_DESCRIPTION_CHARS = 200  # of what its owner calls it
WEBHOOK_TIME = timedelta(seconds=15)  # of one attempt, from the name's look-up to the last byte
WEBHOOK_ANSWER_BYTES = 1024  # of a receiver's answer that are read and kept
WEBHOOK_TEXT_BYTES = 16 * KIB  # of a message's text in a payload; a link has the rest
WEBHOOK_LINK_LIFETIME = timedelta(hours=1)  # of the links in a payload; each attempt has new ones
WEBHOOK_FILES_BYTES = 2 * MIB  # of attachments in Postmark's format; larger ones are left out
WEBHOOK_RAW_BYTES = 4 * MIB  # of a raw message in Postmark's format; a larger one is left out
WEBHOOK_RUN = timedelta(seconds=20)  # after that, other webhooks have their turn
WEBHOOK_LEASE = timedelta(seconds=75)  # of one turn: more than it can take
WEBHOOK_SLOW = timedelta(seconds=2)  # a receiver that takes longer waits with others that do
WEBHOOK_LOOKED_AT = 50  # deliveries that wait, at once
WEBHOOK_LOG_KEPT = timedelta(days=14)  # of deliveries and their attempts
WEBHOOK_PAGE = 50  # deliveries of one page of the log
WEBHOOK_REPLAYED = 500  # deliveries that one request sends again
WEBHOOK_COUNTER_SHARDS = 16  # rows of counters
WEBHOOK_WRITES = 8  # attempts to change an owner's webhooks while others do
