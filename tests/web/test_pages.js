// Every page, in both schemes and on a phone: it shows its content without an error, axe finds nothing,
// nothing is cut off, and it asks for nothing that docs/api.yaml does not describe.
import { axe } from "./axe.js";
import { open } from "./browser.js";
import { start } from "./double/server.js";
import { assert, end, test } from "./harness.js";

// [what, address, a text that shows that the content is there, button to press first]
const pages = [
  ["overview", "#/", "6 integrations"],
  ["integration", "#/integrations/mautic", "Timeline"],
  ["mapping of an integration", "#/integrations/mautic?tab=mapping", "home_planet"],
  ["open matters of an integration", "#/integrations/mautic?tab=open", "It was tried in vain"],
  ["runs", "#/runs", "done with issues"],
  ["run", "#/runs/155", "server unavailable"],
  ["running run", "#/runs/161", "records"],
  ["decisions of a run", "#/runs/155?tab=decisions", "theirs was changed later"],
  ["notes of a run", "#/runs/155?tab=notes", "503"],
  ["plan to be made", "#/integrations/mautic/plan", "Make the plan"],
  ["plan", "#/integrations/mautic/plan", "Run exactly this", "Make the plan"],
  ["match", "#/integrations/mautic/match", "contradict", "Compare"],
  ["mapping editor", "#/integrations/mautic/mapping", "Not connected"],
  ["mapping with code", "#/integrations/tryton/mapping", "edited by hand"],
  ["open matters", "#/open", "One by one"],
  ["conflicts", "#/conflicts", "Ours is right"],
  ["objects", "#/objects", "contact:1"],
  ["object", "#/objects/contact/12", "Values in each system"],
  ["record of theirs", "#/objects/citizen/911?integration=mautic", "Here it is"],
  ["import", "#/import/contact", "CSV, JSON lines or vCards"],
  ["deliveries", "#/deliveries", "Redeliver"],
  ["delivery", "#/deliveries?delivery=66", "objectId"],
  ["system", "#/system", "Budgets"],
  ["problems of the home", "#/system", "is not set", "Look for problems"],
  ["tokens", "#/system?tab=tokens", "grafana"],
  ["accounts", "#/system?tab=accounts", "operator"],
  ["audit", "#/system?tab=audit", "pause"],
  ["no page", "#/nowhere", "No such page"],
];
const looks = [["light", 1280], ["dark", 1280], ["light", 390]];

for (const [scheme, width] of looks) {
  const double = await start();
  const { page, close } = await open({ colorScheme: scheme, viewport: { width, height: 860 }, reducedMotion: "reduce" });
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.stack));
  page.on("console", (message) => message.type() === "error" && !message.text().includes("404") && errors.push(message.text()));
  for (const [what, address, text, button] of pages) {
    await test(`${what}, ${scheme}, ${width} wide`, async () => {
      errors.length = double.service.mistakes.length = 0;
      await page.goto(`${double.address}/${address}`);
      if (button) await page.getByRole("button", { name: button, exact: true }).click();
      await page.getByText(text).locator("visible=true").first().waitFor();
      await page.waitForTimeout(150);
      assert((await page.locator("h1").count()) === 1, "there is not one h1");
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(over <= 0, `the page is ${over} pixels wider than the window`);
      const found = await axe(page);
      assert(found.length === 0, found.join("\n"));
      assert(errors.length === 0, errors.join("\n"));
      assert(double.service.mistakes.length === 0, double.service.mistakes.join("\n"));
    });
  }
  await close();
  double.stop();
}
end();
