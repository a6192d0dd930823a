// What can go wrong, as one tree under `MayflyError`.
//
// MayflyError
// ├─ ApiError          the service refused; by status:
// │  ├─ InvalidRequest     400, 405, 413, 415
// │  ├─ Unauthenticated    401
// │  ├─ Forbidden          403
// │  ├─ NotFound           404, 410
// │  ├─ Conflict           409
// │  ├─ RateLimited        429
// │  └─ ServiceFailed      5xx
// ├─ Unreachable       no answer came, or one that is not the service's
// └─ WaitTimeout       what was waited for did not come in time
//
// What you abort yourself rejects with your signal's reason, which is none of these. No error has a
// token, a key, an address or a body in it: they may all be logged.

/** The root: catching it catches every failure that this client describes. */
export class MayflyError extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

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
export class ApiError extends MayflyError {
  /** @param {Refusal} refusal */
  constructor(refusal) {
    super(`${refusal.operation}: ${refusal.status} ${refusal.code}: ${refusal.message}`);
    this.status = refusal.status;
    this.code = refusal.code;
    this.details = refusal.details;
    this.requestId = refusal.requestId;
    this.retryAfter = refusal.retryAfter;
    this.operation = refusal.operation;
  }
}

/** Something that was sent cannot be; the message names it. */
export class InvalidRequest extends ApiError {}

/** The credential is missing, has ended, or does not open this. */
export class Unauthenticated extends ApiError {}

/** Not for this caller, or not at this service at all. */
export class Forbidden extends ApiError {}

/** It never was, has expired, is deleted, or is somebody else's: which, the service never says. */
export class NotFound extends ApiError {}

/** It cannot be as things are. */
export class Conflict extends ApiError {}

/** Too many requests; `details` names the limit. */
export class RateLimited extends ApiError {}

/** The service has failed; a request that only reads was tried several times. */
export class ServiceFailed extends ApiError {}

/** No answer came, or one that is not the service's; `cause` says more where there is more. */
export class Unreachable extends MayflyError {
  /**
   * @param {string} operation
   * @param {string} why
   * @param {unknown} [cause]
   */
  constructor(operation, why, cause) {
    super(`${operation}: ${why}`, cause === undefined ? undefined : { cause });
    this.operation = operation;
  }
}

/** What was waited for did not come in time. */
export class WaitTimeout extends MayflyError {
  /**
   * @param {string} what message, code or link
   * @param {number} seconds
   * @param {number} seq the number that was looked up to
   */
  constructor(what, seconds, seq) {
    super(`no ${what} came within ${seconds} s`);
    this.seconds = seconds;
    this.seq = seq;
  }
}

/** @type {Record<number, typeof ApiError>} */
const BY_STATUS = {
  400: InvalidRequest,
  401: Unauthenticated,
  403: Forbidden,
  404: NotFound,
  405: InvalidRequest,
  409: Conflict,
  410: NotFound,
  413: InvalidRequest,
  415: InvalidRequest,
  429: RateLimited,
};

/**
 * The error for a refusal.
 * @param {Refusal} refusal
 * @returns {ApiError}
 */
export function refused(refusal) {
  const Kind = BY_STATUS[refusal.status] ?? (refusal.status >= 500 ? ServiceFailed : ApiError);
  return new Kind(refusal);
}
