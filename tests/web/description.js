// docs/api.yaml as a judge: is this request, is this answer what the description says?
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const description = parse(readFileSync(new URL("../../docs/api.yaml", import.meta.url), "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: "api", ...description });

const paths = Object.entries(description.paths).map(([path, operations]) => ({
  // the parts that are words rank before those that are parameters
  rank: (path.match(/\{/g) ?? []).length,
  pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`),
  path, operations,
})).sort((a, b) => a.rank - b.rank);
const resolve = (node) => node?.$ref ? resolve(node.$ref.slice(2).split("/").reduce((at, part) => at[part], description)) : node;
const compiled = new Map();

function validate(schema, data) {
  if (!compiled.has(schema)) {
    // references are seen from the whole description
    const rebased = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
    compiled.set(schema, ajv.compile(rebased));
  }
  const check = compiled.get(schema);
  return check(data) ? [] : check.errors.map(({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`);
}

function operation(method, path) {
  const found = paths.find(({ pattern }) => pattern.test(path));
  return found && { ...found.operations[method.toLowerCase()], parameters: [...(found.operations.parameters ?? []), ...(found.operations[method.toLowerCase()]?.parameters ?? [])], known: Boolean(found.operations[method.toLowerCase()]) };
}

// What is wrong with a request (path without /api/v1, query as URLSearchParams, body or undefined).
export function mistakesOfRequest(method, path, query, body) {
  const asked = operation(method, path);
  if (!asked?.known) return [`${method} ${path} is not described`];
  const known = asked.parameters.map(resolve).filter(({ in: where }) => where === "query");
  const mistakes = [...query.keys()].filter((name) => !known.some((parameter) => parameter.name === name)).map((name) => `${name} is no parameter of ${path}`);
  for (const { name, schema } of known) {
    if (!query.has(name)) continue;
    const text = query.get(name);
    mistakes.push(...validate(schema, resolve(schema).type === "integer" ? Number(text) : text).map((mistake) => `${name}: ${mistake}`));
  }
  const schema = resolve(asked.requestBody)?.content["application/json"].schema;
  if (schema && body !== undefined) mistakes.push(...validate(schema, body));
  return mistakes;
}

// What is wrong with an answer.
export function mistakesOfAnswer(method, path, status, body) {
  const asked = operation(method, path);
  if (!asked?.known) return [`${method} ${path} is not described`];
  const answer = resolve(asked.responses[status] ?? (status >= 400 ? asked.responses.default : undefined));
  if (!answer) return [`${status} is no answer of ${method} ${path}`];
  const content = Object.values(answer.content ?? {})[0];
  if (!content) return body === undefined ? [] : ["there is to be no body"];
  return validate(content.schema, body);
}
