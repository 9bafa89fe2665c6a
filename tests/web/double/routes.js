// What the double answers: [status, body] of a request.
import { ago } from "./state.js";

export class Refusal extends Error {
  constructor(status, code, title, detail, more = {}) {
    super(detail);
    this.status = status;
    this.body = { type: code, title, status, detail, code, ...more };
  }
}

function page(items, query) {
  const from = Number(query.get("after") ?? 0), until = from + Number(query.get("limit") ?? 50);
  return [200, { items: items.slice(from, until), next: until < items.length ? String(until) : null }];
}
const fits = (query, ...names) => (item) => names.every((name) => !query.has(name) || String(item[name]) === query.get(name));

function tally(items, names) {
  const counts = new Map();
  for (const item of items) {
    const key = JSON.stringify(names.map((name) => item[name]));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ ...Object.fromEntries(JSON.parse(key).map((value, i) => [names[i], value])), count }));
}

function startJob(service, kind, integration, options = {}, result = null) {
  const { state } = service;
  const job = { id: Math.max(...state.jobs.map(({ id }) => id)) + 1, kind, integration, status: "running", why: "person", started_by: "demo", started: ago(0), finished: null, run: null, options, progress: null, message: null, exit_code: null };
  state.jobs.unshift(job);
  state.results.set(job.id, result);
  setTimeout(() => {
    Object.assign(job, { status: "done", finished: ago(0), exit_code: 0 });
    service.tell("job", job);
  }, 150);
  return [202, job];
}

// A bulk action over what fits: counts, refuses another number than was expected, or does it.
function bulk(chosen, { dry_run = false, expected }, work) {
  if (expected !== undefined && expected !== chosen.length) throw new Refusal(409, "conflict", "The number has changed", `There are ${chosen.length} now, not ${expected}.`, { actual: chosen.length });
  if (!dry_run) chosen.forEach(work);
  return [200, { count: chosen.length, dry_run }];
}

function recount({ state, tell }) {
  for (const integration of state.integrations) {
    const of = (list, more = () => true) => list.filter((item) => item.integration === integration.name && more(item)).length;
    integration.matters = Object.fromEntries(Object.entries({ held: of(state.conflicts), ...Object.fromEntries(["quarantined", "in_doubt", "ambiguous"].map((reason) => [reason, of(state.matters, (item) => item.reason === reason)])) }).filter(([, number]) => number));
    integration.open_matters = Object.values(integration.matters).reduce((sum, number) => sum + number, 0);
    tell("integration", { integration: integration.name });
  }
}
const drop = (list) => (item) => list.splice(list.indexOf(item), 1);

const plannedChanges = [
  { side: "internal", action: "create", object: "contact", id: null, expected_id: null, from_object: "citizen", from_id: "31", fields: { email: { before: null, after: "new@hello.world" }, firstname: { before: null, after: "Katherine" } } },
  { side: "internal", action: "update", object: "contact", id: "12", expected_id: null, from_object: "citizen", from_id: "911", fields: { phone: { before: "+1 617 555 0110", after: "+1 555 0199" } } },
  { side: "integration", action: "update", object: "citizen", id: "907", expected_id: null, from_object: "contact", from_id: "7", fields: { last_name: { before: "Hopper", after: "Murray" } } },
  { side: "integration", action: "create", object: "citizen", id: null, expected_id: null, from_object: "contact", from_id: "90", fields: { email: { before: null, after: "kim@acme.example" } } },
];

