// What a test of a sign-up does, with the clients as they are: `node use.js CLIENT`.
// The settings are those that the clients read. Mails come by SMTP, from another process.

const { start } = require("./cypress");

const [, , client] = process.argv;
const { MAILOSAUR_SERVER: server, MAILOSAUR_BASE_URL: url, MAILOSAUR_API_KEY: key } = process.env;
const sent = JSON.parse(process.env.SENT);

const failure = async (promise) => {
  try {
    await promise;
    return null;
  } catch (error) {
    return error.message;
  }
};

const byNode = async () => {
  const Mailosaur = require("mailosaur");
  const mailosaur = new Mailosaur(key, url);
  const { messages, servers, files, usage } = mailosaur;
  const found = await messages.get(server, { sentTo: sent.to }, { timeout: 20000 });
  const listed = await messages.list(server, { itemsPerPage: 1 });
  const raw = await files.getEmail(found.id);
  const file = await files.getAttachment(found.attachments[1].id);
  const both = await messages.search(
    server,
    { subject: sent.subject, body: "no such text", match: "ANY" },
    { receivedAfter: new Date(Date.now() - 600000) },
  );
  return {
    found,
    listed,
    both: both.items.length,
    raw: raw.toString("latin1"),
    file: file.toString("latin1"),
    servers: (await servers.list()).items,
    server: await servers.get(server),
    address: servers.generateEmailAddress(server),
    none: await failure(
      messages.search(server, { sentFrom: "never@example.com" }, { timeout: 600 }),
    ),
    wrong: await failure(messages.search(server, {})),
    unknown: await failure(servers.get("qateam99")),
    stranger: await failure(new Mailosaur("a made-up key", url).servers.list()),
    notOffered: await failure(usage.limits()),
    deleted: await messages.del(found.id),
    again: await failure(messages.getById(found.id)),
    emptied: await messages.deleteAll(server),
    left: (await messages.list(server)).items.length,
  };
};

const byCypress = async () => {
  const cy = start({
    MAILOSAUR_API_KEY: key,
    MAILOSAUR_BASE_URL: url,
    MAILOSAUR_SMTP_HOST: process.env.MAILOSAUR_SMTP_HOST,
  });
  const found = await cy.mailosaurGetMessage(server, { sentTo: sent.to }, { timeout: 20000 });
  const listed = await cy.mailosaurListMessages(server, { itemsPerPage: 1 });
  const both = await cy.mailosaurGetMessagesBySubject(server, sent.subject);
  const by = [
    await cy.mailosaurGetMessagesByBody(server, "some words"),
    await cy.mailosaurGetMessagesBySentFrom(server, sent.from),
    await cy.mailosaurGetMessagesBySentTo(server, sent.to),
  ];
  const answer = {
    found,
    listed,
    both: both.items.length,
    by: by.map((each) => each.items.length),
    raw: await cy.mailosaurDownloadMessage(found.id),
    file: await cy.mailosaurDownloadAttachment(found.attachments[1].id),
    servers: (await cy.mailosaurListServers()).items,
    server: await cy.mailosaurGetServer(server),
    address: await cy.mailosaurGenerateEmailAddress(server),
    none: await failure(
      cy.mailosaurSearchMessages(server, { sentFrom: "never@example.com" }, { timeout: 600 }),
    ),
    wrong: await failure(cy.mailosaurCreateServer({})),
    unknown: await failure(cy.mailosaurGetServer("qateam99")),
    notOffered: await failure(cy.mailosaurGetUsageLimits()),
    made: await cy.mailosaurCreateServer({ name: "qateam03" }),
    gone: await cy.mailosaurDeleteServer("qateam03"),
    deleted: await cy.mailosaurDeleteMessage(found.id),
    again: await failure(cy.mailosaurGetMessageById(found.id)),
    emptied: await cy.mailosaurDeleteAllMessages(server),
    left: (await cy.mailosaurListMessages(server)).items.length,
  };
  await cy.mailosaurSetApiKey("a made-up key");
  return { ...answer, stranger: await failure(cy.mailosaurListServers()) };
};

(client === "cypress" ? byCypress() : byNode()).then(
  (answer) => console.log(JSON.stringify(answer)),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
