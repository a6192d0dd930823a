// Calls every function of the package mailhog on one inbox; prints JSON of what came of each.
const makeMailhog = require("mailhog");

const [port, basePath, password, step] = process.argv.slice(2);
const auth = password ? { auth: `any:${password}` } : {};
const mailhog = makeMailhog({ host: "127.0.0.1", port: Number(port), basePath, ...auth });

const shown = (mail) =>
  mail && {
    id: mail.ID,
    text: mail.text,
    html: mail.html,
    subject: mail.subject,
    from: mail.from,
    to: mail.to,
    replyTo: mail.replyTo,
    date: mail.date,
    deliveryDate: mail.deliveryDate,
    attachments: mail.attachments.map(({ name, type, encoding, Body }) => ({
      name,
      type,
      content: mailhog.decode(Body, encoding),
    })),
  };
const list = ({ total, count, start, items }) => ({ total, count, start, items: items.map(shown) });

const steps = {
  async read() {
    return {
      messages: list(await mailhog.messages()),
      second: list(await mailhog.messages(1, 1)),
      search: list(await mailhog.search("green thumb")),
      to: list(await mailhog.search("reader", "to", 0, 10)),
      latestFrom: shown(await mailhog.latestFrom("shop.example")),
      latestContaining: shown(await mailhog.latestContaining("482913")),
      nothing: await mailhog.latestFrom("nobody@nowhere.example"),
      refused: await mailhog.search("x", "subject"),
      released: await mailhog.releaseMessage("x", { host: "h", port: "25", email: "a@b.example" }),
    };
  },
  async erase() {
    const { items } = await mailhog.messages();
    const one = await mailhog.deleteMessage(items[0].ID);
    const left = (await mailhog.messages()).total;
    const all = await mailhog.deleteAll();
    const { total } = await mailhog.messages();
    return { one: one.statusCode ?? one, left, all: all.statusCode ?? all, total };
  },
};

steps[step]().then(
  (found) => console.log(JSON.stringify(found)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
