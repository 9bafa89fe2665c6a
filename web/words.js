// How things are called, everywhere alike, and as on the command line; and how they look: an icon and
// a tone, so that nothing is told by color alone.

const unknown = (name) => ({ word: String(name).replaceAll("_", " "), tone: "quiet", icon: "dot" });
const table = (rows) => (name) => rows[name] ?? unknown(name);

export const integrationState = table({
  ok: { word: "in step", tone: "good", icon: "check" },
  running: { word: "running", tone: "busy", icon: "turn" },
  attention: { word: "needs attention", tone: "warn", icon: "alert" },
  failing: { word: "failing", tone: "bad", icon: "cross" },
  needs_reauth: { word: "authorization needed", tone: "bad", icon: "key" },
  paused: { word: "paused", tone: "quiet", icon: "pause" },
  disabled: { word: "disabled", tone: "quiet", icon: "circle" },
  broken: { word: "broken configuration", tone: "bad", icon: "cross" },
});
export const runStatus = table({
  running: { word: "running", tone: "busy", icon: "turn" },
  stopping: { word: "stopping", tone: "busy", icon: "turn" },
  done: { word: "done", tone: "good", icon: "check" },
  done_with_issues: { word: "done with issues", tone: "warn", icon: "alert" },
  attention: { word: "done with issues", tone: "warn", icon: "alert" },
  failed: { word: "failed", tone: "bad", icon: "cross" },
  refused: { word: "refused", tone: "bad", icon: "cross" },
  killed: { word: "killed", tone: "bad", icon: "cross" },
  locked: { word: "another run was under way", tone: "warn", icon: "alert" },
  interrupted: { word: "interrupted", tone: "warn", icon: "alert" },
});
export const outcomeKind = table({
  created: { word: "created", tone: "good", icon: "plus" },
  updated: { word: "updated", tone: "good", icon: "check" },
  unchanged: { word: "unchanged", tone: "quiet", icon: "equal" },
  skipped: { word: "skipped", tone: "quiet", icon: "skip" },
  deferred: { word: "deferred", tone: "busy", icon: "dots" },
  conflict: { word: "conflict", tone: "warn", icon: "unequal" },
  failed: { word: "failed", tone: "bad", icon: "cross" },
  deleted: { word: "deleted", tone: "warn", icon: "minus" },
});
export const planAction = table({
  create: { word: "create", tone: "good", icon: "plus" },
  update: { word: "update", tone: "busy", icon: "arrow" },
  link: { word: "link", tone: "quiet", icon: "link" },
  delete: { word: "delete", tone: "bad", icon: "minus" },
  unlink: { word: "unlink", tone: "warn", icon: "unlink" },
  remap: { word: "remap", tone: "quiet", icon: "swap" },
});
export const matterReason = table({
  refused: { word: "refused", tone: "bad", icon: "cross" },
  withheld: { word: "withheld", tone: "warn", icon: "skip" },
  not_kept: { word: "not kept", tone: "warn", icon: "unequal" },
  held: { word: "held", tone: "warn", icon: "unequal" },
  ambiguous: { word: "ambiguous", tone: "warn", icon: "fork" },
  doubtful: { word: "doubtful", tone: "warn", icon: "question" },
  deleted_and_edited: { word: "deleted and edited", tone: "warn", icon: "minus" },
  loop: { word: "loop", tone: "warn", icon: "turn" },
  merge: { word: "may be one", tone: "warn", icon: "fork" },
  quarantined: { word: "quarantined", tone: "bad", icon: "cross" },
  retrying: { word: "retrying", tone: "busy", icon: "turn" },
  in_doubt: { word: "in doubt", tone: "warn", icon: "question" },
});
export const deliveryStatus = table({
  waiting: { word: "waiting", tone: "busy", icon: "dots" },
  done: { word: "done", tone: "good", icon: "check" },
  ignored: { word: "ignored", tone: "quiet", icon: "skip" },
  failed: { word: "failed", tone: "bad", icon: "cross" },
  duplicate: { word: "duplicate", tone: "quiet", icon: "equal" },
});

const whole = new Intl.NumberFormat("en");
export const number = (value) => whole.format(value);
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

export function bytes(value) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit ? value.toFixed(value < 10 ? 1 : 0) : value} ${units[unit]}`;
}

export function duration(from, until) {
  const seconds = Math.max(0, (Date.parse(until) - Date.parse(from)) / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

// "4 min ago", "in 2 h": how far a moment is from now.
export function age(at, now = Date.now()) {
  const seconds = Math.round((now - Date.parse(at)) / 1000);
  const away = Math.abs(seconds);
  if (away < 5) return "now";
  const [size, unit] = away < 60 ? [1, "s"] : away < 5400 ? [60, "min"] : away < 129600 ? [3600, "h"] : [86400, "days"];
  const text = `${Math.round(away / size)} ${unit}`;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

// "14:32 UTC", "9 Mar 14:32 UTC": a moment where the reader is, with the zone.
export function moment(at) {
  const date = new Date(at), today = new Date();
  const near = date.getFullYear() === today.getFullYear();
  if (date.toDateString() === today.toDateString()) return clock.format(date);
  return `${(near ? day : dayOfYear).format(date)} ${clock.format(date)}`;
}
export const utc = (at) => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

// What is done about a field, in words; as the mapping and its editor say it.
export const directions = [["bidirectional", "both ways"], ["to_internal", "to us"], ["to_integration", "to them"]];
export const conflictRules = [["newest", "the newest"], ["internal", "ours"], ["integration", "theirs"], ["non_empty", "not the empty one"], ["strictest", "the strictest"]];
export const clearRules = [["propagate", "the other too"], ["ignore", "the other stays"]];
export const wordOf = (rules, key) => rules.find(([name]) => name === key)?.[1] ?? key;

// What an object is called by people: its name, else its e-mail; null if it has neither.
export function nameOf(fields) {
  const [first, last] = [fields.firstname, fields.lastname].map((part) => part ?? "");
  return [`${first} ${last}`.trim(), fields.companyname, fields.name, fields.email].find((text) => typeof text === "string" && text) ?? null;
}

// What a run did, as short as it can be said: what waits comes before what went well.
export function deeds({ pull, push }) {
  const sums = [
    [pull.failed + push.failed, "failed"], [pull.conflicts.unresolved, pull.conflicts.unresolved === 1 ? "conflict" : "conflicts"],
    [pull.deferred + push.deferred, "deferred"], [pull.created + push.created, "created"], [pull.updated + push.updated, "updated"],
    [(pull.deleted ?? 0) + push.deleted, "deleted"],
  ];
  return sums.filter(([value]) => value > 0).map(([value, word]) => `${number(value)} ${word}`).join(", ");
}

// A clause of the engine as the sentence that it is here.
export const sentence = (text) => text && `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

// A value of a field as one line of text.
export function shown(value) {
  if (value === null || value === undefined || value === "") return "empty";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
