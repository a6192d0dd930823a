import { KINDS } from "./kinds.js";
export type Message = import("./kinds.js").Message;
export type MessageSummary = import("./kinds.js").MessageSummary;
export type Filter = import("./waits.js").Filter;
export type Found = import("./waits.js").Found;
export type WaitOptions = import("./waits.js").WaitOptions;
export type Access = {
    kind: keyof typeof KINDS;
    address: string;
    /**
     * of a private inbox or a mailbox
     */
    id?: string;
    /**
     * what opens it; deletes a public address
     */
    token?: string;
};
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
export declare class Inbox {
    #private;
    kind: "mailbox" | "private" | "public";
    address: string;
    id: string;
    expiresAt: Date | null;
    /**
     * @param {import("./transport.js").Transport} transport
     * @param {() => Promise<string>} socketUrl
     * @param {Access} access
     * @param {Date | null} expiresAt
     */
    constructor(transport: import("./transport.js").Transport, socketUrl: () => Promise<string>, access: Access, expiresAt?: Date | null);
    /**
     * What opens this inbox again (`mayfly.openInbox`). It has the token: not for logs.
     * @returns {Access}
     */
    get access(): Access;
    /**
     * The next message that the filter means.
     * @param {WaitOptions} [options]
     * @returns {Promise<Message>}
     */
    waitForMessage(options?: WaitOptions): Promise<Message>;
    /**
     * The code in the next message that has one.
     * @param {WaitOptions} [options]
     * @returns {Promise<string>}
     */
    waitForCode(options?: WaitOptions): Promise<string>;
    /**
     * The link in the next message that has one to confirm, sign in or set a password with.
     * @param {WaitOptions} [options]
     * @returns {Promise<string>}
     */
    waitForLink(options?: WaitOptions): Promise<string>;
    /**
     * What was waited for; WaitTimeout if it did not come in time.
     *
     * What is in the inbox already counts, and of messages, codes and links each is given once. With
     * `after` it begins there, and with `since` at that time, and nothing is left out.
     * @param {"message" | "code" | "link"} require
     * @param {WaitOptions} [options]
     * @returns {Promise<Found>}
     */
    wait(require: "message" | "code" | "link", options?: WaitOptions): Promise<Found>;
    /**
     * All messages that the filter means, oldest first; with `after`, those above that number.
     * @param {Filter & {after?: number, signal?: AbortSignal}} [options]
     * @returns {Promise<MessageSummary[]>}
     */
    messages(options?: Filter & {
        after?: number;
        signal?: AbortSignal;
    }): Promise<MessageSummary[]>;
    /**
     * A whole message. `html: "safe"` is without scripts, forms and remote images.
     * @param {string | MessageSummary} message
     * @param {{html?: "raw" | "safe", images?: "blocked" | "remote", signal?: AbortSignal}} [options]
     * @returns {Promise<Message>}
     */
    message(message: string | MessageSummary, { signal, ...query }?: {
        html?: "raw" | "safe";
        images?: "blocked" | "remote";
        signal?: AbortSignal;
    }): Promise<Message>;
    /**
     * The raw message, byte for byte as it came.
     * @param {string | MessageSummary} message
     * @param {{signal?: AbortSignal}} [options]
     * @returns {Promise<Uint8Array>}
     */
    raw(message: string | MessageSummary, options?: {
        signal?: AbortSignal;
    }): Promise<Uint8Array>;
    /**
     * The bytes of an attachment, decoded.
     * @param {string | MessageSummary} message
     * @param {string | {id: string}} attachment
     * @param {{signal?: AbortSignal}} [options]
     * @returns {Promise<Uint8Array>}
     */
    attachment(message: string | MessageSummary, attachment: string | {
        id: string;
    }, options?: {
        signal?: AbortSignal;
    }): Promise<Uint8Array>;
    /**
     * Marks a message as read or unread, as spam or not.
     * @param {string | MessageSummary} message
     * @param {import("./kinds.js").Marks} marks
     * @param {{signal?: AbortSignal}} [options]
     */
    mark(message: string | MessageSummary, marks: import("./kinds.js").Marks, options?: {
        signal?: AbortSignal;
    }): Promise<void>;
    /**
     * @param {string | MessageSummary} message
     * @param {{signal?: AbortSignal}} [options]
     */
    deleteMessage(message: string | MessageSummary, options?: {
        signal?: AbortSignal;
    }): Promise<void>;
    /**
     * Deletes the messages that a filter means; it has to say something.
     * @param {Filter & {signal?: AbortSignal}} filter
     * @returns {Promise<number>} how many
     */
    deleteMessages({ signal, ...filter }: Filter & {
        signal?: AbortSignal;
    }): Promise<number>;
    /**
     * Has the service send a message with a code to this inbox.
     * @param {{signal?: AbortSignal}} [options]
     */
    sendSample(options?: {
        signal?: AbortSignal;
    }): Promise<void>;
    /**
     * Messages as they come, over a WebSocket that reconnects by itself; first those above `after`.
     * It ends with the loop, or by the signal, whose reason it then throws.
     * @param {Filter & {after?: number, signal?: AbortSignal}} [options]
     * @returns {AsyncGenerator<MessageSummary, void, void>}
     */
    watch(options?: Filter & {
        after?: number;
        signal?: AbortSignal;
    }): AsyncGenerator<MessageSummary, void, void>;
    /**
     * Exchanges the token of a private inbox: the one before is dead at once.
     * @param {number} [seconds] how long the new one lives, 3600 at most
     * @returns {Promise<Date>} when it ends
     */
    renew(seconds?: number): Promise<Date>;
    /**
     * Deletes the inbox with all it holds. One that is gone already is no error.
     * @param {{signal?: AbortSignal}} [options]
     */
    delete(options?: {
        signal?: AbortSignal;
    }): Promise<void>;
    /** For `await using`. */
    [Symbol.asyncDispose](): Promise<void>;
}
