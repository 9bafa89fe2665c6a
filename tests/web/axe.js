// What axe finds on a page, a text each: WCAG 2.2 AA, and what is good practice besides.
import { readFileSync } from "node:fs";

const source = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const MOST_PLACES = 4;

export async function axe(page) {
  await page.evaluate(`if (!window.axe) { ${source} }`);
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  return violations.map(({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.slice(0, MOST_PLACES)
    .flatMap((node) => [`  ${node.target}  ${node.html.slice(0, 160)}`, `  ${node.failureSummary}`])].join("\n"));
}
