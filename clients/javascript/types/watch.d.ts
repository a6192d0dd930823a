/**
 * What `new-message` frames say, each once, in their order.
 * @param {string} url
 * @param {() => Record<string, unknown>} wanted what the frame that subscribes says
 * @param {number} after
 * @param {number} retries how often to try in vain, one after the other
 * @param {import("./world.js").World} world
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<any, void, void>}
 */
export declare function watch(url: string, wanted: () => Record<string, unknown>, after: number, retries: number, world: import("./world.js").World, signal?: AbortSignal): AsyncGenerator<any, void, void>;
