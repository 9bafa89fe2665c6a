// What the double of the service knows: six integrations in six conditions, their runs, and what waits.
const MINUTE = 60e3, HOUR = 60 * MINUTE;
export const ago = (milliseconds) => new Date(Date.now() - milliseconds).toISOString().replace(/\.\d+Z/, "Z");

const pull = (created, updated, reported) => ({ iterations: 2, reported, created, updated, unchanged: reported - created - updated, skipped: 0, failed: 0, deferred: 0, conflicts: { internal: 1, integration: 2, unresolved: 0 } });
const push = (created, updated, reported) => ({ iterations: 1, reported, created, updated, deleted: 0, retried: 0, issues: 0, failed: 0, unchanged: 0, skipped: 0, deferred: 0 });

function run(id, integration, status, started, more = {}) {
  const ended = status !== "running";
  return {
    id, integration, status, phase: ended ? null : "pull", iteration: ended ? 3 : 7, started: ago(started), finished: ended ? ago(started - 4200) : null, message: null,
    counts: ended ? { pull: pull(id % 3, 4 + (id % 7), 40), push: push(0, id % 5, id % 5) } : null,
    options: null, scripts: { name: integration, version: "1.4.0", sha256: "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de" }, job: null,
    http: ended ? { requests: 6, retries: 0, bytes_in: 5975, bytes_out: 2436 } : null, ...more,
  };
}

function integration(name, state, more = {}) {
  return {
    name, state, why: null, enabled: true, paused: false, needs_reauth: false,
    schedule: { every_seconds: 600, cron: null, timezone: null, text: "every 10 minutes" },
    next_run: ago(-6 * MINUTE), last_run: null, last_success: ago(4 * MINUTE), failing_since: null, job: null, links: 1248, waiting_changes: 0,
    open_matters: 0, matters: {}, webhooks: false, version: "1.4.0", objects: ["citizen", "world"], ...more,
  };
}

const matter = (number, reason, integration, object_id, more = {}) => ({
  id: `${reason}:${integration}:contact:${object_id}`, reason, integration, object: "contact", object_id, integration_object: "citizen", integration_id: String(900 + number),
  since: ago(5 * HOUR + number * MINUTE), last: ago(9 * MINUTE), failures: 5, cause: "retry", matches: [],
  field: null, message: "citizen: the server answered 503 (busy)", explanation: "it was tried in vain for too long", advice: "'tandem retry' once the cause is gone, or 'tandem quarantine drop'", actions: ["retry", "drop"], ...more,
});

