/** The root: catching it catches every failure that this client describes. */
export declare class MayflyError extends Error {
    /**
     * @param {string} message
     * @param {ErrorOptions} [options]
     */
    constructor(message: string, options?: ErrorOptions);
}
export type Refusal = {
    /**
     * the status of HTTP
     */
    status: number;
    /**
     * the service's code, as `NOT_FOUND`
     */
    code: string;
    /**
     * what the service says
     */
    message: string;
    /**
     * what a program may want to know besides
     */
    details: string[];
    /**
     * what the operator finds the request by
     */
    requestId: string | null;
    /**
     * in how many seconds it may be sent again
     */
    retryAfter: number | null;
    /**
     * which operation it was, as `show_message`
     */
    operation: string;
};
/**
 * What is known of a refusal.
 * @typedef {object} Refusal
 * @property {number} status the status of HTTP
 * @property {string} code the service's code, as `NOT_FOUND`
 * @property {string} message what the service says
 * @property {string[]} details what a program may want to know besides
 * @property {string | null} requestId what the operator finds the request by
 * @property {number | null} retryAfter in how many seconds it may be sent again
 * @property {string} operation which operation it was, as `show_message`
 */
/** The service has refused; `code` says what for, the class roughly. */
export declare class ApiError extends MayflyError {
    status: number;
    code: string;
    details: string[];
    requestId: string | null;
    retryAfter: number | null;
    operation: string;
    /** @param {Refusal} refusal */
    constructor(refusal: Refusal);
}
/** Something that was sent cannot be; the message names it. */
export declare class InvalidRequest extends ApiError {
}
/** The credential is missing, has ended, or does not open this. */
export declare class Unauthenticated extends ApiError {
}
/** Not for this caller, or not at this service at all. */
export declare class Forbidden extends ApiError {
}
/** It never was, has expired, is deleted, or is somebody else's: which, the service never says. */
export declare class NotFound extends ApiError {
}
/** It cannot be as things are. */
export declare class Conflict extends ApiError {
}
/** Too many requests; `details` names the limit. */
export declare class RateLimited extends ApiError {
}
/** The service has failed; a request that only reads was tried several times. */
export declare class ServiceFailed extends ApiError {
}
/** No answer came, or one that is not the service's; `cause` says more where there is more. */
export declare class Unreachable extends MayflyError {
    operation: string;
    /**
     * @param {string} operation
     * @param {string} why
     * @param {unknown} [cause]
     */
    constructor(operation: string, why: string, cause?: unknown);
}
/** What was waited for did not come in time. */
export declare class WaitTimeout extends MayflyError {
    seconds: number;
    seq: number;
    /**
     * @param {string} what message, code or link
     * @param {number} seconds
     * @param {number} seq the number that was looked up to
     */
    constructor(what: string, seconds: number, seq: number);
}
/**
 * The error for a refusal.
 * @param {Refusal} refusal
 * @returns {ApiError}
 */
export declare function refused(refusal: Refusal): ApiError;
