// What the types take, and (each line below `@ts-expect-error`) what they do not.

import {
  ApiError,
  Inbox,
  Mayfly,
  WaitTimeout,
  type Filter,
  type Message,
  type MessageSummary,
  type WaitOptions,
} from "mayfly-client";
import { mayflyTasks } from "mayfly-client/cypress";
import { expect, test } from "mayfly-client/playwright";

const mayfly = new Mayfly("https://mail.example.org", { token: "t", retries: 1 });
// @ts-expect-error
new Mayfly("https://mail.example.org", { tokn: "t" });

export async function inboxes(): Promise<string> {
  const length: number = await mayfly.withInbox(async (inbox) => inbox.address.length);
  // @ts-expect-error
  await mayfly.createInbox({ kind: "shared" });
  await using inbox: Inbox = await mayfly.createInbox({ kind: "public" });
  const filter: Filter = { subject: "verify", isRead: false, since: new Date() };
  const options: WaitOptions = { ...filter, timeout: 60, signal: AbortSignal.timeout(1) };
  const code: string = await inbox.waitForCode(options);
  // @ts-expect-error
  await inbox.waitForCode({ subjct: "verify" });
  const message: Message = await inbox.waitForMessage();
  const lines: MessageSummary[] = await inbox.messages(filter);
  const bytes: Uint8Array = await inbox.attachment(lines[0], message.attachments[0]);
  for await (const each of inbox.watch({ after: 3 })) await inbox.mark(each, { isRead: true });
  // @ts-expect-error
  await inbox.mark(message, { read: true });
  return `${code}${length}${bytes.length}`;
}

export async function operations(): Promise<void> {
  const raw: Uint8Array = await mayfly.api.messages.rawMessage({ id: "1" });
  await mayfly.api.mailboxes.showMailboxMessage({ mailboxId: "1", number: 2, query: { html: 1 } });
  await mayfly.api.service.health();
  // @ts-expect-error
  await mayfly.api.messages.rawMessage();
  // @ts-expect-error
  await mayfly.api.mailboxes.showMailboxMessage({ mailboxId: "1" });
  // @ts-expect-error
  await mayfly.api.messages.nothing();
  // @ts-expect-error
  const text: string = raw;
  console.log(text);
}

export function failures(error: unknown): string | number | null {
  if (error instanceof WaitTimeout) return error.seq;
  return error instanceof ApiError ? error.requestId : null;
}

test("a test has an inbox", async ({ inbox, mayfly, page }) => {
  await page.goto(mayfly.url);
  const code: string = await inbox.waitForCode();
  expect(code).toBe("482913");
  // @ts-expect-error
  inbox.waitForCodes();
});
test.use({ mayflyUrl: "https://mail.example.org" });

export const tasks = mayflyTasks("https://mail.example.org");
