// Proof of work, where the service asks for it: ALTCHA's challenges (version 2), solved here.

const ALGORITHM = "PBKDF2/SHA-256";
const MOST_ROUNDS = 100_000; // what a service of ours asks at most; more would be an attack on us
const KEY_BYTES = 32;
const MOST_TRIES = 65_536; // one in 256 is right, or one in 65,536 at the very most
const TRIES_AT_A_TIME = 16;
const HEX = /^(?:[0-9a-f]{2}){1,32}$/;
const PREFIX = /^[0-9a-f]{2,4}$/;

/**
 * A challenge, as `GET /api/proof-of-work` answers it.
 * @typedef {object} Challenge
 * @property {{algorithm: string, cost: number, keyLength: number, keyPrefix: string, nonce: string,
 *   salt: string}} parameters
 * @property {string} signature
 */

/**
 * What the header `X-Altcha` says: the challenge with its solution. Takes about a second.
 *
 * RangeError for a challenge that asks for more than any service of Mayfly does, and on pages that
 * have no WebCrypto.
 * @param {Challenge} challenge
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export async function solve(challenge, signal) {
  const { nonce, salt, cost, keyPrefix } = checked(challenge);
  if (!crypto.subtle) throw new RangeError("a proof of work needs WebCrypto: a page over https");
  const start = bytesOf(nonce);
  /** @param {number} counter */
  const derived = async (counter) => {
    const password = new Uint8Array(start.length + 4);
    password.set(start);
    new DataView(password.buffer).setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: cost };
    return hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, key, KEY_BYTES * 8)));
  };
  for (let from = 0; from < MOST_TRIES; from += TRIES_AT_A_TIME) {
    signal?.throwIfAborted();
    const counters = Array.from({ length: TRIES_AT_A_TIME }, (_, step) => from + step);
    const keys = await Promise.all(counters.map(derived));
    const at = keys.findIndex((each) => each.startsWith(keyPrefix));
    if (at !== -1) {
      const solution = { counter: from + at, derivedKey: keys[at] };
      return btoa(JSON.stringify({ challenge, solution }));
    }
  }
  throw new RangeError(`the proof of work has no solution in ${MOST_TRIES} tries`);
}

/** @param {Challenge} challenge */
function checked(challenge) {
  const { algorithm, cost, keyLength, keyPrefix, nonce, salt } = challenge?.parameters ?? {};
  const possible =
    algorithm === ALGORITHM &&
    Number.isInteger(cost) &&
    cost >= 1 &&
    cost <= MOST_ROUNDS &&
    keyLength === KEY_BYTES &&
    PREFIX.test(keyPrefix) &&
    HEX.test(nonce) &&
    HEX.test(salt);
  if (!possible) throw new RangeError("the proof of work is none that this client does");
  return { cost, keyPrefix, nonce, salt };
}

/** @param {string} hex */
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** @param {Uint8Array} bytes */
const hexOf = (bytes) => [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
