import "mayfly-client/cypress/commands";
