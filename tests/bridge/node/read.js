// Reads one inbox with imapflow and with node-pop3; prints JSON of what they have found.
const { createHash } = require("node:crypto");
const { ImapFlow } = require("imapflow");
const Pop3Command = require("node-pop3");

const [user, password, imapPort, pop3Port] = process.argv.slice(2);
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function byImap() {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port: Number(imapPort),
    secure: false,
    auth: { user, pass: password },
    logger: false,
  });
  await client.connect();
  const folders = (await client.list()).map((each) => each.path);
  const lock = await client.getMailboxLock("INBOX");
  const messages = [];
  try {
    const wanted = { uid: true, flags: true, envelope: true, bodyStructure: true, source: true, size: true };
    for await (const each of client.fetch("1:*", wanted)) {
      messages.push({ uid: each.uid, size: each.size, hash: hash(each.source), parts: Boolean(each.bodyStructure) });
    }
    await client.messageFlagsAdd("1", ["\\Seen"], { uid: true });
  } finally {
    lock.release();
  }
  const status = await client.status("INBOX", { messages: true, unseen: true, uidNext: true });
  await client.logout();
  return { folders, messages, status };
}

async function byPop3() {
  const client = new Pop3Command({ host: "127.0.0.1", port: Number(pop3Port), user, password });
  const names = await client.UIDL();
  const hashes = [];
  for (const [number] of names.slice(0, 5)) {
    // It leaves the last line's end out.
    hashes.push(hash((await client.RETR(number)).replace(/(\r\n)?$/, "\r\n")));
  }
  const top = await client.TOP(1, 0);
  await client.QUIT();
  return { names, hashes, top };
}

Promise.all([byImap(), byPop3()]).then(
  ([imap, pop3]) => console.log(JSON.stringify({ imap, pop3 })),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
