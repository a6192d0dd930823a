// A service of Mayfly, as a program sees it.

import { Unreachable } from "./errors.js";
import { Inbox } from "./inbox.js";
import { OPERATIONS } from "./operations.js";
import { Transport } from "./transport.js";
import { REAL } from "./world.js";

const TOKEN_SECONDS = 3600; // the longest that the token of a private inbox lives

/**
 * Who asks, and how.
 * @typedef {import("./transport.js").Credentials & {
 *   retries?: number,
 *   requestTimeout?: number,
 *   socketUrl?: string,
 *   fetch?: typeof globalThis.fetch,
 * }} Options `retries` (3) says how often what only reads is sent again, `requestTimeout` (30) how
 *   many seconds one answer may take, `socketUrl` where the WebSocket is, if the service's page is
 *   elsewhere, `fetch` what to send with
 */

/**
 * What inbox to make.
 * @typedef {object} WantedInbox
 * @property {"private" | "public"} [kind] private, unless it says public
 * @property {string} [domain] the service's first, without
 * @property {number} [seconds] how long the token of a private inbox lives, 3600 without
 * @property {AbortSignal} [signal]
 */

/** One service, at its URL. */
export class Mayfly {
  #transport;
  #options;

  /**
   * @param {string} url as `https://mail.example.org`
   * @param {Options} [options]
   */
  constructor(url, options = {}) {
    const { retries = 3, requestTimeout = 30, token, apiKey, adminKey, ...rest } = options;
    if (!(Number.isInteger(retries) && retries >= 0 && retries <= 10)) {
      throw new TypeError("retries is a number from 0 to 10");
    }
    if (!(requestTimeout > 0 && requestTimeout <= 600)) {
      throw new TypeError("requestTimeout is in seconds, 600 at most");
    }
    const world = { ...REAL, ...(rest.fetch ? { fetch: rest.fetch } : {}) };
    this.#options = options;
    const credentials = { token, apiKey, adminKey };
    this.#transport = new Transport(url, credentials, retries, requestTimeout, world);
    /**
     * Every operation of the API by subject, under its own name.
     * @type {import("./operations.js").Api}
     */
    this.api = operations(this.#transport);
  }

  /** Where the service is. */
  get url() {
    return this.#transport.baseUrl;
  }

  /**
   * The same service with other credentials.
   * @param {import("./transport.js").Credentials} credentials
   */
  as(credentials) {
    const { token, apiKey, adminKey, ...rest } = this.#options;
    return new Mayfly(this.url, { ...rest, ...credentials });
  }

  /**
   * The same service as an account.
   * @param {string} email
   * @param {string} password
   */
  async login(email, password) {
    const { token } = await this.api.accounts.loginUser({ body: { email, password } });
    return this.as({ token });
  }

  /**
   * A new inbox. Nobody but you reads a private one; everybody who knows a public address can.
   * @param {WantedInbox} [wanted]
   * @returns {Promise<Inbox>}
   */
  async createInbox({ kind = "private", domain, seconds = TOKEN_SECONDS, signal } = {}) {
    if (kind === "public") {
      const made = await this.api.addresses.createAddress({ body: { domain }, signal });
      const access = { kind, address: told("create_address", made.email), token: made.access_token };
      return this.openInbox(access, new Date(made.expiresAt));
    }
    if (kind !== "private") throw new TypeError("kind is private or public");
    const body = { mode: "generated", token_ttl_seconds: seconds, domain };
    const made = await this.api.privateInboxes.createInbox({ body, signal });
    const { inbox_id: id, access_token: token } = made;
    const address = told("create_inbox", made.email_address && id && token && made.email_address);
    return this.openInbox({ kind, address, id, token }, new Date(made.expires_at));
  }

  /**
   * A new mailbox of the account that asks; lives for a week.
   * @param {{alias?: string, domain?: string, signal?: AbortSignal}} [wanted]
   * @returns {Promise<Inbox>}
   */
  async createMailbox({ signal, ...body } = {}) {
    const made = await this.api.mailboxes.createMailbox({ body, signal });
    const { token } = this.#options;
    const address = told("create_mailbox", made.id && made.emailAddress);
    const access = { kind: /** @type {const} */ ("mailbox"), address };
    return this.openInbox({ ...access, id: made.id, token }, new Date(made.expiresAt));
  }

  /**
   * An inbox that there is already. Nothing is asked of the service.
   * @param {import("./inbox.js").Access} access
   * @param {Date | null} [expiresAt]
   */
  openInbox(access, expiresAt = null) {
    const token = access.token ?? (access.kind === "mailbox" ? this.#options.token : undefined);
    const transport = this.#transport.with({});
    return new Inbox(transport, () => this.#socketUrl(), { ...access, token }, expiresAt);
  }

  /**
   * What the function gives with a new inbox, which is deleted at the end, whatever happens.
   * @template T
   * @overload
   * @param {(inbox: Inbox) => T | Promise<T>} use
   * @param {WantedInbox} [wanted]
   * @returns {Promise<T>}
   */
  /**
   * @param {(inbox: Inbox) => any} use
   * @param {WantedInbox} [wanted]
   */
  async withInbox(use, wanted = {}) {
    const inbox = await this.createInbox(wanted);
    let result;
    try {
      result = await use(inbox);
    } catch (error) {
      await inbox.delete().catch(() => {}); // what went wrong first is what counts
      throw error;
    }
    await inbox.delete();
    return result;
  }

  async #socketUrl() {
    if (this.#options.socketUrl) return this.#options.socketUrl;
    const { socketUrl } = Object(await this.#transport.read("/config.json"));
    if (typeof socketUrl === "string" && /^wss?:\/\//.test(socketUrl)) return socketUrl;
    throw new Unreachable("subscribe", "the service does not say where: give socketUrl");
  }
}

/**
 * @param {string} operation
 * @param {unknown} address
 * @returns {string} the same, if there is one
 */
function told(operation, address) {
  if (typeof address === "string" && address !== "") return address;
  throw new Unreachable(operation, "the answer names no inbox: this is no Mayfly");
}

/**
 * @param {Transport} transport
 * @returns {import("./operations.js").Api}
 */
function operations(transport) {
  /** @param {string} subject */
  const named = (subject) => (/** @type {[string, string]} */ [name]) => [
    name,
    async (/** @type {any} */ options) => (await transport.ask(subject, name, options)).content,
  ];
  const found = Object.entries(OPERATIONS).map(([subject, names]) => [
    subject,
    Object.fromEntries(Object.entries(names).map(named(subject))),
  ]);
  return /** @type {any} */ (Object.fromEntries(found));
}
