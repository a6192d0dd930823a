// Waits: several requests, each from where the last one has looked to, until the caller's deadline.

import { retryAfter } from "./answers.js";
import { Unreachable, WaitTimeout } from "./errors.js";

const USUAL_SECONDS = 60;
const MOST_SECONDS = 3600;
const LONGEST_REQUEST = 25; // seconds that the service holds one
const ROOM_SECONDS = 15; // for the way there and back, beside what the service waits
const EARLY = 1000; // milliseconds: who is answered sooner, and in vain, comes back later

/**
 * Which messages are meant: all of it has to hold. Texts are contained, whatever the case; after
 * `~` they are a glob. `q` has the same in the words of Mailpit.
 * @typedef {object} Filter
 * @property {string} [from]
 * @property {string} [to]
 * @property {string} [subject]
 * @property {string} [text]
 * @property {boolean} [hasAttachment]
 * @property {boolean} [isRead]
 * @property {string | Date} [since]
 * @property {string | Date} [before]
 * @property {string | number} [larger]
 * @property {string | number} [smaller]
 * @property {string} [q]
 * @property {boolean} [includeSpam]
 */

/**
 * How to wait: a filter, and
 * @typedef {Filter & {timeout?: number, after?: number, signal?: AbortSignal}} WaitOptions
 *   `timeout` in seconds, 60 without; `after` a number from which on to look
 */

/**
 * What a wait has found.
 * @typedef {object} Found
 * @property {string | null} value the code or the link
 * @property {"high" | "medium" | "low" | null} confidence
 * @property {string | null} where how it was found
 * @property {number} seq
 * @property {import("./kinds.js").MessageSummary} message
 */

/** What was waited for in one inbox, and what was given already. */
export class Waits {
  /** By what was waited for. @type {Record<string, Set<number>>} */
  #given = { message: new Set(), code: new Set(), link: new Set() };
  /** How far each wait has looked. @type {Map<string, number>} */
  #cursors = new Map();

  /**
   * @param {import("./world.js").World} world
   * @param {(options: Record<string, any>, sending: import("./transport.js").Sending) =>
   *   Promise<import("./transport.js").Answer>} ask the service, to wait once
   */
  constructor(world, ask) {
    this.world = world;
    this.ask = ask;
  }

  /**
   * What comes next and was not given yet, as the service says it; WaitTimeout if that is nothing.
   * @param {"message" | "code" | "link"} require
   * @param {WaitOptions} options
   */
  async next(require, { timeout = USUAL_SECONDS, after, signal, ...filter }) {
    if (!(timeout >= 0 && timeout <= MOST_SECONDS)) {
      throw new TypeError(`timeout is in seconds, and ${MOST_SECONDS} at most`);
    }
    const { now } = this.world;
    const deadline = now() + timeout * 1000;
    const signature = JSON.stringify([require, filter]);
    const isOwn = after === undefined && filter.since === undefined;
    const given = isOwn ? this.#given[require] : new Set();
    let seq = after ?? (isOwn ? (this.#cursors.get(signature) ?? 0) : 0);
    for (;;) {
      const left = Math.max(0, deadline - now());
      const seconds = Math.min(LONGEST_REQUEST, Math.ceil(left / 1000));
      const query = { ...filter, require, after: seq, timeout: seconds };
      const began = now();
      const sending = { seconds: seconds + ROOM_SECONDS, until: deadline };
      const { content, headers } = await this.ask({ query, signal }, sending);
      if (!Number.isInteger(content.seq)) {
        throw new Unreachable("wait", "the answer has no number: this is no Mayfly");
      }
      const goesOn = content.seq > seq;
      const isEarly = !goesOn && now() - began < EARLY;
      seq = Math.max(seq, content.seq);
      if (isOwn) this.#cursors.set(signature, seq);
      if (content.status === "found") {
        if (!given.has(content.seq)) {
          this.#given[require].add(content.seq);
          const { value, confidence, where, message } = content;
          return { value, confidence, where, seq: content.seq, message };
        }
        if (goesOn) continue;
      }
      if (now() >= deadline) throw new WaitTimeout(require, timeout, seq);
      await this.#rest(retryAfter(headers) ?? (isEarly ? EARLY / 1000 : 0), deadline, signal);
    }
  }

  /**
   * Pauses where the service had no place to wait at, or has answered early and in vain.
   * @param {number} seconds
   * @param {number} deadline
   * @param {AbortSignal} [signal]
   */
  async #rest(seconds, deadline, signal) {
    const { now, random, pause } = this.world;
    const wanted = seconds * 1000 * (1 + random() / 4);
    if (wanted > 0) await pause(Math.max(0, Math.min(wanted, deadline - now())), signal);
  }
}
