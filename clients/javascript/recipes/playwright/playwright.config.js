import { defineConfig } from "@playwright/test";

export default defineConfig({
  timeout: 90_000, // longer than the longest wait for a mail
  use: {
    baseURL: process.env.SHOP_URL, // what is tested
    mayflyUrl: process.env.MAYFLY_URL ?? "http://127.0.0.1:5000",
    // A Chromium of your own, as Debian's; without it, Playwright's.
    launchOptions: { executablePath: process.env.CHROMIUM },
  },
});
