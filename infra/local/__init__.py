"""The laptop: the same handlers as in the cloud, behind stand-ins for the services around them.

| in the cloud        | here                                                                 |
| ------------------- | -------------------------------------------------------------------- |
| SES receiving       | `smtp`, `ses.accept`: aiosmtpd, the same object and notice           |
| SES sending         | `ses.deliver`: to inboxes here, or into a folder                     |
| S3, SNS, SQS, table | `moto.server`: moto, in this process, behind one lock                |
| S3's signed links   | `s3`: the one way to moto from outside                               |
| SQS to Lambda       | `lambda_.triggers`: batches, partial failures, dead letters; a clock |
| streams to Lambda   | `dynamodb.stream`: filters, order, bisecting, attempts               |
| TTL                 | `dynamodb.ttl`                                                       |
| REST API            | `apigateway.rest`                                                    |
| WebSocket API       | `apigateway.websocket`, `@connections` included                      |
| durable storage     | `data`, when `DATA` names a folder                                   |

Two things differ so that one interpreter can do what many functions do: a 250 waits while many
notices do (`ses.backpressure`), and a reader that waits for mail is woken by it
(`dynamodb.long_poll`).

moto is mended where it is unsafe or slow: `moto.guard` (the lock), `moto.dynamodb`, `moto.sqs`,
`moto.s3`, `moto.ses`; `moto.in_process` answers all calls in the process. Which names the servers
answer to is in `apigateway.own_names`, and how many clients at once in `connections`.

From the handler inwards all else is the same: the events have AWS's shapes. What cannot be
seen here:

- IAM: whoever is in this process may do everything.
- SES's judgement: nothing is scanned or verified, all verdicts are `DISABLED`. SES takes mail for
  every local part of its domains; here, an unknown one is refused at RCPT.
- Retries and delays of the real services, throttling, capacity, eventual consistency, cold starts:
  reads are always consistent, all invocations share one warm process.
- One queue of changes stands for all shards of the stream; consumers see one order of everything.
- S3's lifecycle rules: objects stay until something deletes them.
- The order of frames: here a connection's frames are handled one after the other, API Gateway
  handles them side by side. A message of several frames may be 32 KB long here, 128 KB there.
- Names and certificates of the endpoints: all is bound to loopback, and plain but for `https`.
"""
