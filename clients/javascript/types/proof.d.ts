export type Challenge = {
    parameters: {
        algorithm: string;
        cost: number;
        keyLength: number;
        keyPrefix: string;
        nonce: string;
        salt: string;
    };
    signature: string;
};
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
export declare function solve(challenge: Challenge, signal?: AbortSignal): Promise<string>;
