import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { InvalidRequest, Mayfly, NotFound, Unauthenticated } from "mayfly-client";

const mayfly = new Mayfly(process.env.MAYFLY_URL);

test("a session's mailbox is an inbox", async () => {
  const { sessionToken: token, mailbox } = await mayfly.api.anonymousSessions.createSession();
  const inbox = mayfly.openInbox({
    kind: "mailbox",
    address: mailbox.emailAddress,
    id: mailbox.id,
    token,
  });

  await signUp(inbox.address);
  const message = await inbox.waitForMessage();
  await inbox.mark(message, { isSpam: true });

  assert.deepEqual(await inbox.messages(), []);
  const [line] = await inbox.messages({ includeSpam: true });
  assert.equal(line.isSpam, true);
  assert.equal((await inbox.raw(line)).length, line.size);
  await inbox.deleteMessage(line);
  await assert.rejects(inbox.message(line), NotFound);
  await inbox.delete();
});

test("a private inbox's messages are marked and opened as its kind has it", async () => {
  await mayfly.withInbox(async (inbox) => {
    await signUp(inbox.address);
    const message = await inbox.waitForMessage();
    await inbox.mark(message, { isRead: true, isSpam: true });
    await inbox.mark(message.id, { isSpam: false });

    const safe = await inbox.message(message.id, { html: "safe" });
    assert.equal(safe.isRead, true);
    assert.match(safe.html, /482913/);
    assert.equal((await inbox.messages({ subject: "~verify*" })).length, 1);
    await inbox.deleteMessage(message);
    assert.deepEqual(await inbox.messages(), []);
  });
});

test("a wait that began before the mail, and goes on over requests, gets it", async () => {
  await mayfly.withInbox(async (inbox) => {
    const waits = [inbox.waitForCode({ timeout: 60 }), inbox.waitForLink({ timeout: 60 })];
    await signUp(inbox.address);

    assert.deepEqual(await Promise.all(waits), [
      "482913",
      "https://shop.example/confirm?token=abc",
    ]);
  });
});

test("a wait is aborted while the service waits", async () => {
  await mayfly.withInbox(async (inbox) => {
    const abort = new AbortController();
    const waiting = inbox.waitForCode({ signal: abort.signal });
    setImmediate(() => abort.abort(new Error("enough")));

    await assert.rejects(waiting, /enough/);
  });
});

test("a file that is too large for an answer comes from where it lies", async () => {
  const line = `${"0123456789".repeat(7)}\n`;
  const letter = `Subject: large\n\n${line.repeat(100_000)}`;
  for (const kind of ["private", "public"]) {
    await mayfly.withInbox(
      async (inbox) => {
        await signUp(inbox.address, letter);
        const message = await inbox.waitForMessage();
        const raw = await inbox.raw(message);

        assert.ok(raw.length > 7_000_000);
        assert.equal(createHash("sha256").update(raw).digest("hex"), message.source.sha256);
      },
      { kind },
    );
  }
});

test("a watch of an inbox that is none ends with the service's word", async () => {
  const inbox = mayfly.openInbox({ kind: "public", address: "nobody@mayfly.example" });

  await assert.rejects(inbox.watch().next(), NotFound);
});

test("the service's refusals are told apart", async () => {
  const inbox = mayfly.openInbox({ kind: "private", address: "a@b.example", id: "7", token: "t" });

  await assert.rejects(inbox.messages(), Unauthenticated);
  await mayfly.withInbox(async (own) => {
    await assert.rejects(own.messages({ form: "shop" }), (error) => {
      assert.ok(error instanceof InvalidRequest);
      assert.ok(error.requestId);
      assert.match(error.message, /form/);
      return true;
    });
  });
});

test("operations answer JSON, text and bytes", async () => {
  assert.equal((await mayfly.api.service.health()).status, "OK");
  assert.match(await mayfly.api.service.metrics(), /^# HELP/);
  assert.ok((await mayfly.api.service.docsFile({ file: "swagger-ui.css" })) instanceof Uint8Array);
});
