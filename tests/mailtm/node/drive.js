// Does all that @cemalgnlts/mailjs can. Prints a line of JSON for each step; where it needs a mail it waits for a line.
const readline = require("node:readline");
const Mailjs = require("@cemalgnlts/mailjs");

const base = process.argv[2];
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (step, found) => console.log(JSON.stringify({ step, found }));

function client() {
  const mailjs = new Mailjs();
  mailjs.baseUrl = base;
  mailjs.baseMercure = `${base}/.well-known/mercure`;
  return mailjs;
}

async function main() {
  const mailjs = client();
  const made = await mailjs.createOneAccount();
  say("made", made);
  const domains = await mailjs.getDomains();
  say("domains", domains);
  say("domain", await mailjs.getDomain(domains.data[0].id));
  say("me", await mailjs.me());
  say("account", await mailjs.getAccount(mailjs.id));
  say("empty", await mailjs.getMessages());
  await lines.next();
  const listed = await mailjs.getMessages();
  say("listed", listed);
  const id = listed.data[0].id;
  say("message", await mailjs.getMessage(id));
  say("seen", await mailjs.setMessageSeen(id));
  say("unseen", await mailjs.setMessageSeen(id, false));
  say("source", await mailjs.getSource(id));
  const refused = await new Promise((resolve) => {
    mailjs.on("error", resolve);
  });
  mailjs.off();
  say("event", { status: refused.status });
  say("taken", await mailjs.register(made.data.username, "another password"));
  say("wrong", await client().login(made.data.username, "another password"));
  const again = client();
  say("token", await again.loginWithToken(mailjs.token));
  say("removed", await again.deleteMessage(id));
  say("gone", await again.getMessage(id));
  say("deleted", await again.deleteMe());
  say("nobody", await client().login(made.data.username, made.data.password));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
