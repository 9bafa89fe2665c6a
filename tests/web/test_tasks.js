// The five things that somebody who has never seen the dashboard does in under a minute, by mouse and by
// keyboard alone, with the real service.
import { axe } from "./axe.js";
import { hands } from "./hands.js";
import { open } from "./browser.js";
import { assert, end, test } from "./harness.js";
import { startService } from "./service.js";

const MINUTE_MS = 60000;
const tasks = [
  ["finds out why contact 12 did not sync", async ({ page, hand, service }) => {
    await hand.press("link", "Objects");
    await hand.write("searchbox", "Value", String(service.ids[11]));
    await hand.press("button", "Find");
    await page.getByText("Not in step with helloworld").waitFor();
    await page.getByText(/too many runs/).first().waitFor();
    await page.getByText(/Waiting to be sent: lastname/).waitFor();
  }],
  ["resolves all conflicts of one kind", async ({ page, hand, service }) => {
    await hand.press("link", /^Open matters/);
    await hand.press("link", "Resolve");
    await hand.press("button", /^Ours is right for all 8 of contact firstname/);
    await page.getByText(/For 8 conflicts, our value wins/).waitFor();
    await hand.press("button", "Resolve all 8");
    await page.getByText("8 conflicts resolved: ours wins.").waitFor();
    await page.getByText("No conflict waits.").waitFor();
    await eventually("ours is there", async () => (await service.state()).citizen.some(({ fields }) => fields.first_name === "Ours3"));
  }],
  ["sees what tonight's sync would change and runs it", async ({ page, hand, service }) => {
    await hand.press("link", "helloworld");
    await hand.press("button", "Plan a sync");
    await page.getByText("1 change: 1 here, 0 there").waitFor();
    await page.getByText("+1 555 0199").waitFor();
    await hand.press("button", "Run exactly this");
    await page.getByText(/1 change here and 0 changes in helloworld/).waitFor();
    await hand.press("button", "Make 1 change");
    await eventually("the phone is here", () => service.tandem("object", "get", "contact", String(service.ids[19]), "phone").includes("0199"));
  }],
  ["connects a field and sees a sample of what it would bring", async ({ page, hand }) => {
    await hand.press("link", "helloworld");
    await hand.press("link", "Mapping");
    await hand.press("link", "Open the mapping editor");
    await hand.press("button", "Connect birthday with birthday");
    await hand.press("button", "Propose this mapping");
    await page.getByText(/\+\s+birthday/).waitFor();
    await hand.press("button", /^Show what it would change/);
    await page.getByText("With the proposed mapping").waitFor();
    await page.getByText("birthday").first().waitFor();
    await page.getByText(/19\d\d-\d\d-\d\d/).first().waitFor();
  }],
  ["decides which of two contacts a record is, before the first sync", async ({ page, hand, service }) => {
    const mail = `kim.${hand.name}@hello.world`;
    const here = ["Kim", "Kay"].map((firstname) => service.tandem("object", "add", "contact", `email=${mail}`, `firstname=${firstname}`).trim());
    await service.tell("/_edit", { action: "create", object: "citizen", fields: { email: mail, last_name: "Doubt" } });
    await hand.press("link", "helloworld");
    await hand.press("link", "Match");
    await hand.press("button", "Compare");
    await page.getByText(`may be contact:${here[0]} or contact:${here[1]}`).waitFor();
    await hand.press("button", new RegExp(`^It is contact:${here[1]}`));
    await page.getByText(new RegExp(`contact:${here[1]} is citizen:`)).waitFor();
    await eventually("it is linked", () => service.tandem("object", "get", "contact", here[1], "lastname").includes("Doubt"));
  }],
  ["takes contacts from a file whose columns have other names", async ({ page, hand, service }) => {
    await hand.press("link", "Objects");
    await hand.press("link", "Import a file");
    const rows = Array.from({ length: 3 }, (_, i) => `Row ${i},${hand.name}${i}@example.com`);
    await page.getByLabel("File").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(`First name,Reach at\n${rows.join("\n")}\nbroken,one,too many\n`) });
    await page.getByText("1 record cannot be taken").waitFor();
    await hand.choose("Field for Reach at", "E-mail");
    await page.getByText("3 records added, 0 updated, 1 refused. Nothing has been changed yet.").waitFor();
    await hand.press("button", "Import 3 records");
    await page.getByText("3 records added, 0 updated from people.csv.").waitFor();
    assert(JSON.parse(service.tandem("object", "list", "contact", "--filter", `email=${hand.name}2@example.com`, "--json"))[0].fields.firstname === "Row 2", "it is not here");
    await hand.press("link", "Show all of kind contact");
    await page.getByText(`${hand.name}2@example.com`).or(page.getByText("contact:1").first()).first().waitFor();
  }],
  ["brings back a contact that was deleted here and edited there", async ({ page, hand, service }) => {
    const mail = `gone.${hand.name}@hello.world`;
    const made = await (await service.tell("/_edit", { action: "create", object: "citizen", fields: { email: mail, last_name: "Gone" } })).json();
    await sync(service);
    const [{ id: object_id }] = JSON.parse(service.tandem("object", "list", "contact", "--filter", `email=${mail}`, "--json"));
    service.tandem("object", "delete", "contact", object_id);
    await service.tell("/_edit", { object: "citizen", id: String([made].flat()[0].id), fields: { last_name: "Edited" } });
    await sync(service);
    await hand.press("link", /^Open matters/);
    await page.getByText(/Deleted on one side, edited on the other/i).first().waitFor();
    await hand.press("button", new RegExp(`^Create the missing one again contact:${object_id}`));
    await page.getByText(/the next run creates each again/).waitFor();
    await hand.press("button", "Restore it");
    await page.getByText("1 matter resolved: the next run creates again what is missing.").waitFor();
    await eventually("it is here again", () => service.tandem("object", "list", "contact", "--filter", `email=gone.${hand.name}@hello.world`, "--json").includes("Edited"));
  }],
  ["retries everything that failed in an outage", async ({ page, hand, service }) => {
    await service.tell("/_control", { busy: [] });
    await hand.press("link", /^Open matters/);
    await hand.press("button", /^Retry all quarantined of helloworld/);
    await page.getByText(/4 matters will be tried again/).waitFor();
    await hand.press("button", "Retry all 4");
    await page.getByText("4 matters will be tried again with the next run.").waitFor();
    await page.getByRole("link", { name: "Overview" }).first().waitFor();
    await hand.press("link", "Overview");
    await hand.press("button", /^Run now/);
    await hand.press("button", "Sync now");
    await eventually("all four are there", async () => (await service.state()).citizen.filter(({ fields }) => /^Refused/.test(fields.last_name)).length === 4);
  }],
];

