// Requests and answers of a log against the vendor's own description: node validate.mjs hubspot|pipedrive LOG FOLDER
// FOLDER has the descriptions (OpenAPI). Every request that Tandem sent, and every answer that it got, is looked at;
// prints "ok NAME" or "not ok NAME" with what is wrong.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const RequestValidator = require("openapi-request-validator").default;
const ResponseValidator = require("openapi-response-validator").default;

// The files of a vendor, and what stands before the paths in them.
const DESCRIPTIONS = {
  hubspot: { "hubspot-companies": "", "hubspot-contacts": "", "hubspot-associations": "", "hubspot-owners": "", "hubspot-properties": "",
    "hubspot-webhooks-journal": "", "hubspot-oauth": "" },
  pipedrive: { "pipedrive-v2": "/api/v2", "pipedrive-v1": "/api/v1" },
};

// Where the descriptions themselves are wrong: what a validator says, and why it does not count.
const MISTAKES = {
  hubspot: [
    /oauth.*"path":"grant_type".*must be equal/, // client_credentials, by which an app reads its journal, came later
  ],
  pipedrive: [
    /organizations.*required property 'title'/, // organizations have a name, and no title
    /GET \/api\/v1\/(persons|organizations)\/\d+ is not described/, // into whom one was merged: of v1, which Pipedrive no longer describes
    /"path":"(org_id|birthday|job_title)".*must be/, // null empties a field
  ],
};

const [vendor, log, folder] = process.argv.slice(2);

function operations_of() {
  const found = [];
  for (const [name, prefix] of Object.entries(DESCRIPTIONS[vendor])) {
    const file = `${folder}/${name}.json`;
    if (!existsSync(file)) continue;
    const description = JSON.parse(readFileSync(file, "utf8"));
    for (const [path, methods] of Object.entries(description.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const pattern = new RegExp("^" + (prefix + path).replace(/\{\w+\}/g, "([^/]+)") + "$");
      for (const [method, operation] of Object.entries(methods)) {
        if (typeof operation !== "object" || !operation.responses) continue;
        found.push({ method: method.toUpperCase(), pattern, names, operation, shared: methods.parameters ?? [], description });
      }
    }
  }
  // What has fewer places for anything is meant first: /persons/search, not /persons/{id}.
  return found.sort((left, right) => left.names.length - right.names.length);
}

function resolve(description, value) {
  return value?.$ref ? value.$ref.split("/").slice(1).reduce((at, key) => at[key], description) : value;
}

// The validators want JSON where descriptions of errors say "anything", and no examples without a value.
function cleaned(value) {
  if (Array.isArray(value)) return value.map(cleaned);
  if (!value || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([key, member]) => !(key === "example" && member === null));
  return Object.fromEntries(entries.map(([key, member]) => [key === "*/*" ? "application/json" : key, cleaned(member)]));
}

// A description that does not say that members may be null means that they need not be there.
function without_nulls(value) {
  if (Array.isArray(value)) return value.map(without_nulls);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)
    .map(([key, member]) => [key, without_nulls(member)]));
}

// A text of the address as the type that is asked for.
function coerced(parameters, query) {
  const result = {};
  for (const [name, text] of new URLSearchParams(query)) {
    const schema = parameters.find((parameter) => parameter.name === name && parameter.in === "query")?.schema;
    result[name] = schema?.type === "integer" || schema?.type === "number" ? Number(text)
      : schema?.type === "boolean" ? text === "true" : schema?.type === "array" ? [text] : text;
  }
  return result;
}

function content_of(line) {
  return line.path.endsWith("/token") ? "application/x-www-form-urlencoded" : "application/json";
}

function body_of(line) {
  if (!line.body) return undefined;
  return content_of(line) === "application/json" ? JSON.parse(line.body) : Object.fromEntries(new URLSearchParams(line.body));
}

function check_request(found, line, params) {
  const { operation, description } = found;
  const parameters = [...found.shared, ...(operation.parameters ?? [])].map((one) => resolve(description, one))
    .filter((one) => one.in !== "header");
  const query = coerced(parameters, line.query);
  const unknown = Object.keys(query).filter((name) => !parameters.some((one) => one.name === name && one.in === "query"));
  const validator = new RequestValidator(cleaned({ parameters, requestBody: resolve(description, operation.requestBody),
    componentSchemas: description.components?.schemas }));
  for (const one of parameters.filter((parameter) => parameter.in === "path")) {
    if (one.schema?.type === "integer") params[one.name] = Number(params[one.name]);
  }
  const errors = validator.validateRequest({ headers: { "content-type": content_of(line) }, params, query,
    body: body_of(line) });
  return [...(errors?.errors ?? []), ...unknown.map((name) => `there is no parameter '${name}'`)];
}

function check_answer(found, line) {
  const { operation, description } = found;
  if (line.status === 204 || line.status === 429 || typeof line.answer !== "object") return [];
  const status = line.status === 207 ? Object.keys(operation.responses).find((code) => /^20[01]$/.test(code)) : String(line.status);
  // "default" describes errors: of some requests the success is not described.
  const known = operation.responses[status] ?? (line.status >= 400 ? operation.responses.default : undefined);
  if (!known) return [];
  const responses = cleaned({ 200: resolve(description, known) });
  const validator = new ResponseValidator({ responses, components: cleaned(description.components) });
  const answer = vendor === "pipedrive" ? without_nulls(line.answer) : line.answer;
  return validator.validateResponse(200, answer)?.errors ?? [];
}

const operations = operations_of();
const lines = readFileSync(log, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const wrong = new Map();
let seen = 0;

function note(message, sample) {
  if (!MISTAKES[vendor].some((mistake) => mistake.test(message))) wrong.set(message, sample);
}

for (const line of lines) {
  if (!line.agent?.startsWith("tandem/") || line.path.startsWith("/journal-files/")) continue;
  const found = operations.find((one) => one.method === line.method && one.pattern.test(line.path));
  if (!found) {
    note(`${line.method} ${line.path} is not described`, line.path);
    continue;
  }
  seen++;
  const values = found.pattern.exec(line.path).slice(1).map(decodeURIComponent);
  const params = Object.fromEntries(found.names.map((name, index) => [name, values[index]]));
  const request = line.status < 400 || line.status === 404 ? check_request(found, line, params) : [];
  for (const error of request) note(`request ${line.method} ${found.pattern}: ${JSON.stringify(error)}`, line.body);
  for (const error of check_answer(found, line)) {
    note(`answer ${line.status} to ${line.method} ${found.pattern}: ${JSON.stringify(error)}`, JSON.stringify(line.answer).slice(0, 300));
  }
}
const fine = wrong.size === 0 && seen > 0;
console.log(`${fine ? "ok" : "not ok"} descriptions: ${vendor}: ${seen} requests and answers are as the vendor describes them`);
for (const [message, sample] of [...wrong].slice(0, 20)) console.log(`  ${message}\n    ${sample}`);
process.stdout.write("", () => process.exit(fine ? 0 : 1));
