it("signs a visitor up", () => {
  cy.mayflyInbox().then((inbox) => {
    cy.visit("/");
    cy.get("[name=email]").type(inbox.address);
    cy.contains("button", "Sign up").click();

    cy.mayflyCode(inbox, { subject: "verify", timeout: 60 }).then((code) => {
      cy.get("[name=code]").type(code);
      cy.contains("button", "Confirm").click();
      cy.contains("Welcome");
    });
  });
});
