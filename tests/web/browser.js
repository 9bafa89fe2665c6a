// Debian's chromium, with a folder of its own for each start.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export async function open(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "tandem-browser."));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS, timezoneId: "UTC", locale: "en-GB", viewport: { width: 1280, height: 860 }, ...options,
  });
  context.setDefaultTimeout(20000);
  return { context, page: context.pages()[0] ?? await context.newPage(), close: async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  } };
}