const why = (integration, object, id) => ["mautic", "helloworld"].includes(integration) ? {
  integration, object, id,
  open: integration === "mautic" ? [{ reason: "retrying", object, id, integration_object: "citizen", integration_id: "911", field: null, since: ago(7e5), last: ago(6e5), message: null, meaning: "it failed and is tried again by itself", what_to_do: "wait for the next run, or sync only this" }] : [],
  mappings: [{ object, id, integration_object: "citizen", integration_id: String(899 + Number(id)), last_sync: ago(3 * 3600e3), deleted: false }],
  outcomes: [integration === "mautic"
    ? { run: 155, at: ago(6e5), direction: "push", object, id, outcome: "failed", reason: "busy", explanation: "the server answered 503 (busy); it is tried again with the next run" }
    : { run: 162, at: ago(3e5), direction: "push", object, id, outcome: "updated", reason: null, explanation: null }],
  waiting: integration === "mautic" ? [{ id: 81, field: "lastname", at: ago(7e5), origin_integration: null, origin_object: null, origin_id: null, settled: 0, ties: 0 }] : [],
  decisions: [{ run: 150, at: ago(72e5), field: "lastname", integration_object: "citizen", integration_id: "911", internal: { value: "Hopper", certainly_changed: ago(8e6), possibly_changed: ago(8e6) }, integration: { value: "Murray", certainly_changed: ago(79e5), possibly_changed: ago(79e5) }, has_base: true, verdict: "right", decided_by: null, winner: "integration", reason: "theirs was changed later" }],
  notes: integration === "mautic" ? [{ run: 155, at: ago(6e5), about: "issue", field: null, message: "citizen: the server answered 503 (busy)" }] : [],
} : { integration, object, id, open: [], mappings: [], outcomes: [], waiting: [], decisions: [], notes: [] };

