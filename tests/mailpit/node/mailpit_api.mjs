// Calls every function of mailpit-api on one inbox; prints JSON of what came of each.
import { MailpitClient } from "mailpit-api";

const [base, password, step] = process.argv.slice(2);
const auth = password ? { auth: { username: "any", password } } : {};
const mailpit = new MailpitClient(base, auth);
const found = {};

async function note(name, call) {
  try {
    found[name] = await call();
  } catch (error) {
    found[name] = { error: error.message };
  }
}

const steps = {
  async wait() {
    await note("message", () => mailpit.waitForMessage({ query: "subject:welcome" }, { timeout: 60000 }));
    await note("list", () => mailpit.waitForMessages({ count: 1, timeout: 60000 }));
    await note("never", () => mailpit.waitForMessage({ query: "subject:never" }, { timeout: 1200 }));
    await note("none", () => mailpit.waitForMessages({ query: "subject:never", count: 0 }));
  },
  async read() {
    await note("info", () => mailpit.getInfo());
    await note("configuration", () => mailpit.getConfiguration());
    await note("list", () => mailpit.listMessages(0, 2));
    await note("rest", () => mailpit.listMessages(2, 2));
    await note("search", () => mailpit.searchMessages({ query: "has:attachment", limit: 1 }));
    await note("phrase", () => mailpit.searchMessages({ query: '"green thumb" after:2020-01-01', tz: "UTC" }));
    await note("tagged", () => mailpit.searchMessages({ query: "tag:x" }));
    const { ID } = found.search.messages[0];
    await note("summary", () => mailpit.getMessageSummary(ID));
    await note("latest", () => mailpit.getMessageSummary());
    await note("headers", () => mailpit.getMessageHeaders(ID));
    await note("source", () => mailpit.getMessageSource(ID));
    await note("part", async () => (await mailpit.getMessageAttachment(ID, found.summary.Attachments[0].PartID)).text());
    await note("html", () => mailpit.renderMessageHTML(ID));
    await note("text", () => mailpit.renderMessageText(ID));
    await note("tags", () => mailpit.getTags());
    await note("nothing", () => mailpit.getMessageSummary("nothing"));
    await note("marked", () => mailpit.setReadStatus({ IDs: [ID], Read: false }));
    await note("unread", () => mailpit.searchMessages({ query: "is:unread" }));
    await note("allRead", () => mailpit.setReadStatus({ Read: true }));
    await note("noneUnread", () => mailpit.searchMessages({ query: "is:unread" }));
    await note("searchUnread", () => mailpit.setReadStatus({ Search: "has:attachment" }, { tz: "UTC" }));
    await note("oneUnread", () => mailpit.searchMessages({ query: "is:unread" }));
  },
  async refuse() {
    for (const [name, call] of Object.entries({
      send: () => mailpit.sendMessage({ From: { Email: "a@b.example" }, To: [{ Email: "c@d.example" }] }),
      release: () => mailpit.releaseMessage("latest", ["a@b.example"]),
      thumbnail: () => mailpit.getAttachmentThumbnail("latest", "1"),
      htmlCheck: () => mailpit.htmlCheck(),
      linkCheck: () => mailpit.linkCheck(),
      spamAssassin: () => mailpit.spamAssassinCheck(),
      setTags: () => mailpit.setTags({ IDs: ["a"], Tags: ["b"] }),
      renameTag: () => mailpit.renameTag("a", "b"),
      deleteTag: () => mailpit.deleteTag("a"),
      chaos: () => mailpit.getChaosTriggers(),
      setChaos: () => mailpit.setChaosTriggers(),
    })) {
      await note(name, call);
    }
  },
  async erase() {
    const { messages } = await mailpit.listMessages();
    await note("one", () => mailpit.deleteMessages({ IDs: [messages[0].ID] }));
    await note("afterOne", () => mailpit.listMessages());
    await note("found", () => mailpit.deleteMessagesBySearch({ query: "has:attachment" }));
    await note("afterFound", () => mailpit.listMessages());
    await note("all", () => mailpit.deleteMessages());
    await note("afterAll", () => mailpit.listMessages());
  },
};

const [name, count] = step.split("-");
if (count) await mailpit.waitForMessages({ count: Number(count), exact: true, timeout: 60000 });
else await steps[name]();
console.log(JSON.stringify(found));
