// One request and its answer: credentials, retries, proof of work, errors.

import { content, read, refusal } from "./answers.js";
import { MayflyError, Unreachable, refused } from "./errors.js";
import { OPERATIONS, operationId } from "./operations.js";
import { solve } from "./proof.js";

const TRIED_AGAIN = new Set([429, 502, 503, 504]);
const FIRST_PAUSE = 250; // milliseconds; doubled for each further try
const LONGEST_PAUSE = 8_000;
const LONGEST_RETRY_AFTER = 30; // seconds; who is told to come later than that is told so

/**
 * What a request may be sent with.
 * @typedef {object} Credentials
 * @property {string} [token] of an account, as its login answers it
 * @property {string} [apiKey] of an account
 * @property {string} [adminKey] of the operator: sent to operations of admins only
 */

/**
 * An answer that is no refusal.
 * @typedef {object} Answer
 * @property {any} content JSON as it is, bytes, or text
 * @property {Headers} headers
 */

/**
 * How one request is sent, beside what the caller says (see `CallOptions`).
 * @typedef {object} Sending
 * @property {boolean} [repeatable] whether it may be sent twice; what reads may always be
 * @property {number} [seconds] how long the service may take for it
 * @property {number} [until] of `World.now`: from then on it is not sent again
 */

/** Sends requests to one service. */
export class Transport {
  /** @type {Credentials} */
  #credentials;

  /**
   * @param {string} baseUrl
   * @param {Credentials} credentials
   * @param {number} retries
   * @param {number} seconds
   * @param {import("./world.js").World} world
   */
  constructor(baseUrl, credentials, retries, seconds, world) {
    this.baseUrl = checkedUrl(baseUrl);
    this.#credentials = credentials;
    this.retries = retries;
    this.seconds = seconds;
    this.world = world;
  }

  /** @param {Credentials} credentials */
  with(credentials) {
    return new Transport(this.baseUrl, credentials, this.retries, this.seconds, this.world);
  }

  /**
   * What the operation answers; rejects with the error that it answers instead.
   * @param {string} subject
   * @param {string} name
   * @param {Record<string, any>} [options] see `CallOptions`
   * @param {Sending} [sending]
   * @returns {Promise<Answer>}
   */
  async ask(subject, name, options = {}, sending = {}) {
    const table = /** @type {Record<string, Record<string, string>>} */ (OPERATIONS);
    const declared = table[subject]?.[name];
    if (declared === undefined) throw new TypeError(`there is no operation ${subject}.${name}`);
    const [method, template, kind] = declared.split(" ");
    const request = {
      operation: operationId(name),
      method,
      url: this.baseUrl + path(template, options) + query(options.query),
      isFile: kind === "bytes",
      mayBePage: template === "/docs",
      isForAdmins: template.startsWith("/v1/admin/"),
      seconds: sending.seconds ?? this.seconds,
      until: sending.until ?? Infinity,
    };
    const attempts = method === "GET" || sending.repeatable ? this.retries + 1 : 1;
    try {
      return await this.#tried(request, options, attempts);
    } catch (error) {
      const wants = /** @type {any} */ (error).code === "PROOF_OF_WORK_REQUIRED";
      if (!wants || options.headers?.["X-Altcha"] !== undefined) throw error;
    }
    const proof = await this.#proof(request.operation, options.signal);
    const headers = { ...options.headers, "X-Altcha": proof };
    return this.#tried(request, { ...options, headers }, attempts);
  }

