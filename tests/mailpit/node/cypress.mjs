// Calls the commands of cypress-mailpit and cypress-mailhog on one inbox; prints JSON.
import { standIn } from "./stand_in.mjs";

const [mailpit, mailhog, password, address, step] = process.argv.slice(2);
const cy = standIn({
  MAILPIT_URL: mailpit,
  MAILPIT_USERNAME: password && "any",
  MAILPIT_PASSWORD: password,
  mailHogUrl: mailhog,
  mailHogUsername: password && "any",
  mailHogPassword: password,
});
await import("cypress-mailpit");
await import("cypress-mailhog");

const failure = (chain) => chain.then(String, (error) => ({ error: error.message }));
const steps = {
  async wait() {
    return {
      bySubject: (await cy.mailpitHasEmailsBySubject("welcome")).messages_count,
      byTo: (await cy.mailpitHasEmailsByTo(address)).messages_count,
      bySearch: (await cy.mailpitHasEmailsBySearch("from:shop")).messages_count,
      none: (await cy.mailpitNotHasEmailsBySubject("never")).messages_count,
      nobody: (await cy.mailpitNotHasEmailsByTo("nobody@nowhere.example")).messages_count,
      nothing: (await cy.mailpitNotHasEmailsBySearch("subject:never")).messages_count,
      late: (await cy.mhWaitForMails(0)) ?? "came",
      hasSubject: (await cy.mhHasMailWithSubject("Welcome")) ?? "yes",
      hasSender: (await cy.mhHasMailFrom("sender@example.org")) ?? "yes",
      hasRecipient: (await cy.mhHasMailTo(address)) ?? "yes",
    };
  },
  async mailpit() {
    const mail = () => cy.mailpitGetMail();
    const { ID } = (await cy.mailpitSearchEmails("has:attachment")).messages[0];
    const { messages } = await cy.mailpitGetAllMails();
    const found = {
      count: messages.length,
      search: (await cy.mailpitSearchEmails("has:attachment")).messages_count,
      bySubject: (await cy.mailpitGetEmailsBySubject("Welcome")).messages_count,
      byTo: (await cy.mailpitGetEmailsByTo(address)).messages_count,
      subject: await mail().mailpitGetSubject(),
      from: await mail().mailpitGetFromAddress(),
      to: await mail().mailpitGetRecipientAddress(),
      attachments: await cy.mailpitGetMail(ID).mailpitGetAttachments(),
      html: await cy.mailpitGetMail(ID).mailpitGetMailHTMlBody(),
      text: await cy.mailpitGetMail(ID).mailpitGetMailTextBody(),
      unread: await mail().mailpitSetStatusAsUnRead(),
      oneUnread: (await cy.mailpitGetAllMails()).unread,
      read: await cy.mailpitSetAllEmailStatusAsRead(),
      noneUnread: (await cy.mailpitGetAllMails()).unread,
      allUnread: await cy.mailpitSetAllEmailStatusAsUnRead(),
      manyUnread: (await cy.mailpitGetAllMails()).unread,
      one: await mail().mailpitSetStatusAsRead(),
      send: await failure(cy.mailpitSendMail({})),
      spam: await failure(mail().mailpitGetMailSpamAssassinSummary()),
    };
    if (password) {
      await cy.mailpitDeleteEmailsBySearch("has:attachment");
      found.afterSearch = (await cy.mailpitGetAllMails()).total;
      await cy.mailpitDeleteAllEmails();
      found.afterAll = (await cy.mailpitGetAllMails()).total;
    }
    return found;
  },
  async mailhog() {
    const first = () => cy.mhGetAllMails().mhFirst();
    const found = {
      count: (await cy.mhGetAllMails()).length,
      bySubject: (await cy.mhGetMailsBySubject("Welcome")).length,
      byRecipient: (await cy.mhGetMailsByRecipient(address)).length,
      bySender: (await cy.mhGetMailsBySender("sender@example.org")).length,
      search: (await cy.mhSearchMails("from", "shop.example")).length,
      filtered: (await cy.mhGetAllMails().mhFilterBySubject("Welcome")).length,
      filteredTo: (await cy.mhGetAllMails().mhFilterByRecipient(address)).length,
      filteredFrom: (await cy.mhGetAllMails().mhFilterBySender("nobody")).length,
      subject: await first().mhGetSubject(),
      body: await first().mhGetBody(),
      sender: await first().mhGetSender(),
      recipients: await first().mhGetRecipients(),
      attachments: await first().mhGetAttachments(),
      jim: await cy.mhGetJimMode(),
      setJim: (await cy.mhSetJimMode(true)).status,
    };
    if (password) {
      await cy.mhDeleteAll();
      found.afterAll = (await cy.mhGetAllMails()).length;
    }
    return found;
  },
};

console.log(JSON.stringify(await steps[step]()));
process.exit(0); // a command of cypress-mailhog leaves its timer behind
