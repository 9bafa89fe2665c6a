// The pictures of README and docs: the main pages, by the double's six integrations. `scripts/pictures`
import { mkdirSync, statSync } from "node:fs";
import { open } from "./browser.js";
import { start } from "./double/server.js";

const folder = new URL("../../docs/pictures/", import.meta.url).pathname;
const MOST_BYTES = 150e3;
const pictures = [
  ["overview", "#/", "light", 820],
  ["overview_dark", "#/", "dark", 820],
  ["integration", "#/integrations/mautic", "light", 860],
  ["object", "#/objects/contact/12", "light", 900],
  ["conflicts", "#/conflicts", "light", 700],
  ["plan", "#/integrations/mautic/plan", "light", 800, ["Make the plan"]],
  ["mapping", "#/integrations/mautic/mapping", "light", 900, ["Connect birthday with birthday", "Propose this mapping"]],
];

mkdirSync(folder, { recursive: true });
const double = await start();
for (const [name, address, colorScheme, height, buttons = []] of pictures) {
  const { page, close } = await open({ colorScheme, viewport: { width: 1280, height }, reducedMotion: "reduce" });
  await page.goto(`${double.address}/${address}`);
  for (const button of buttons) await page.getByRole("button", { name: button, exact: true }).click();
  await page.waitForTimeout(1200);
  const path = `${folder}${name}.png`;
  await page.screenshot({ path });
  if (statSync(path).size > MOST_BYTES) throw new Error(`${name}.png has ${statSync(path).size} bytes`);
  console.log(`docs/pictures/${name}.png  ${statSync(path).size} bytes`);
  await close();
}
double.stop();
process.exit(0);
