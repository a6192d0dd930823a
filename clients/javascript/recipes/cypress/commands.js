// A recipe for Cypress: commands for the support file. Inboxes are deleted after each test.

const WAIT_SECONDS = 60;
const ROOM_SECONDS = 20; // Cypress gives up later than the wait does, which says more

/** @param {string} task */
const waiting = (task) => (/** @type {any} */ inbox, /** @type {any} */ options = {}) => {
  const seconds = (options.timeout ?? WAIT_SECONDS) + ROOM_SECONDS;
  return cy.task(task, { address: inbox.address, options }, { timeout: seconds * 1000 });
};

Cypress.Commands.add("mayflyInbox", (wanted = null) => cy.task("mayfly:newInbox", wanted));
Cypress.Commands.add("mayflyCode", waiting("mayfly:waitForCode"));
Cypress.Commands.add("mayflyLink", waiting("mayfly:waitForLink"));
Cypress.Commands.add("mayflyMessage", waiting("mayfly:waitForMessage"));

afterEach(() => {
  cy.task("mayfly:deleteInboxes", null, { log: false });
});
