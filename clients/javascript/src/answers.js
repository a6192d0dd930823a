// What an answer says: its content, or why the service has refused.

import { Unreachable } from "./errors.js";

const REQUEST_ID = ["x-amzn-requestid", "apigw-requestid", "x-request-id"];
const MOST_MESSAGE_CHARS = 500;

/**
 * What the answer says: bytes of a file, JSON, or text.
 * @param {any} request
 * @param {Response} answer
 * @param {Uint8Array} bytes
 */
export function content(request, answer, bytes) {
  if (request.isFile) return bytes;
  const text = new TextDecoder().decode(bytes);
  if (!/^application\/json\b/.test(answer.headers.get("Content-Type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unreachable(request.operation, "the answer is no JSON", cause);
  }
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