async function eventually(what, check) {
  for (const begun = Date.now(); Date.now() - begun < 20000; await new Promise((resolve) => setTimeout(resolve, 200))) if (await check()) return;
  throw new Error(`never true: ${what}`);
}

// Once the run that the service has under way is over.
const sync = (service) => eventually("it is synced", () => {
  try {
    service.tandem("sync", "helloworld", "--quiet");
    return true;
  } catch (refused) {
    if (/TND0700/.test(refused.message)) return false;
    throw refused;
  }
});

// What the double answers is what the service answers: every page shows the real one without a problem, and axe
// finds nothing on it in either scheme.
const pages = ["#/", "#/integrations/helloworld", "#/integrations/helloworld?tab=mapping", "#/integrations/helloworld?tab=open", "#/runs", "#/runs/1",
  "#/runs/1?tab=decisions", "#/runs/1?tab=notes", "#/open", "#/open?reason=quarantined", "#/conflicts", "#/objects", "#/objects/contact/1",
  "#/objects/citizen/1?integration=helloworld", "#/deliveries", "#/system", "#/system?tab=tokens", "#/system?tab=accounts", "#/system?tab=audit",
  "#/integrations/helloworld/plan", "#/integrations/helloworld/match", "#/integrations/helloworld/mapping"];
async function lookAround(page, service, errors) {
  for (const address of pages) {
    await page.goto(`${service.address}/${address}`);
    await page.locator("main :is(table, .facts, .empty, .card, .matter, button)").first().waitFor();
    await page.waitForTimeout(200);
    const troubles = await page.getByRole("alert").allInnerTexts();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      troubles.push(...(await axe(page)).map((found) => `${colorScheme}: ${found}`));
    }
    assert(troubles.length === 0 && errors.length === 0, `${address}: ${[...troubles, ...errors].join("\n")}`);
  }
}

async function giveAccount(page, service) {
  const enter = () => fetch(`${service.address}/api/v1/session`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "kim", password: "a good password" }) });
  await page.goto(`${service.address}/#/system?tab=accounts`);
  await page.getByLabel("Name").fill("kim");
  await page.getByLabel("Password").fill("a good password");
  await page.getByLabel("Role").selectOption("operator");
  await page.getByRole("button", { name: "Set the account" }).click();
  await page.getByRole("cell", { name: "operator" }).waitFor();
  assert((await (await enter()).json()).role === "operator", "kim does not log in");
  await page.getByRole("button", { name: "Remove kim" }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("kim was removed.").waitFor();
  assert((await enter()).status === 401, "kim still logs in");
}

for (const index of [0, 1]) {
  const service = await startService();
  const { page, close } = await open({ reducedMotion: "reduce" });
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.stack));
  await page.goto(service.login());
  await page.getByText("1 integration").first().waitFor();
  const hand = hands(page)[index];
  if (index === 0) await test("every page shows the real service", () => lookAround(page, service, errors));
  if (index === 0) await test("an account is given and withdrawn", () => giveAccount(page, service));
  for (const [what, work] of tasks) {
    await test(`${what}, by ${hand.name}`, async () => {
      await page.goto(`${service.address}/#/`);
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      const begun = Date.now();
      await work({ page, hand, service });
      assert(Date.now() - begun < MINUTE_MS, "it took more than a minute");
      assert(errors.length === 0, errors.join("\n"));
    });
  }
  await close();
  await service.stop();
}
end();
