"""The laptop: the same handlers as in the cloud, behind stand-ins for the services around them.

| in the cloud        | here                                                              |
| ------------------- | ----------------------------------------------------------------- |
| SES receiving       | `mail_server`, `acceptance`: aiosmtpd, the same object and notice |
| S3, SNS, SQS, table | `moto_server`: moto, in this process, behind one lock             |
| S3's signed links   | `bucket_door`: the one way to moto from outside                   |
| SQS to Lambda       | `notice_queue`: batches, partial failures, dead letters           |
| streams to Lambda   | `table_stream`: filters, order, bisecting, attempts               |
| TTL                 | `expiry`                                                          |
| EventBridge         | `schedule`                                                        |
| REST API            | `http_gateway`                                                    |
| WebSocket API       | `socket_gateway`, `@connections` included                         |
| durable storage     | `persistence`, when `DATA` names a folder                         |

Two things differ so that one interpreter can do what many functions do: a 250 waits while many
notices do (`intake`), and who waits for mail is woken by it (`arrivals`).

moto is mended where it is unsafe or slow: `moto_guard` (the lock), `moto_transactions`,
`moto_queries`, `moto_queues`; `moto_shortcut` answers all calls in the process. Whom the servers
answer is in `own_names`, and how many at once in `places` and `connections`.

From the handler inwards all else is the same: the events have AWS's shapes. What cannot be
seen here:

- IAM: whoever is in this process may do everything.
- SES's judgement: nothing is scanned or verified, all verdicts are `DISABLED`. SES takes mail for
  every local part of its domains; here, who is unknown is refused at RCPT.
- Retries and delays of the real services, throttling, capacity, eventual consistency, cold starts:
  reads are always consistent, all invocations share one warm process.
- One queue of changes stands for all shards of the stream; consumers see one order of everything.
- S3's lifecycle rules: objects stay until something deletes them.
- The order of frames: here a connection's frames are handled one after the other, API Gateway
  handles them side by side. A message of several frames may be 32 KB long here, 128 KB there.
- Names and certificates of the endpoints: all is plain and bound to loopback.
"""
