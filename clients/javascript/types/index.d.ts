export { Mayfly } from "./mayfly.js";
export { Inbox } from "./inbox.js";
export { OPERATIONS, operationId } from "./operations.js";
export { ApiError, Conflict, Forbidden, InvalidRequest, MayflyError, NotFound, RateLimited, ServiceFailed, Unauthenticated, Unreachable, WaitTimeout, } from "./errors.js";
export type Access = import("./inbox.js").Access;
export type Filter = import("./waits.js").Filter;
export type Found = import("./waits.js").Found;
export type WaitOptions = import("./waits.js").WaitOptions;
export type Attachment = import("./kinds.js").Attachment;
export type Marks = import("./kinds.js").Marks;
export type Message = import("./kinds.js").Message;
export type MessageSummary = import("./kinds.js").MessageSummary;
export type Options = import("./mayfly.js").Options;
export type WantedInbox = import("./mayfly.js").WantedInbox;
export type Api = import("./operations.js").Api;
export type CallOptions = import("./operations.js").CallOptions;
export type Credentials = import("./transport.js").Credentials;
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
