export type World = {
    fetch: typeof globalThis.fetch;
    /**
     * between 0 and 1
     */
    random: () => number;
    pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
    /**
     * milliseconds of a clock that only goes on
     */
    now: () => number;
    connect: (url: string) => WebSocket;
};
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
export declare const REAL: World;
