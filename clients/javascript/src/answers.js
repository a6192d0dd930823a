// What an answer says: its content, or why the service has refused.

import { Unreachable } from "./errors.js";

const REQUEST_ID = ["x-amzn-requestid", "apigw-requestid", "x-request-id"];
const MOST_MESSAGE_CHARS = 500;
const MOST_BYTES = 64 * 1024 * 1024; // a raw message may have 40 MB

/**
 * All that an answer has, unless it is more than any service of Mayfly answers.
 * @param {string} operation
 * @param {Response} answer
 * @returns {Promise<Uint8Array>}
 */
export async function read(operation, answer) {
  const reader = answer.body?.getReader?.();
  if (!reader) return new Uint8Array(await answer.arrayBuffer());
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel().catch(() => {});
      throw new Unreachable(operation, `the answer has more than ${MOST_BYTES} bytes`);
    }
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * What the answer says: bytes of a file, JSON, or text.
 * @param {any} request
 * @param {Response} answer
 * @param {Uint8Array} bytes
 */
export function content(request, answer, bytes) {
  if (request.isFile) return bytes;
  const text = new TextDecoder().decode(bytes);
  const type = answer.headers.get("Content-Type") ?? "";
  if (/^text\/html\b/.test(type) && !request.mayBePage) {
    throw new Unreachable(request.operation, "the answer is a page: this is no Mayfly");
  }
  if (!/^application\/json\b/.test(type)) return text;
  let said;
  try {
    said = JSON.parse(text);
  } catch (cause) {
    throw new Unreachable(request.operation, "the answer is no JSON: this is no Mayfly", cause);
  }
  if (Object(said) === said || request.mayBePage) return said;
  throw new Unreachable(request.operation, "the answer says nothing: this is no Mayfly");
}

/**
 * What is known of an answer that is an error.
 * @param {string} operation
 * @param {Response} answer
 * @param {Uint8Array} bytes
 * @returns {import("./errors.js").Refusal}
 */
export function refusal(operation, answer, bytes) {
  let said;
  try {
    said = JSON.parse(new TextDecoder().decode(bytes)).error;
  } catch {
    said = undefined; // something in between has answered
  }
  const { code, message, details } = said ?? {};
  return {
    status: answer.status,
    code: typeof code === "string" ? code : "UNKNOWN",
    message: String(message ?? answer.statusText).slice(0, MOST_MESSAGE_CHARS),
    details: Array.isArray(details) ? details.map(String) : [],
    requestId: REQUEST_ID.map((name) => answer.headers.get(name)).find(Boolean) ?? null,
    retryAfter: retryAfter(answer.headers),
    operation,
  };
}

/**
 * Seconds, from the number or the time that the header has (RFC 9110 section 10.2.3).
 * @param {Headers} headers
 * @returns {number | null}
 */
export function retryAfter(headers) {
  const text = headers.get("Retry-After") ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : Math.max(0, (time - Date.now()) / 1000);
}

/**
 * What is read of an answer; Unreachable if it has not what has to be there.
 * @template T
 * @param {string} operation
 * @param {() => T} read
 * @returns {T}
 */
export function shaped(operation, read) {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Unreachable(operation, "the answer lacks what has to be there", cause);
  }
}
