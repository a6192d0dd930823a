// An inbox and what is done with it, whatever kind it is of.

import { shaped } from "./answers.js";
import { NotFound, Unauthenticated } from "./errors.js";
import { KINDS } from "./kinds.js";
import { Waits } from "./waits.js";
import { watch } from "./watch.js";

const TOKEN_SECONDS = 3600; // the longest that a token lives

/** @typedef {import("./kinds.js").Message} Message */
/** @typedef {import("./kinds.js").MessageSummary} MessageSummary */
/** @typedef {import("./waits.js").Filter} Filter */
/** @typedef {import("./waits.js").Found} Found */
/** @typedef {import("./waits.js").WaitOptions} WaitOptions */

/**
 * What an inbox is opened with, and what `inbox.access` gives for later.
 * @typedef {object} Access
 * @property {keyof typeof KINDS} kind
 * @property {string} address
 * @property {string} [id] of a private inbox or a mailbox
 * @property {string} [token] what opens it; deletes a public address
 */

/** An inbox. Made by `Mayfly`; deleted by `delete()`, or at the end of `await using`. */
export class Inbox {
  #transport;
  #socketUrl;
  /** @type {string | undefined} */
  #token;
  #isDeleted = false;
  #waits;

  /**
   * @param {import("./transport.js").Transport} transport
   * @param {() => Promise<string>} socketUrl
   * @param {Access} access
   * @param {Date | null} expiresAt
   */
  constructor(transport, socketUrl, access, expiresAt = null) {
    const { kind, address, id, token } = access;
    if (!Object.hasOwn(KINDS, kind)) {
      throw new TypeError(`kind is one of ${Object.keys(KINDS).join(", ")}`);
    }
    if (kind !== "public" && !id) throw new TypeError(`a ${kind} inbox is opened with its id`);
    this.#transport = transport;
    this.#socketUrl = socketUrl;
    this.#token = token;
    this.#waits = new Waits(transport.world, (...asked) => this.#ask("wait", ...asked));
    this.kind = kind;
    this.address = address;
    this.id = kind === "public" || !id ? address : id;
    this.expiresAt = expiresAt;
  }

