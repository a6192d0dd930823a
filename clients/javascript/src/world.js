// What differs in tests: how requests go out, chance, and how time passes.

/**
 * What differs in tests: how requests go out, chance, and how time passes.
 * @typedef {object} World
 * @property {typeof globalThis.fetch} fetch
 * @property {() => number} random between 0 and 1
 * @property {(milliseconds: number, signal?: AbortSignal) => Promise<void>} pause
 * @property {() => number} now milliseconds of a clock that only goes on
 * @property {(url: string) => WebSocket} connect
 */

/** @type {World} */
export const REAL = {
  fetch: (...request) => globalThis.fetch(...request),
  random: Math.random,
  pause: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      }, milliseconds);
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort, { once: true });
    }),
  now: () => performance.now(),
  connect: (url) => {
    if (typeof WebSocket === "undefined") {
      throw new TypeError("watching needs the global WebSocket of browsers and Node.js 22");
    }
    return new WebSocket(url);
  },
};
