/**
 * All that an answer has, unless it is more than any service of Mayfly answers.
 * @param {string} operation
 * @param {Response} answer
 * @returns {Promise<Uint8Array>}
 */
export declare function read(operation: string, answer: Response): Promise<Uint8Array>;
/**
 * What the answer says: bytes of a file, JSON, or text.
 * @param {any} request
 * @param {Response} answer
 * @param {Uint8Array} bytes
 */
export declare function content(request: any, answer: Response, bytes: Uint8Array): any;
/**
 * What is known of an answer that is an error.
 * @param {string} operation
 * @param {Response} answer
 * @param {Uint8Array} bytes
 * @returns {import("./errors.js").Refusal}
 */
export declare function refusal(operation: string, answer: Response, bytes: Uint8Array): import("./errors.js").Refusal;
/**
 * Seconds, from the number or the time that the header has (RFC 9110 section 10.2.3).
 * @param {Headers} headers
 * @returns {number | null}
 */
export declare function retryAfter(headers: Headers): number | null;
/**
 * What is read of an answer; Unreachable if it has not what has to be there.
 * @template T
 * @param {string} operation
 * @param {() => T} read
 * @returns {T}
 */
export declare function shaped<T>(operation: string, read: () => T): T;
