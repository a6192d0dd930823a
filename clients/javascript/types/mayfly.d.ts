import { Inbox } from "./inbox.js";
export type Options = import("./transport.js").Credentials & {
    retries?: number;
    requestTimeout?: number;
    socketUrl?: string;
    fetch?: typeof globalThis.fetch;
};
export type WantedInbox = {
    /**
     * private, unless it says public
     */
    kind?: "private" | "public";
    /**
     * the service's first, without
     */
    domain?: string;
    /**
     * how long the token of a private inbox lives, 3600 without
     */
    seconds?: number;
    signal?: AbortSignal;
};
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
export declare class Mayfly {
    #private;
    /**
     * Every operation of the API by subject, under its own name.
     * @type {import("./operations.js").Api}
     */
    api: import("./operations.js").Api;
    /**
     * @param {string} url as `https://mail.example.org`
     * @param {Options} [options]
     */
    constructor(url: string, options?: Options);
    /** Where the service is. */
    get url(): string;
    /**
     * The same service with other credentials.
     * @param {import("./transport.js").Credentials} credentials
     */
    as(credentials: import("./transport.js").Credentials): Mayfly;
    /**
     * The same service as an account.
     * @param {string} email
     * @param {string} password
     */
    login(email: string, password: string): Promise<Mayfly>;
    /**
     * A new inbox. Nobody but you reads a private one; everybody who knows a public address can.
     * @param {WantedInbox} [wanted]
     * @returns {Promise<Inbox>}
     */
    createInbox({ kind, domain, seconds, signal }?: WantedInbox): Promise<Inbox>;
    /**
     * A new mailbox of the account that asks; lives for a week.
     * @param {{alias?: string, domain?: string, signal?: AbortSignal}} [wanted]
     * @returns {Promise<Inbox>}
     */
    createMailbox({ signal, ...body }?: {
        alias?: string;
        domain?: string;
        signal?: AbortSignal;
    }): Promise<Inbox>;
    /**
     * An inbox that there is already. Nothing is asked of the service.
     * @param {import("./inbox.js").Access} access
     * @param {Date | null} [expiresAt]
     */
    openInbox(access: import("./inbox.js").Access, expiresAt?: Date | null): Inbox;
    withInbox<T>(use: (inbox: Inbox) => T | Promise<T>, wanted?: WantedInbox): Promise<T>;
}
