// A double of `tandem serve` for the pages alone: it keeps its state in memory, and every answer is
// held against docs/api.yaml before it goes out. `node double/server.js [PORT]` prints its address.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { mistakesOfAnswer, mistakesOfRequest } from "../description.js";
import { Refusal, routes } from "./routes.js";
import { seed } from "./state.js";

const WEB = new URL("../../../web/", import.meta.url);
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };
const POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

function file(response, path) {
  try {
    const content = readFileSync(new URL(path === "/" ? "index.html" : path.slice(1), WEB));
    response.writeHead(200, { "Content-Type": TYPES[extname(path === "/" ? ".html" : path)] ?? "text/html", "Content-Security-Policy": POLICY }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}

export function start(port = 0) {
  const service = { state: seed(), listeners: new Set(), mistakes: [], requests: [], refuse: null };
  service.tell = (type, data) => {
    for (const listener of service.listeners) listener.write(`id: ${Date.now()}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (!pathname.startsWith("/api/v1/")) return file(response, pathname);
    const path = pathname.slice("/api/v1".length);
    if (path === "/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" }).write(`event: hello\ndata: {"version":"1","started":"2026-01-01T00:00:00Z"}\n\n`);
      service.listeners.add(response);
      return request.on("close", () => service.listeners.delete(response));
    }
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = text ? JSON.parse(text) : undefined;
    service.requests.push({ method: request.method, path, body });
    const wrong = mistakesOfRequest(request.method, path, searchParams, body);
    let status = 200, answer;
    try {
      if (wrong.length) throw new Refusal(400, "bad_request", "This request is not as the API describes it", wrong.join("; "));
      const refusal = service.refuse?.(request.method, path);
      if (refusal) throw refusal;
      [status, answer] = await routes(service, request.method, path, searchParams, body);
    } catch (refusal) {
      if (!refusal.body) throw refusal;
      [status, answer] = [refusal.status, refusal.body];
    }
    if (wrong.length) service.mistakes.push(`${request.method} ${path}: ${wrong.join("; ")}`);
    const mistakes = mistakesOfAnswer(request.method, path, status, answer);
    if (mistakes.length) service.mistakes.push(`the double's ${status} to ${request.method} ${path}: ${mistakes.join("; ")}`);
    response.writeHead(status, { "Content-Type": status < 400 ? "application/json" : "application/problem+json" }).end(answer === undefined ? undefined : JSON.stringify(answer));
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve({
    ...service, service, address: `http://127.0.0.1:${server.address().port}`,
    stop: () => { server.closeAllConnections(); server.close(); },
  })));
}

if (import.meta.url === `file://${process.argv[1]}`) console.log(`listening on ${(await start(Number(process.argv[2] ?? 0))).address}`);