  /**
   * What opens this inbox again (`mayfly.openInbox`). It has the token: not for logs.
   * @returns {Access}
   */
  get access() {
    return { kind: this.kind, address: this.address, id: this.id, token: this.#token };
  }

  /**
   * The next message that the filter means.
   * @param {WaitOptions} [options]
   * @returns {Promise<Message>}
   */
  async waitForMessage(options = {}) {
    const { message } = await this.wait("message", options);
    return this.message(message.id, { signal: options.signal });
  }

  /**
   * The code in the next message that has one.
   * @param {WaitOptions} [options]
   * @returns {Promise<string>}
   */
  async waitForCode(options = {}) {
    return /** @type {string} */ ((await this.wait("code", options)).value);
  }

  /**
   * The link in the next message that has one to confirm, sign in or set a password with.
   * @param {WaitOptions} [options]
   * @returns {Promise<string>}
   */
  async waitForLink(options = {}) {
    return /** @type {string} */ ((await this.wait("link", options)).value);
  }

  /**
   * What was waited for; WaitTimeout if it did not come in time.
   *
   * What is in the inbox already counts, and of messages, codes and links each is given once. With
   * `after` it begins there, and with `since` at that time, and nothing is left out.
   * @param {"message" | "code" | "link"} require
   * @param {WaitOptions} [options]
   * @returns {Promise<Found>}
   */
  async wait(require, options = {}) {
    const found = await this.#waits.next(require, options);
    return { ...found, message: shaped("wait", () => this.#kind.summary(found.message)) };
  }

  /**
   * All messages that the filter means, oldest first; with `after`, those above that number.
   * @param {Filter & {after?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<MessageSummary[]>}
   */
  async messages(options = {}) {
    const { after = 0, signal, ...filter } = options;
    const { cursor, page, listed, summary } = this.#kind;
    const found = [];
    for (let last = after; ; ) {
      const query = { ...filter, [cursor]: last, limit: page };
      const { content, headers } = await this.#ask("list", { query, signal });
      const answered = shaped("messages", () => {
        const { messages, last: to } = listed(content, headers);
        return { messages: messages.map(summary), last: to };
      });
      found.push(...answered.messages);
      if (!(answered.last > last)) return found;
      last = answered.last;
    }
  }

  /**
   * A whole message. `html: "safe"` is without scripts, forms and remote images.
   * @param {string | MessageSummary} message
   * @param {{html?: "raw" | "safe", images?: "blocked" | "remote", signal?: AbortSignal}} [options]
   * @returns {Promise<Message>}
   */
  async message(message, { signal, ...query } = {}) {
    const { content } = await this.#ask("show", { ...this.#named(message), query, signal });
    return shaped("message", () => this.#kind.whole(content));
  }

  /**
   * The raw message, byte for byte as it came.
   * @param {string | MessageSummary} message
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Uint8Array>}
   */
  async raw(message, options = {}) {
    return (await this.#ask("raw", { ...this.#named(message), ...options })).content;
  }

  /**
   * The bytes of an attachment, decoded.
   * @param {string | MessageSummary} message
   * @param {string | {id: string}} attachment
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Uint8Array>}
   */
  async attachment(message, attachment, options = {}) {
    const attachmentId = typeof attachment === "string" ? attachment : attachment.id;
    const named = { ...this.#named(message), attachmentId };
    return (await this.#ask("attachment", { ...named, ...options })).content;
  }

  /**
   * Marks a message as read or unread, as spam or not.
   * @param {string | MessageSummary} message
   * @param {import("./kinds.js").Marks} marks
   * @param {{signal?: AbortSignal}} [options]
   */
  async mark(message, marks, options = {}) {
    const body = this.#kind.marks(marks);
    await this.#ask("mark", { ...this.#named(message), body, ...options });
  }

  /**
   * @param {string | MessageSummary} message
   * @param {{signal?: AbortSignal}} [options]
   */
  async deleteMessage(message, options = {}) {
    await this.#ask("delete", { ...this.#named(message), ...options });
  }

  /**
   * Deletes the messages that a filter means; it has to say something.
   * @param {Filter & {signal?: AbortSignal}} filter
   * @returns {Promise<number>} how many
   */
  async deleteMessages({ signal, ...filter }) {
    let deleted = 0;
    for (let after = 0; ; ) {
      const { content } = await this.#ask("erase", { query: { ...filter, after }, signal });
      deleted += content.deleted;
      if (!content.more) return deleted;
      after = content.seq;
    }
  }

  /**
   * Has the service send a message with a code to this inbox.
   * @param {{signal?: AbortSignal}} [options]
   */
  async sendSample(options = {}) {
    await this.#ask("sample", options);
  }

  /**
   * Messages as they come, over a WebSocket that reconnects by itself; first those above `after`.
   * It ends with the loop, or by the signal, whose reason it then throws.
   * @param {Filter & {after?: number, signal?: AbortSignal}} [options]
   * @returns {AsyncGenerator<MessageSummary, void, void>}
   */
  async *watch(options = {}) {
    const { after = 0, signal, includeSpam, ...filter } = options;
    if (includeSpam !== undefined) throw new TypeError("a watch never has spam: use messages()");
    const { world, retries } = this.#transport;
    const wanted = () => ({
      email: this.address,
      ...(this.kind === "public" ? {} : { token: this.#token }),
      ...(Object.keys(filter).length ? { filter } : {}),
    });
    const url = await this.#socketUrl();
    for await (const data of watch(url, wanted, after, retries, world, signal)) {
      const id = this.kind === "public" ? data.id : data.seq;
      yield KINDS.public.summary({ ...data, id });
    }
  }

  /**
   * Exchanges the token of a private inbox: the one before is dead at once.
   * @param {number} [seconds] how long the new one lives, 3600 at most
   * @returns {Promise<Date>} when it ends
   */
  async renew(seconds = TOKEN_SECONDS) {
    if (this.kind !== "private") throw new TypeError("only private inboxes have tokens that end");
    const { content } = await this.#transport.ask("privateInboxes", "rotateToken", {
      inboxId: this.id,
      token: this.#token,
      body: { token_ttl_seconds: seconds },
    });
    this.#token = content.access_token;
    return new Date(content.token_expires_at);
  }

  /**
   * Deletes the inbox with all it holds. One that is gone already is no error.
   * @param {{signal?: AbortSignal}} [options]
   */
  async delete(options = {}) {
    if (this.#isDeleted) return;
    const [subject, name] = this.#kind.remove;
    const request = { [this.#kind.inbox]: this.id, token: this.#token, ...options };
    try {
      await this.#transport.ask(subject, name, request, { repeatable: true });
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
    this.#isDeleted = true;
  }

  /** For `await using`. */
  async [Symbol.asyncDispose]() {
    await this.delete();
  }

  get #kind() {
    return KINDS[this.kind];
  }

  /** @param {string | MessageSummary} message */
  #named(message) {
    return { [this.#kind.message]: typeof message === "object" ? message.id : message };
  }

  /**
   * @param {string} verb
   * @param {Record<string, any>} options
   * @param {import("./transport.js").Sending} [sending]
   */
  async #ask(verb, options, sending = {}) {
    const { subject, operations, inbox } = this.#kind;
    const token = this.#token;
    const request = { [inbox]: this.id, ...options };
    /** @param {string | undefined} token */
    const asked = (token) =>
      this.#transport.ask(subject, operations[verb], { token, ...request }, sending);
    try {
      return await asked(token);
    } catch (error) {
      // The token was exchanged while this was on its way.
      if (!(error instanceof Unauthenticated) || token === this.#token) throw error;
      return asked(this.#token);
    }
  }
}
