// The package: a service (`Mayfly`), its inboxes, and what can go wrong.

export { Mayfly } from "./mayfly.js";
export { Inbox } from "./inbox.js";
export { OPERATIONS, operationId } from "./operations.js";
export {
  ApiError,
  Conflict,
  Forbidden,
  InvalidRequest,
  MayflyError,
  NotFound,
  RateLimited,
  ServiceFailed,
  Unauthenticated,
  Unreachable,
  WaitTimeout,
} from "./errors.js";

/** @typedef {import("./inbox.js").Access} Access */
/** @typedef {import("./waits.js").Filter} Filter */
/** @typedef {import("./waits.js").Found} Found */
/** @typedef {import("./waits.js").WaitOptions} WaitOptions */
/** @typedef {import("./kinds.js").Attachment} Attachment */
/** @typedef {import("./kinds.js").Marks} Marks */
/** @typedef {import("./kinds.js").Message} Message */
/** @typedef {import("./kinds.js").MessageSummary} MessageSummary */
/** @typedef {import("./mayfly.js").Options} Options */
/** @typedef {import("./mayfly.js").WantedInbox} WantedInbox */
/** @typedef {import("./operations.js").Api} Api */
/** @typedef {import("./operations.js").CallOptions} CallOptions */
/** @typedef {import("./transport.js").Credentials} Credentials */