// [method, pattern, (service, parts, query, body) => [status, body]]; the first that fits answers
const table = [
  ["GET", "/session", ({ state }) => [200, state.session]],
  ["POST", "/session", ({ state }) => [200, state.session]],
  ["DELETE", "/session", () => [204]],
  ["GET", "/integrations", ({ state }, _, query) => page(state.integrations, query)],
  ["GET", "/integrations/*", ({ state }, [name]) => [200, state.integrations.find((item) => item.name === name)]],
  ["POST", "/integrations/*/pause", ({ state, tell }, [name]) => setPaused(state, tell, name, true)],
  ["POST", "/integrations/*/resume", ({ state, tell }, [name]) => setPaused(state, tell, name, false)],
  ["POST", "/integrations/*/sync", (service, [name], _, body) => startJob(service, "sync", name, body)],
  ["POST", "/integrations/*/plan", (service, [name], _, body) => {
    const job = startJob(service, "plan", name, body, { changes: plannedChanges.length });
    const bring = { side: "internal", action: "update", object: "contact", id: "3", expected_id: null, from_object: "citizen", from_id: "903", fields: { birthday: { before: null, after: "1912-03-03" } } };
    service.state.changes.set(job[1].id, body?.proposed ? [bring] : plannedChanges);
    return job;
  }],
  ["POST", "/integrations/*/match", (service, [name]) => startJob(service, "match", name, {}, {
    integration: name, error: null, linked: { count: 812, samples: [["contact:3", "citizen:7"], ["contact:4", "citizen:9"]] },
    created_here: { count: 31, samples: [["contact:(new)", "citizen:44"]] }, created_there: { count: 5, samples: [["contact:90", "citizen:(new)"]] }, ambiguous: { count: 1, samples: [["contact:(new)", "citizen:60"]] },
    doubtful: { count: 1, samples: [["contact:(new)", "citizen:61"]] }, duplicates: { count: 0, samples: [] }, contradicting: { count: 0, samples: [] }, twins: { count: 0, samples: [] }, deleted_here: { count: 0, samples: [] }, deleted_there: { count: 0, samples: [] },
    replaced: { internal: 14, integration: 3 }, unresolved: 2, undecided: [
      { reason: "ambiguous", object: "contact", integration_object: "citizen", integration_id: "60", matches: ["51", "52"], message: "matches several objects here; merge them or change an identifier, and the next sync links it" },
      { reason: "doubtful", object: "contact", integration_object: "citizen", integration_id: "61", matches: [], message: "has an identifier of contact:53, which already has another record and has another name; decide with 'tandem link'" },
    ],
  })],
  ["POST", "/integrations/*/check", (service, [name]) => startJob(service, "check", name, {}, [{ name, mistakes: [], warnings: [] }])],
  ["POST", "/integrations/*/fields", (service, [name]) => startJob(service, "fields", name, {}, service.state.theirFields)],
  ["GET", "/integrations/*/mapping", ({ state }, [name]) => [200, { integration: name, has_code: name === "tryton", ...state.mapping }]],
  ["GET", "/integrations/*/mapping/proposal", ({ state }) => {
    if (!state.proposal) throw new Refusal(404, "not_found", "There is no proposal", "Nobody has proposed another mapping.");
    return [200, state.proposal];
  }],
  ["PUT", "/integrations/*/mapping/proposal", ({ state }, [name], _, { objects }) => {
    const lua = (list) => `return {\n  enabled = true,\n  mapping = {\n${list.map(({ object, fields }) => `    ${object} = {\n${fields.map((field) => `      ${field.integration_field} = "${field.internal_field}",\n`).join("")}    },\n`).join("")}  },\n}\n`;
    state.proposal = { integration: name, file: `config/integrations/${name}.lua.proposed`, current: lua(state.mapping.objects), proposed: lua(objects), problems: [] };
    return [200, state.proposal];
  }],
  ["DELETE", "/integrations/*/mapping/proposal", ({ state }) => ((state.proposal = null), [204])],
  ["GET", "/integrations/*/timeline", ({ state }, [name], query) => page([
    { at: ago(3e5), kind: "scripts", run: null, status: null, actor: null, message: "version 1.4.0 is in use from now on", counts: null },
    ...state.runs.filter((run) => run.integration === name).reverse().map((run) => ({ at: run.started, kind: "run", run: run.id, status: run.status, actor: null, message: run.message, counts: run.counts })),
  ], query)],
  ["GET", "/integrations/*/links", ({ state }, [name], query) => page(state.objects.map(({ id }) => ({ integration: name, object: "contact", id, integration_object: "citizen", integration_id: String(899 + Number(id)), last_sync: ago(1e7), deleted: false })), query)],
  ["GET", "/integrations/*/changes", (_, __, query) => page([], query)],
  ["GET", "/integrations/*/positions", (_, __, query) => page([{ object: "citizen", at: ago(3e5), token: null }], query)],
  ["GET", "/integrations/*/records/*/*/why", (_, [name, object, id]) => [200, why(name, "contact", "12", object, id)]],
  ["GET", "/activity", ({ state }, _, query) => {
    const hours = Number(query.get("hours") ?? 24), from = new Date(Math.floor(Date.now() / 36e5 - hours + 1) * 36e5).toISOString();
    return page(state.integrations.filter(({ name }) => !query.has("integration") || query.get("integration") === name).map(({ name, state: condition }, row) => {
      const each = (value) => Array.from({ length: hours }, (_, hour) => value(hour));
      const dead = { failing: 2, needs_reauth: 26, paused: 20 }[condition] ?? 0;
      return { integration: name, from, runs: each(() => 6), changed: each((hour) => hour >= hours - dead ? 0 : Math.round(20 * Math.abs(Math.sin(hour * 0.7 + row)) * (hour % 24 > 6 ? 3 : 1))), failed: each((hour) => condition === "failing" && hour >= hours - dead ? 6 : 0) };
    }), query);
  }],
  ["GET", "/runs", ({ state }, _, query) => page([...state.runs].reverse().filter(fits(query, "integration", "status")), query)],
  ["GET", "/runs/*", ({ state }, [id]) => {
    const run = state.runs.find((item) => item.id === Number(id));
    if (!run) throw new Refusal(404, "not_found", "There is no such run", `Run ${id} is not known (any more).`);
    return [200, run];
  }],
  ["GET", "/runs/*/outcomes", ({ state }, _, query) => page(state.outcomes.filter(fits(query, "direction", "outcome", "object")), query)],
  ["GET", "/runs/*/outcomes/summary", ({ state }) => [200, { items: tally(state.outcomes, ["direction", "object", "outcome", "reason"]) }]],
  ["GET", "/runs/*/decisions", (_, __, query) => page(why("mautic", "contact", "12").decisions.map((item) => ({ ...item, object: "contact", object_id: "12" })), query)],
  ["GET", "/runs/*/notes", (_, __, query) => page(why("mautic", "contact", "12").notes.map((item) => ({ ...item, object: "contact", object_id: "12", integration_object: "citizen", integration_id: "911" })), query)],
  ["POST", "/runs/*/stop", ({ state }) => [202, state.jobs.find(({ kind }) => kind === "sync")]],
  ["POST", "/runs/*/resume", (service, [id]) => startJob(service, "sync", service.state.runs.find((item) => item.id === Number(id)).integration, { resume: true })],
  ["GET", "/jobs", ({ state }, _, query) => page(state.jobs.filter(fits(query, "integration", "kind")), query)],
  ["GET", "/jobs/*", ({ state }, [id]) => [200, state.jobs.find((item) => item.id === Number(id))]],
  ["POST", "/jobs/*/stop", ({ state }, [id]) => [202, Object.assign(state.jobs.find((item) => item.id === Number(id)), { status: "stopping" })]],
  ["GET", "/jobs/*/result", ({ state }, [id]) => [200, state.results.get(Number(id)) ?? null]],
  ["GET", "/jobs/*/changes", ({ state }, [id], query) => page((state.changes.get(Number(id)) ?? []).filter(fits(query, "side", "action", "object")), query)],
  ["GET", "/jobs/*/changes/summary", ({ state }, [id]) => [200, { items: tally(state.changes.get(Number(id)) ?? [], ["side", "object", "action"]) }]],
  ["GET", "/conflicts", ({ state }, _, query) => page(state.conflicts.filter(fits(query, "integration", "object", "field")), query)],
  ["GET", "/conflicts/summary", ({ state }, _, query) => [200, { items: tally(state.conflicts.filter(fits(query, "integration")), ["integration", "object", "field"]) }]],
  ["POST", "/conflicts/resolve", (service, _, __, body) => {
    const chosen = service.state.conflicts.filter((item) => body.ids ? body.ids.includes(item.id) : Object.entries(body.filter).every(([name, value]) => item[name] === value));
    const answer = bulk(chosen, body, drop(service.state.conflicts));
    recount(service);
    return answer;
  }],
  ["GET", "/matters", ({ state }, _, query) => page(state.matters.filter(fits(query, "integration", "reason")), query)],
  ["GET", "/matters/summary", ({ state }, _, query) => {
    const held = { reason: "held", explanation: "two values without a winner: both sides stay as they are", advice: "'tandem conflicts' and 'tandem resolve'; or edit one of them", actions: ["resolve", "retry"], since: ago(1e7) };
    const all = [...state.matters, ...state.conflicts.map(({ integration }) => ({ ...held, integration }))].filter(fits(query, "integration"));
    const about = (reason) => (({ explanation, advice, actions, since }) => ({ explanation, advice, actions, since }))(all.find((item) => item.reason === reason));
    return [200, { items: tally(all, ["integration", "reason"]).map((item) => ({ ...item, ...about(item.reason) })) }];
  }],
  ["POST", "/matters/retry", (service, _, __, body) => settle(service, body)],
  ["POST", "/matters/drop", (service, _, __, body) => settle(service, body)],
  ["POST", "/matters/link", (service, _, __, { id }) => {
    drop(service.state.matters)(service.state.matters.find((item) => item.object_id === id && item.reason === "in_doubt"));
    return [200, { count: 1, dry_run: false }];
  }],
  ["GET", "/objects", ({ state }) => [200, { items: state.kinds }]],
  ["GET", "/objects/*", ({ state }, _, query) => page(state.objects.filter((item) => !query.has("value") || String(item.fields[query.get("field")] ?? "").toLowerCase() === query.get("value").toLowerCase()), query)],
  ["GET", "/objects/*/*", ({ state }, [object, id]) => [200, { ...state.objects.find((item) => item.id === id), links: ["helloworld", "mautic"].map((integration) => ({ integration, object, id, integration_object: "citizen", integration_id: String(899 + Number(id)), last_sync: ago(1e7), deleted: false })) }]],
  ["PATCH", "/objects/*/*", ({ state }, [, id], _, { fields }) => {
    const found = state.objects.find((item) => item.id === id);
    Object.assign(found.fields, fields);
    return [200, found];
  }],
  ["POST", "/objects/*/*/merge", ({ state }, [, id]) => [200, state.objects.find((item) => item.id === id)]],
  ["GET", "/objects/*/*/why", (_, [object, id], query) => [200, why(query.get("integration"), object, id)]],
  ["GET", "/deliveries", ({ state }, _, query) => page(state.deliveries.filter(fits(query, "integration", "status")), query)],
  ["GET", "/deliveries/*", ({ state }, [id]) => [200, { ...state.deliveries.find((item) => item.id === Number(id)), body: '[{"objectId":911,"subscriptionType":"contact.propertyChange"}]' }]],
  ["POST", "/deliveries/redeliver", ({ state }, _, __, body) => bulk(state.deliveries.filter((item) => body.ids ? body.ids.includes(item.id) : (!body.integration || item.integration === body.integration) && (!body.status || item.status === body.status)), body, (item) => Object.assign(item, { status: "waiting" }))],
  ["GET", "/system", ({ state }) => [200, system(state)]],
  ["POST", "/system/reload", ({ state }) => [200, system(state)]],
  ["POST", "/system/check", (service) => startJob(service, "store_check", null, {}, [])],
  ["POST", "/system/doctor", (service) => startJob(service, "doctor", null, {}, [{ part: "configuration", found: "the variable 'MAUTIC_USER' is not set", advice: "correct it; 'tandem connect mautic' asks for what is missing" }])],
  ["GET", "/notifications", (_, __, query) => page([], query)],
  ["GET", "/tokens", ({ state }, _, query) => page(state.tokens, query)],
  ["POST", "/tokens", ({ state }, _, __, { name, scope }) => {
    state.tokens.push({ id: 2, name, scope, created: ago(0), expires: ago(-365 * 864e5), last_used: null });
    return [201, { id: 2, name, scope, expires: ago(-365 * 864e5), token: `tnd_${"a".repeat(43)}` }];
  }],
  ["GET", "/accounts", ({ state }, _, query) => page(state.accounts, query)],
  ["PUT", "/accounts/*", ({ state }, [name], _, { role }) => {
    state.accounts = [...state.accounts.filter((item) => item.name !== name), { name, role, created: ago(0) }];
    return [200, { name, role }];
  }],
  ["DELETE", "/accounts/*", ({ state }, [name]) => (drop(state.accounts)(state.accounts.find((item) => item.name === name)), [204])],
  ["DELETE", "/tokens/*", ({ state }, [id]) => (drop(state.tokens)(state.tokens.find((item) => item.id === Number(id))), [204])],
  ["GET", "/audit", ({ state }, _, query) => page(state.audit, query)],
].map(([method, pattern, answer]) => [method, new RegExp(`^${pattern.replaceAll("*", "([^/]+)")}$`), answer]);

