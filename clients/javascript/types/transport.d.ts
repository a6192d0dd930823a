export type Credentials = {
    /**
     * of an account, as its login answers it
     */
    token?: string;
    /**
     * of an account
     */
    apiKey?: string;
    /**
     * of the operator: sent to operations of admins only
     */
    adminKey?: string;
};
export type Answer = {
    /**
     * JSON as it is, bytes, or text
     */
    content: any;
    headers: Headers;
};
export type Sending = {
    /**
     * whether it may be sent twice; what reads may always be
     */
    repeatable?: boolean;
    /**
     * how long the service may take for it
     */
    seconds?: number;
    /**
     * of `World.now`: from then on it is not sent again
     */
    until?: number;
};
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
export declare class Transport {
    #private;
    baseUrl: string;
    retries: number;
    seconds: number;
    world: import("./world.js").World;
    /**
     * @param {string} baseUrl
     * @param {Credentials} credentials
     * @param {number} retries
     * @param {number} seconds
     * @param {import("./world.js").World} world
     */
    constructor(baseUrl: string, credentials: Credentials, retries: number, seconds: number, world: import("./world.js").World);
    /** @param {Credentials} credentials */
    with(credentials: Credentials): Transport;
    /**
     * What the operation answers; rejects with the error that it answers instead.
     * @param {string} subject
     * @param {string} name
     * @param {Record<string, any>} [options] see `CallOptions`
     * @param {Sending} [sending]
     * @returns {Promise<Answer>}
     */
    ask(subject: string, name: string, options?: Record<string, any>, sending?: Sending): Promise<Answer>;
    /**
     * What lies beside the API at this path, as JSON.
     * @param {string} place
     * @param {AbortSignal} [signal]
     * @returns {Promise<any>}
     */
    read(place: string, signal?: AbortSignal): Promise<any>;
}
