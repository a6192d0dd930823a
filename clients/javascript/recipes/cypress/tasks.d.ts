import type { Options } from "../../types/index.js";

/** The tasks that the commands need: `on("task", …)` takes them. */
export declare function mayflyTasks(
  url: string,
  options?: Options,
): Record<string, (argument: any) => Promise<unknown>>;
