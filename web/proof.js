// Proof of work, where the service asks strangers for it: ALTCHA's challenges, solved here.

const TRIES_AT_A_TIME = 16;

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hexOf = (bytes) => [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");

/** What the header X-Altcha says: the challenge with its solution. Takes about a second. */
export async function solve(challenge) {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const start = bytesOf(nonce);
  const derived = async (counter) => {
    const password = new Uint8Array(start.length + 4);
    password.set(start);
    new DataView(password.buffer).setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: cost };
    return hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
  };
  for (let from = 0; ; from += TRIES_AT_A_TIME) {
    const counters = Array.from({ length: TRIES_AT_A_TIME }, (_, step) => from + step);
    const keys = await Promise.all(counters.map(derived));
    const at = keys.findIndex((each) => each.startsWith(keyPrefix));
    if (at !== -1) {
      return btoa(
        JSON.stringify({ challenge, solution: { counter: from + at, derivedKey: keys[at] } }),
      );
    }
  }
}
