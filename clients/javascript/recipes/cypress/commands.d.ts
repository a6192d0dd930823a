import type { Message, WaitOptions, WantedInbox } from "../../types/index.js";

declare global {
  namespace Cypress {
    interface Chainable {
      /** A new inbox; deleted after the test. */
      mayflyInbox(wanted?: Omit<WantedInbox, "signal">): Chainable<{ address: string }>;
      /** The code in the next message that has one; `timeout` in seconds. */
      mayflyCode(inbox: { address: string }, options?: WaitOptions): Chainable<string>;
      /** The link in the next message that has one; `timeout` in seconds. */
      mayflyLink(inbox: { address: string }, options?: WaitOptions): Chainable<string>;
      /** The next message; its times are texts. `timeout` in seconds. */
      mayflyMessage(
        inbox: { address: string },
        options?: WaitOptions,
      ): Chainable<Omit<Message, "source" | "receivedAt"> & { receivedAt: string }>;
    }
  }
}
