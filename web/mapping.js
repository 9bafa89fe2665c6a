// Working on a mapping: what is missing, and what two texts differ in. What fits which field, the program says.

// A name without what only looks differ in: "First name" and "first_name" are alike.
export const plainly = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

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
