// A recipe for Cypress: tasks, which run in Node.js, and keep the inboxes of the running test.

import { Mayfly } from "../../src/index.js";

/** @typedef {import("../../src/index.js").WaitOptions} WaitOptions */
/** @typedef {{address: string}} Named */

/**
 * The tasks that `mayfly-client/cypress/commands` needs: `on("task", …)` takes them.
 * @param {string} url of the service
 * @param {import("../../src/index.js").Options} [options]
 */
export function mayflyTasks(url, options) {
  const mayfly = new Mayfly(url, options);
  /** @type {Map<string, import("../../src/index.js").Inbox>} */
  const inboxes = new Map();
  /** @param {Named} named */
  const opened = ({ address }) => {
    const inbox = inboxes.get(address);
    if (!inbox) throw new Error("this inbox was not made by this test");
    return inbox;
  };
  return {
    /** @param {import("../../src/index.js").WantedInbox | null} wanted */
    "mayfly:newInbox": async (wanted) => {
      const inbox = await mayfly.createInbox(wanted ?? {});
      inboxes.set(inbox.address, inbox);
      return { address: inbox.address };
    },
    /** @param {Named & {options: WaitOptions}} asked */
    "mayfly:waitForCode": (asked) => opened(asked).waitForCode(asked.options),
    /** @param {Named & {options: WaitOptions}} asked */
    "mayfly:waitForLink": (asked) => opened(asked).waitForLink(asked.options),
    /** @param {Named & {options: WaitOptions}} asked */
    "mayfly:waitForMessage": async (asked) => {
      const { source, ...message } = await opened(asked).waitForMessage(asked.options);
      return message;
    },
    "mayfly:deleteInboxes": async () => {
      const made = [...inboxes.values()];
      inboxes.clear();
      await Promise.all(made.map((each) => each.delete()));
      return made.length;
    },
  };
}