function settle(service, body) {
  const { matters } = service.state;
  const answer = bulk(matters.filter((item) => body.ids ? body.ids.includes(item.id) : (!body.integration || item.integration === body.integration) && (!body.reason || item.reason === body.reason)), body, drop(matters));
  recount(service);
  return answer;
}

function setPaused(state, tell, name, paused) {
  const found = state.integrations.find((item) => item.name === name);
  Object.assign(found, { paused, state: paused ? "paused" : "ok", next_run: paused ? null : ago(-6e5) });
  tell("integration", { integration: name });
  return [200, found];
}

const system = (state) => ({
  version: "1.0.0", started: ago(50 * 3600e3), home: "/srv/tandem", configuration_loaded: ago(20 * 3600e3), configuration_error: null,
  store: { path: "var/tandem.db", bytes: 48234496, wal_bytes: 1048576 }, jobs: { running: 1, most: 4 },
  integrations: { total: 6, enabled: 6, paused: 1, running: 1 }, listeners: 1, webhooks: { waiting: state.deliveries.filter(({ status }) => status === "waiting").length },
  notifications: { waiting: 0, next: null, trouble: null },
  rates: [{ name: "hubspot", remaining_ratio: 0.82 }, { name: "pipedrive", remaining_ratio: 0.07 }],
});

export async function routes(service, method, path, query, body) {
  for (const [verb, pattern, answer] of table) {
    const found = verb === method && path.match(pattern);
    if (found) return answer(service, found.slice(1).map(decodeURIComponent), query, body);
  }
  throw new Refusal(404, "not_found", "There is nothing here", `${method} ${path} is not known to the double.`);
}
