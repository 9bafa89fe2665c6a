// How the dashboard behaves, with the double, whose troubles come when they are called.
import { gzipSync } from "node:zlib";
import { readdirSync, readFileSync } from "node:fs";
import { open } from "./browser.js";
import { Refusal } from "./double/routes.js";
import { start } from "./double/server.js";
import { assert, end, test } from "./harness.js";

const web = new URL("../../web/", import.meta.url);
const double = await start();
const { page, context, close } = await open({ reducedMotion: "reduce" });
const at = (address) => page.goto(`${double.address}/${address}`);
const button = (name) => page.getByRole("button", { name }).first();
const { service } = double;

await test("a problem says what, where, since when and what to do, and goes away when it is healed", async () => {
  service.refuse = (method, path) => path === "/runs" && new Refusal(503, "unavailable", "The store is busy", "Another program holds it; wait, or end that program.");
  await at("#/runs");
  const notice = page.getByRole("alert");
  await notice.waitFor();
  const text = await notice.innerText();
  for (const part of ["The store is busy", "wait, or end that program", "GET /api/v1/runs", "UTC"]) assert(text.includes(part), `'${part}' is missing: ${text}`);
  service.refuse = null;
  await page.getByRole("link", { name: "run 162" }).waitFor();
  assert((await notice.count()) === 0, "the problem is still shown");
});

await test("what happens is shown as it happens", async () => {
  await at("#/");
  const card = page.getByRole("article", { name: "tryton" });
  await card.getByText("paused").first().waitFor();
  Object.assign(service.state.integrations.find(({ name }) => name === "tryton"), { state: "failing", why: "It fell over." });
  double.service.tell("integration", { integration: "tryton" });
  await card.getByText("It fell over.").waitFor();
});

await test("progress comes by events", async () => {
  await at("#/runs/161");
  await page.getByText("3,400 of 8,000").first().waitFor();
  service.tell("progress", { job: 7, integration: "hubspot", run: 161, progress: { phase: "pull", iteration: 9, reported: 5100, total: 8000, failed: 2 } });
  await page.getByText("5,100 of 8,000").first().waitFor();
});

await test("what is being typed stays while the page is drawn anew", async () => {
  await at("#/objects");
  const box = page.getByRole("searchbox", { name: "Value" });
  await box.fill("kim@");
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/v1/objects"));
  service.tell("reset", {});
  await answered;
  await page.waitForTimeout(200); // drawn by then
  assert((await box.inputValue()) === "kim@", `it is '${await box.inputValue()}'`);
});

await test("filters stand in the address, and a shared address shows the same", async () => {
  await at("#/runs");
  await page.getByLabel("Status").selectOption({ label: "failed" });
  await page.waitForFunction(() => location.hash.includes("status=failed"));
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByText("server unavailable").first().waitFor();
  assert((await other.getByText("done", { exact: true }).locator("visible=true").count()) === 0, "it shows others");
  await other.close();
});

await test("a list is never longer than a page", async () => {
  await at("#/runs");
  await page.getByRole("link", { name: "run 162" }).waitFor();
  assert((await page.locator("tbody tr").count()) <= 25, "it is longer");
  await button("Next page").click();
  await page.getByRole("link", { name: "run 137" }).waitFor();
  await page.goBack();
  await page.getByRole("link", { name: "run 162" }).waitFor();
});

await test("nothing is done to many without their number, and not if the number is another one by then", async () => {
  await at("#/conflicts");
  await button(/^Theirs is right for all 8/).click();
  await page.getByText("For 8 conflicts, their value wins").waitFor();
  const gone = service.state.conflicts.shift();
  await button("Resolve all 8").click();
  await page.getByText("There are 7 now, not 8.").waitFor();
  assert(service.state.conflicts.length === 11, "something was resolved");
  await button("Cancel").click();
  service.state.conflicts.unshift(gone);
});

await test("the focus returns to where it was when a question is closed by Escape", async () => {
  await at("#/conflicts");
  const settle = button(/^Theirs is right for all/);
  await settle.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert(await settle.evaluate((node) => node === document.activeElement), "the focus is elsewhere");
});

await test("the focus is on the heading after each change of the page", async () => {
  await at("#/");
  await page.getByRole("link", { name: "Runs" }).click();
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === "H1");
});

await test("times say their zone and their age", async () => {
  await at("#/runs");
  const time = page.locator("main time").first();
  await time.waitFor();
  assert(/UTC.*ago/s.test(await time.innerText()), await time.innerText());
  assert(/^\d{4}-\d\d-\d\dT/.test(await time.getAttribute("datetime")), "datetime is missing");
});

await test("viewers see everything and may do nothing", async () => {
  service.state.session = { ...service.state.session, role: "viewer" };
  for (const address of ["#/", "#/integrations/mautic", "#/open", "#/conflicts", "#/objects/contact/12", "#/deliveries", "#/system"]) {
    await at("#/nowhere");
    await page.reload();
    await at(address);
    await page.locator("h1").waitFor();
    await page.waitForTimeout(300);
    const acts = await page.getByRole("button", { name: /run now|pause|retry|drop|right|sync|plan|redeliver|read the|check the|bring|keep/i }).allInnerTexts();
    assert(acts.length === 0, `${address} has ${acts.join(", ")}`);
  }
  await page.getByText("read-only").waitFor();
  service.state.session.role = "admin";
});

await test("a value that looks like markup is shown as it is", async () => {
  service.state.objects[0].fields.firstname = "<img src=x onerror=alert(1)>";
  await at("#/objects");
  await page.reload();
  await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
});

await test("all of it is under 120 KB as it travels", () => {
  const files = ["index.html", "icon.svg", "style.css", ...readdirSync(web).filter((name) => name.endsWith(".js")),
    ...["parts", "pages"].flatMap((folder) => readdirSync(new URL(folder, web)).map((name) => `${folder}/${name}`)),
    "node_modules/htm/preact/standalone.module.js", "node_modules/uplot/dist/uPlot.iife.min.js", "node_modules/uplot/dist/uPlot.min.css"];
  const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, web))).length, 0);
  assert(size < 120e3, `${size} bytes`);
});

await test("the double answered as docs/api.yaml says", () => assert(service.mistakes.length === 0, service.mistakes.join("\n")));
await close();
double.stop();
end();
