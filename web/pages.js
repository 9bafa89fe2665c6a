// Which page an address is.
import { Conflicts } from "./pages/conflicts.js";
import { Deliveries } from "./pages/deliveries.js";
import { Import } from "./pages/import.js";
import { Integration } from "./pages/integration.js";
import { MappingEditor } from "./pages/mapping_editor.js";
import { Match } from "./pages/match.js";
import { Matters } from "./pages/matters.js";
import { Missing } from "./pages/missing.js";
import { ObjectPage } from "./pages/object.js";
import { Objects } from "./pages/objects.js";
import { Overview } from "./pages/overview.js";
import { Plan } from "./pages/plan.js";
import { Run } from "./pages/run.js";
import { Runs } from "./pages/runs.js";
import { System } from "./pages/system.js";

// [pattern, page, title, section of the navigation]; * is any part
const table = [
  [[], Overview, () => "Overview", ""],
  [["integrations", "*"], Integration, (name) => name, ""],
  [["integrations", "*", "mapping"], MappingEditor, (name) => `Mapping of ${name}`, ""],
  [["integrations", "*", "plan"], Plan, (name) => `Plan of ${name}`, ""],
  [["integrations", "*", "match"], Match, (name) => `Match of ${name}`, ""],
  [["runs"], Runs, () => "Runs", "runs"],
  [["runs", "*"], Run, (id) => `Run ${id}`, "runs"],
  [["open"], Matters, () => "Open matters", "open"],
  [["conflicts"], Conflicts, () => "Conflicts", "open"],
  [["objects"], Objects, () => "Objects", "objects"],
  [["objects", "*", "*"], ObjectPage, (object, id) => `${object}:${id}`, "objects"],
  [["import", "*"], Import, (object) => `Import of ${object}`, "objects"],
  [["deliveries"], Deliveries, () => "Deliveries", "deliveries"],
  [["system"], System, () => "System", "system"],
];

const fits = (pattern, path) => pattern.length === path.length && pattern.every((part, i) => part === "*" || part === path[i]);

// {show, title, section} of a route.
export function pages({ path }) {
  const found = table.find(([pattern]) => fits(pattern, path));
  if (!found) return { show: Missing, title: "No such page" };
  const [pattern, show, title, section] = found;
  return { show, title: title(...path.filter((_, i) => pattern[i] === "*")), section };
}
