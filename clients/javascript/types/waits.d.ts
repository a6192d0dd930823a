export type Filter = {
    from?: string;
    to?: string;
    subject?: string;
    text?: string;
    hasAttachment?: boolean;
    isRead?: boolean;
    since?: string | Date;
    before?: string | Date;
    larger?: string | number;
    smaller?: string | number;
    q?: string;
    includeSpam?: boolean;
};
export type WaitOptions = Filter & {
    timeout?: number;
    after?: number;
    signal?: AbortSignal;
};
export type Found = {
    /**
     * the code or the link
     */
    value: string | null;
    confidence: "high" | "medium" | "low" | null;
    /**
     * how it was found
     */
    where: string | null;
    seq: number;
    message: import("./kinds.js").MessageSummary;
};
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
export declare class Waits {
    #private;
    world: import("./world.js").World;
    ask: (options: Record<string, any>, sending: import("./transport.js").Sending) => Promise<import("./transport.js").Answer>;
    /**
     * @param {import("./world.js").World} world
     * @param {(options: Record<string, any>, sending: import("./transport.js").Sending) =>
     *   Promise<import("./transport.js").Answer>} ask the service, to wait once
     */
    constructor(world: import("./world.js").World, ask: (options: Record<string, any>, sending: import("./transport.js").Sending) => Promise<import("./transport.js").Answer>);
    /**
     * What comes next and was not given yet, as the service says it; WaitTimeout if that is nothing.
     * @param {"message" | "code" | "link"} require
     * @param {WaitOptions} options
     */
    next(require: "message" | "code" | "link", { timeout, after, signal, ...filter }: WaitOptions): Promise<{
        value: any;
        confidence: any;
        where: any;
        seq: any;
        message: any;
    }>;
}