export function seed() {
  const runs = [];
  for (let id = 1; id <= 160; id++) {
    const name = ["helloworld", "mautic", "salesforce"][id % 3];
    const failed = name === "salesforce" && id > 150;
    runs.push(run(id, name, failed ? "failed" : id % 11 === 0 ? "done_with_issues" : "done", (162 - id) * 9 * MINUTE,
      failed ? { message: "GET https://example.my.salesforce.com/services/data: the server answered 503 (server unavailable)" } : {}));
  }
  runs.push(run(161, "hubspot", "running", MINUTE, { job: 7 }));
  runs.push(run(162, "helloworld", "done", 4 * MINUTE));
  const integrations = [
    integration("helloworld", "ok"),
    integration("hubspot", "running", { job: 7, links: 84210 }),
    integration("mautic", "attention", { why: "12 held and 3 quarantined matters need a decision.", open_matters: 18, matters: { held: 12, quarantined: 3, in_doubt: 1, ambiguous: 2 }, waiting_changes: 18 }),
    integration("pipedrive", "needs_reauth", { why: "The refresh token was revoked there; run 'tandem auth pipedrive'.", needs_reauth: true, last_success: ago(26 * HOUR) }),
    integration("salesforce", "failing", { why: "The server answered 503 (server unavailable); it is tried again in 6 minutes.", failing_since: ago(95 * MINUTE), last_success: ago(105 * MINUTE), waiting_changes: 41 }),
    integration("tryton", "paused", { paused: true, next_run: null }),
  ];
  const outcomes = Array.from({ length: 240 }, (_, index) => ({
    direction: index % 4 === 3 ? "push" : "pull", object: index % 4 === 3 ? "contact" : "citizen", id: String(index + 1),
    outcome: ["updated", "unchanged", "unchanged", "updated", "created", "failed", "skipped", "conflict"][index % 8],
    reason: index % 8 === 5 ? "the server answered 503 (busy)" : null, explanation: index % 8 === 5 ? "It is tried again with the next run." : null,
  }));
  const conflicts = Array.from({ length: 12 }, (_, index) => ({
    id: 500 + index, integration: "mautic", object: "contact", object_id: String(12 + index), field: index < 8 ? "phone" : "lastname", integration_object: "contact",
    integration_id: String(700 + index), known: true, internal: index < 8 ? `+1 617 555 01${10 + index}` : "Murray", integration_value: index < 8 ? `+1 212 555 77${10 + index}` : "Hopper-Murray",
    changed_here: ago(3 * HOUR), changed_there: ago(3 * HOUR), has_base: true, reason: "both were changed in the same second",
  }));
  const matters = [
    ...[1, 2, 3].map((number) => matter(number, "quarantined", "mautic", String(30 + number))),
    matter(4, "in_doubt", "mautic", "41", { integration_id: null, cause: "no_answer", message: null, failures: 1, explanation: "it is unknown whether it was created there", advice: "look there: 'tandem link' if it was, 'tandem quarantine retry' if not", actions: ["link", "retry", "drop"] }),
    ...[5, 6].map((number) => matter(number, "ambiguous", "mautic", null, { matches: ["51", "52"], failures: 0, cause: null, message: null, explanation: "several objects here match it", advice: "'tandem object merge', change an identifier of one, or 'tandem link'", actions: ["merge", "link", "retry"] })),
  ];
  const fields = [["email", "E-mail", "email"], ["firstname", "First name", "string"], ["lastname", "Last name", "string"], ["phone", "Phone", "phone"], ["city", "City", "string"], ["birthday", "Birthday", "date"], ["company", "Company", "reference"]]
    .map(([name, label, type]) => ({ name, label, type, required: name === "email", unique: name === "email", limit: 190, special: false }));
  const objects = Array.from({ length: 120 }, (_, index) => ({
    id: String(index + 1), added: ago(90 * HOUR), modified: ago((index + 1) * HOUR), identified: null,
    fields: { email: `citizen${index + 1}@hello.world`, firstname: ["Grace", "Alan", "Edsger", "Barbara"][index % 4], lastname: ["Hopper", "Turing", "Dijkstra", "Liskov"][index % 4], phone: `+1 555 00000${index}`, city: ["Venus", "Earth", "Mars"][index % 3], birthday: null, company: null },
  }));
  const mapping = {
    objects: [{ object: "citizen", create: true, on_deleted_here: "unlink", on_deleted_there: "unlink", fields: [
      { integration_field: "email", internal_field: "email", direction: "bidirectional", required: true, on_conflict: "newest", on_clear: "propagate", default: null },
      { integration_field: "first_name", internal_field: "firstname" },
      { integration_field: "last_name", internal_field: "lastname", on_conflict: "internal" },
      { integration_field: "home_planet", internal_field: "city", direction: "to_internal" },
    ] }],
    problems: [],
  };
  const theirFields = [["email", "E-mail", "email", true], ["first_name", "First name", "string", false], ["last_name", "Last name", "string", false], ["home_planet", "Home planet", "string", false], ["phone", "Phone", "phone", false], ["birthday", "Birthday", "date", false], ["score", "Score", "int", false]]
    .map(([name, label, type, required]) => ({ object: "citizen", name, label, type, required, writable: true, samples: { email: ["kim@acme.example"], phone: ["+1 617 555 0110"], birthday: ["1906-12-09"], score: ["42"] }[name] ?? [], suggestion: { phone: "phone", birthday: "birthday" }[name] ?? null }));
  const deliveries = Array.from({ length: 70 }, (_, index) => ({
    id: 70 - index, integration: ["hubspot", "mautic"][index % 2], received: ago(index * 7 * MINUTE + 20e3), status: index === 0 ? "waiting" : index % 9 === 4 ? "failed" : index % 7 === 3 ? "ignored" : "done",
    attempts: index === 0 ? 0 : 1, records: 1 + (index % 3), bytes: 412, run: index % 9 === 4 || index === 0 ? null : 100, message: index % 9 === 4 ? "the script could not read it: 'objectId' is missing" : null,
  }));
  return {
    runs, integrations, outcomes, conflicts, matters, objects, mapping, theirFields, deliveries, kinds: [{ name: "contact", fields }, { name: "company", fields: fields.slice(0, 3) }],
    jobs: [{ id: 7, kind: "sync", integration: "hubspot", status: "running", why: "schedule", started_by: null, started: ago(MINUTE), finished: null, run: 161, options: {}, progress: { phase: "pull", iteration: 7, reported: 3400, total: 8000, failed: 2 }, message: null, exit_code: null }],
    results: new Map(), changes: new Map(), proposal: null, session: { name: "demo", role: "admin", kind: "session", expires: ago(-8 * HOUR) },
    tokens: [{ id: 1, name: "grafana", scope: "read", created: ago(700 * HOUR), expires: ago(-8000 * HOUR), last_used: ago(MINUTE) }],
    accounts: [{ name: "kim", role: "operator", created: ago(700 * HOUR) }],
    audit: [{ id: 2, at: ago(2 * HOUR), actor: "kim", address: "127.0.0.1", action: "pause", integration: "tryton", detail: null }, { id: 1, at: ago(30 * HOUR), actor: null, address: null, action: "configuration", integration: null, detail: "read again: 6 integrations" }],
  };
}