  /**
   * What lies beside the API at this path, as JSON.
   * @param {string} place
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async read(place, signal) {
    const request = {
      operation: place,
      mayBePage: true, // where a page is served for whatever is asked
      method: "GET",
      url: this.baseUrl + place,
      seconds: this.seconds,
      until: Infinity,
    };
    return (await this.#tried(request, { token: null, signal }, this.retries + 1)).content;
  }

  /**
   * @param {string} operation
   * @param {AbortSignal} [signal]
   */
  async #proof(operation, signal) {
    const { content } = await this.ask("service", "proofOfWork", { token: null, signal });
    try {
      return await solve(content, signal);
    } catch (error) {
      if (error instanceof RangeError) throw new Unreachable(operation, error.message);
      throw error;
    }
  }

  /**
   * @param {any} request
   * @param {Record<string, any>} options
   * @param {number} attempts
   * @returns {Promise<Answer>}
   */
  async #tried(request, options, attempts) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(request, options);
      } catch (error) {
        const wait = attempt < attempts ? this.#pauseAfter(error, attempt) : null;
        if (wait === null || this.world.now() + wait > request.until) throw error;
        await this.world.pause(wait, options.signal);
      }
    }
  }

  /**
   * Milliseconds until the next try; null if there is to be none.
   * @param {any} error
   * @param {number} attempt
   */
  #pauseAfter(error, attempt) {
    if (!(error instanceof MayflyError)) return null;
    const { status, retryAfter } = /** @type {any} */ (error);
    if (status !== undefined && !TRIED_AGAIN.has(status)) return null;
    if (retryAfter > LONGEST_RETRY_AFTER) return null;
    // Full jitter: clients that were refused together do not come back together.
    const most = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
    return (retryAfter ?? 0) * 1000 + this.world.random() * most;
  }

  /**
   * @param {any} request
   * @param {Record<string, any>} options
   * @returns {Promise<Answer>}
   */
  async #once(request, options) {
    options.signal?.throwIfAborted();
    const late = AbortSignal.timeout(request.seconds * 1000);
    const hasBody = options.body !== undefined;
    let answer;
    let bytes;
    try {
      answer = await this.world.fetch(request.url, {
        method: request.method,
        headers: { ...this.#headers(request, options, hasBody), ...options.headers },
        body: hasBody ? JSON.stringify(options.body) : undefined,
        // Only files lie elsewhere: nothing else is to carry a credential to another place.
        redirect: request.isFile ? "follow" : "error",
        credentials: "omit",
        cache: "no-store",
        signal: options.signal ? AbortSignal.any([options.signal, late]) : late,
      });
      bytes = await read(request.operation, answer);
    } catch (cause) {
      if (cause instanceof Unreachable) throw cause;
      if (options.signal?.aborted) throw options.signal.reason;
      if (late.aborted) {
        throw new Unreachable(request.operation, `no answer within ${request.seconds} s`);
      }
      throw new Unreachable(request.operation, "no answer came", cause);
    }
    if (!answer.ok) throw refused(refusal(request.operation, answer, bytes));
    return { content: content(request, answer, bytes), headers: answer.headers };
  }

  /**
   * @param {any} request
   * @param {Record<string, any>} options
   * @param {boolean} hasBody
   * @returns {Record<string, string>}
   */
  #headers(request, options, hasBody) {
    const { token, apiKey, adminKey } = this.#credentials;
    /** @type {Record<string, string>} */
    const headers = {};
    if (hasBody) headers["Content-Type"] = "application/json";
    if (request.isForAdmins) {
      if (adminKey) headers["X-Admin-Key"] = adminKey;
      return headers;
    }
    const bearer = options.token === undefined ? token : options.token;
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    // A redirect to a file would take the key along; files of messages open to tokens only.
    if (apiKey && options.token === undefined && !request.isFile) headers["X-API-Key"] = apiKey;
    return headers;
  }
}

/**
 * @param {string} text
 * @returns {string} without a slash at its end
 */
function checkedUrl(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError("the service's URL is none; it is as https://mail.example.org");
  }
  if (!["http:", "https:"].includes(url.protocol) || url.username || url.password) {
    throw new TypeError("the service's URL begins with https:// or http://, and names no user");
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/**
 * @param {string} template
 * @param {Record<string, any>} options
 */
function path(template, options) {
  return template.replace(/\{(\w+)\}/g, (_, name) => {
    const value = String(options[name] ?? "");
    // A URL has no way to say these: they would be taken for another path.
    if (["", ".", ".."].includes(value)) throw new TypeError(`${name} is missing, or cannot be`);
    return encodeURIComponent(value).replaceAll("%40", "@");
  });
}

/** @param {Record<string, unknown>} [wanted] */
function query(wanted = {}) {
  const asked = Object.entries(wanted)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)]);
  return asked.length ? `?${new URLSearchParams(asked)}` : "";
}
