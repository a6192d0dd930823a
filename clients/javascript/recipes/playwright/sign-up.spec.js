import { expect, test } from "mayfly-client/playwright";

test("a visitor signs up", async ({ page, inbox }) => {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(inbox.address);
  await page.getByRole("button", { name: "Sign up" }).click();

  const code = await inbox.waitForCode({ subject: "verify", timeout: 60 });

  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("Welcome")).toBeVisible();
});
