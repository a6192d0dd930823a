import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from "@playwright/test";
import type { Inbox, Mayfly } from "../../types/index.js";

export { expect } from "@playwright/test";

/** What tests may ask for beside Playwright's own. */
export interface MayflyFixtures {
  /** Where the service is; MAYFLY_URL, or the laptop, without. */
  mayflyUrl: string;
  mayfly: Mayfly;
  /** A new one for each test, deleted at its end. */
  inbox: Inbox;
}

export declare const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & MayflyFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>;
