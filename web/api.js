// The JSON API of `tandem serve` (docs/api.yaml), and what came back last.

const ROOT = "api/v1";
const KEPT = 60;
const kept = new Map(); // path -> {etag, data}: pages come back at once, and unchanged answers are not sent again

// What the API refused, or what the network did: `title` and `detail` are sentences for people.
export class Problem extends Error {
  constructor(status, body, method, path) {
    super(body.detail || body.title);
    Object.assign(this, { status, title: body.title, detail: body.detail, code: body.code, actual: body.actual });
    this.where = `${method} /${ROOT}${path}`;
    this.at = new Date().toISOString();
  }
}

const unreachable = {
  title: "The service does not answer",
  detail: "Is `tandem serve` running, and is the network there? This page goes on by itself as soon as it answers.",
  code: "unreachable",
};

async function request(method, path, body, headers = {}) {
  const sent = { method, headers: { Accept: "application/json", ...headers }, credentials: "same-origin" };
  if (body !== undefined) {
    sent.body = typeof body === "string" ? body : JSON.stringify(body);
    sent.headers["Content-Type"] ??= "application/json";
  }
  let answer;
  try {
    answer = await fetch(ROOT + path, sent);
  } catch {
    throw new Problem(0, unreachable, method, path);
  }
  if (answer.ok || answer.status === 304) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, { title: answer.statusText || `Status ${answer.status}`, ...problem }, method, path);
}

// What this path answered last, if it is still remembered.
export const remembered = (path) => kept.get(path)?.data;

export async function get(path) {
  const before = kept.get(path);
  const answer = await request("GET", path, undefined, before?.etag ? { "If-None-Match": before.etag } : {});
  if (answer.status === 304) return before.data;
  const data = await answer.json();
  kept.delete(path);
  kept.set(path, { etag: answer.headers.get("ETag"), data });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return data;
}

export function forget() {
  kept.clear();
}

async function send(method, path, body) {
  const answer = await request(method, path, body);
  return answer.status === 204 ? null : answer.json();
}
export const post = (path, body = {}) => send("POST", path, body);
// A file, as it is, of this type.
export const upload = async (path, text, type) => (await request("POST", path, text, { "Content-Type": type })).json();
export const put = (path, body) => send("PUT", path, body);
export const patch = (path, body) => send("PATCH", path, body);
export const remove = (path) => send("DELETE", path);

// Where a link to the API leads: for what the browser takes by itself.
export const address = (path) => ROOT + path;

// A query string of what is set: query({status: "failed", after: ""}) is "?status=failed".
export function query(parameters) {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return set.length ? `?${new URLSearchParams(set)}` : "";
}
