import { defineConfig } from "cypress";
import { mayflyTasks } from "mayfly-client/cypress";

export default defineConfig({
  e2e: {
    baseUrl: process.env.SHOP_URL, // what is tested
    setupNodeEvents(on) {
      on("task", mayflyTasks(process.env.MAYFLY_URL ?? "http://127.0.0.1:5000"));
    },
  },
});
