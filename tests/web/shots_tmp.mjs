import { open } from "./browser.js";
import { start } from "./double/server.js";
const pages = [["overview","#/"],["integration","#/integrations/mautic"],["imapping","#/integrations/mautic?tab=mapping"],["iopen","#/integrations/mautic?tab=open"],["runs","#/runs"],["run","#/runs/155"],["running","#/runs/161"],["decisions","#/runs/155?tab=decisions"],["notes","#/runs/155?tab=notes"],["plan0","#/integrations/mautic/plan"],["plan","#/integrations/mautic/plan","Make the plan"],["match","#/integrations/mautic/match","Compare"],["editor","#/integrations/mautic/mapping"],["code","#/integrations/tryton/mapping"],["open","#/open"],["conflicts","#/conflicts"],["objects","#/objects"],["object","#/objects/contact/12"],["record","#/objects/citizen/911?integration=mautic"],["deliveries","#/deliveries"],["delivery","#/deliveries?delivery=66"],["system","#/system"],["tokens","#/system?tab=tokens"],["audit","#/system?tab=audit"]];
const only = process.argv[2]?.split(",");
for (const [scheme, width] of [["light",1280],["dark",1280],["light",390]]) {
  const double = await start();
  const { page, close } = await open({ colorScheme: scheme, viewport: { width, height: 860 }, reducedMotion: "reduce" });
  for (const [name, address, button] of pages) {
    if (only && !only.includes(name)) continue;
    await page.goto(`${double.address}/${address}`);
    if (button) await page.getByRole("button", { name: button, exact: true }).click();
    await page.waitForTimeout(900);
    await page.screenshot({ path: `/tmp/service/pics/${name}-${scheme}-${width}.png`, fullPage: width === 390 ? false : true });
    if (width === 390) await page.screenshot({ path: `/tmp/service/pics/${name}-phone-full.png`, fullPage: true });
  }
  await close(); double.stop();
}
process.exit(0);
