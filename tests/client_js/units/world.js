// A world for tests: answers that were written beforehand, and time that passes by itself.

import { Mayfly } from "../../../clients/javascript/src/index.js";
import { Inbox } from "../../../clients/javascript/src/inbox.js";
import { Transport } from "../../../clients/javascript/src/transport.js";

export const URL_OF_SERVICE = "https://mail.example.org";

/** An answer of JSON. */
export const json = (content, status = 200, headers = {}) => () =>
  new Response(JSON.stringify(content), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });

/** A refusal as the service writes it. */
export const refusal = (status, code, headers = {}, details = []) =>
  json({ error: { code, message: "it said so", details } }, status, headers);

/** No answer. */
export const nothing = () => {
  throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
};

/** Answers in their order, whatever is asked; `asked` has the requests, `pauses` the pauses. */
export class World {
  asked = [];
  pauses = [];
  clock = 0;

  constructor(...answers) {
    this.answers = answers;
  }

  fetch = async (url, how = {}) => {
    this.asked.push({ url: String(url), ...how });
    const answer = this.answers.shift();
    if (!answer) throw new Error(`nobody expected ${how.method} ${url}`);
    return answer(this, how);
  };
  random = () => 1;
  now = () => this.clock;
  pause = async (milliseconds, signal) => {
    signal?.throwIfAborted();
    this.pauses.push(milliseconds);
    this.clock += milliseconds;
  };
  connect = () => {
    throw new Error("nobody expected a WebSocket");
  };

  /** A transport in this world. */
  transport(credentials = {}, retries = 3) {
    return new Transport(URL_OF_SERVICE, credentials, retries, 30, this);
  }

  /** An inbox in this world. */
  inbox(kind = "private", access = {}) {
    const usual = { kind, address: "ann@mail.example.org", id: "7", token: "secret-token" };
    const socketUrl = async () => "wss://mail.example.org";
    return new Inbox(this.transport(), socketUrl, { ...usual, ...access });
  }

  /** A client that sends in this world; the rest is real. */
  mayfly(options = {}) {
    return new Mayfly(URL_OF_SERVICE, { fetch: this.fetch, ...options });
  }
}
