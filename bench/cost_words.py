"""The prose of docs/cost.md; `bench.cost_page` puts the figures in."""

TOP = """# What Mayfly costs

Written by `make cost` from measured calls, units, bytes and CPU (`bench/cost_measured.json`),
prices of us-east-1 of {as_of} (`bench/prices.py`) and the assumptions at the end
(`bench/cost_model.py`). Volume discounts and free allowances are left out: they only make it less.
Do not edit this page.
"""

CHUNKS = """
SES takes $0.10 for 1,000 mails, spam included, and $0.09 for 1,000 complete chunks of 256 KB.
Whether a mail of 75 KB really counts no chunk shows on the first bill: if it counts one, add $90 to
each million. Raw mails go with their messages: here those of inboxes that keep mail for three days.
What has no message, or was for several recipients, lies for {days} days at most: as long as
messages of accounts may live, and 14 days for notices in a dead-letter queue. A shorter
`mailboxMessageLifetimeSeconds` lowers that, down to {least} days.
"""

SENDING = """
SES takes $0.10 for 1,000 recipients without a pricing plan, ${essentials} with the plan Essentials,
which new AWS accounts begin with, and ${attached} for a GB of attachments. The mail lies in S3 for
{days} days, so that it can be sent again. A mail that is scheduled costs a dollar in a million more
(EventBridge Scheduler), one for a relay nothing at SES. A deployment that may send costs
{standing} a month more: {alarms} alarms, and polls of two queues.
"""

VISITS = """## The page

Opening the page for the first time takes up to {requests} requests and {first_kb} KB of CloudFront:
{first} for a million. Whoever comes back is told that nothing has changed: {again}. What the page
asks of the API goes through CloudFront, too, and costs {request} more for a million requests. S3 is
asked for each file once by each regional cache, {deployment} for each deployment. CloudFront's
first ten million requests and terabyte a month are free, and not counted here.
"""

QUOTAS = """
Quotas are those of one account and one region, as AWS gives them unasked. A second region or
account is a second deployment with domains of its own: they share nothing, so nothing has to be
split, and the MX records decide which of them takes which domain.
"""

INGRESS = """## Beyond SES

At any size SES takes most of it, and no tuning lowers that. What could: mail servers of one's own
that fulfil the same contract. Whoever stores the mail under `raw/`, *then* publishes the notice of
it (`mayfly.wire.notice` says what it must hold), and only then answers 250, is an ingress;
`infra/local` is one. Everything behind it stays as it is.

| mails a month | SES | two servers (t4g.small, 20 GB, an address each) and S3's PUT |
| --- | --- | --- |
{rows}

By price alone the servers win from {even} million mails a month on. They bring no verdicts on spam
and viruses and need somebody who looks after them; for 1,000 million mails, two are not enough.
"""

BOTTOM = """## What is assumed

- One inbox for every {mails_per_inbox} mails. If anybody reads, each inbox has one WebSocket of
  {minutes} minutes. Each mail comes to one recipient, alone in its batch.
- A read is a list of the 20 newest messages and one whole message, uncompressed, without its
  attachments.
- Lambda bills the handler's CPU, measured on the machine that ran `make cost`, on the share of a
  vCPU that its memory buys, and the time it waits for AWS: {waits}, other calls {other} ms each. No
  cold starts.
- How requests were answered is counted by one write for {together} of them, {counting} units for
  each request; how often a client may ask, by one write for each,
  and by another for one in {held} of those with a token or for a new inbox.
- A mail that is sent arrives, and SES says two things of it.
- Rows live as long as messages and {ttl} days more, what became of a mail {known} days; the table's
  backup is as large as the table.
"""
