// Working on a mapping: what fits by name and type, what is missing, and what two texts differ in.

// A name without what only looks differ in: "First name" and "first_name" are alike.
export const plainly = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const TYPES = [["string", "text", "select"], ["email"], ["phone"], ["url"], ["int", "integer", "float", "number", "decimal"], ["date", "datetime"], ["bool", "boolean"], ["reference"]];
const kin = (a, b) => a === b || TYPES.some((family) => family.includes(a) && family.includes(b));

// How alike two names are, 0 to 1: pairs of letters that both have.
export function likeness(left, right) {
  const [a, b] = [plainly(left), plainly(right)];
  if (a === b) return 1;
  const pairs = (text) => Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2));
  const [mine, yours] = [pairs(a), pairs(b)];
  if (mine.length + yours.length === 0) return 0;
  const shared = mine.filter((pair) => yours.includes(pair)).length;
  return (2 * shared) / (mine.length + yours.length);
}

const GOOD_ENOUGH = 0.55;

// Our field that fits theirs best, or null: {object, name}.
export function suggestion(field, kinds, taken) {
  let best = null, most = GOOD_ENOUGH;
  for (const { fields } of kinds) {
    for (const ours of fields) {
      if (taken.has(ours.name)) continue;
      const alike = Math.max(...[field.name, field.label ?? ""].flatMap((theirs) => [ours.name, ours.label].map((name) => likeness(theirs, name))));
      const score = alike + (kin(field.type, ours.type) ? 0.1 : -0.1);
      if (score > most) [best, most] = [ours.name, score];
    }
  }
  return best;
}

// Required fields of theirs that are not mapped: creates there would be refused.
export const missing = (object, theirFields) => theirFields.filter((field) => field.required && field.writable !== false && !object.fields.some((mapped) => mapped.integration_field === field.name));

// Lines of two texts: [["same" | "gone" | "new", line]].
export function difference(before, after) {
  const [a, b] = [before.split("\n"), after.split("\n")];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  const lines = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) lines.push(["same", a[i++], j++]);
    else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) lines.push(["gone", a[i++]]);
    else lines.push(["new", b[j++]]);
  }
  return lines;
}
