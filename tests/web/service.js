// The real service on a home of its own: hello.world with citizens, conflicts, records that it refuses,
// and a change that waits. Everything is made by the command line, as an operator would.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const TANDEM = process.env.TANDEM ?? join(root, "build/release/tandem");
const HELLO_WORLD = process.env.HELLO_WORLD ?? join(root, "build/release/hello_world");
const SECRET = "secret-of-tests";
const CITIZENS = 30, TIES = 8, BUSY = [12, 13, 14, 15], RUNS_UNTIL_HELD = 6;

const configuration = `-- hello.world, with a mapping that lacks some fields
return {
  enabled = true,
  base_url = env "HELLOWORLD_URL" .. "/api",
  auth = { type = "oauth2_client_credentials", token_url = env "HELLOWORLD_URL" .. "/token",
           client_id = env "HELLOWORLD_CLIENT_ID", client_secret = env "HELLOWORLD_CLIENT_SECRET" },
  judge = { "base", "hard" },
  schedule = false,
  mapping = {
    citizen = {
      on_deleted_here = "delete",
      email = { "email", required = true },
      first_name = "firstname",
      last_name = "lastname",
      phone = "phone",
    },
  },
}
`;

// A child that says where it listens: "http://..." or "port N"; resolves to that address.
function startServer(children, program, args, env) {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk) => {
      said += chunk;
      const found = said.match(/(http:\/\/[\w.:]+)|\bport (\d+)/);
      if (found) resolve(found[1] ?? `http://127.0.0.1:${found[2]}`);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
  });
}

// faults: with what waits for somebody; fill(home): more for its store, before the service starts
export async function startService({ faults = true, fill = () => {} } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), "tandem-web."));
  const home = join(scratch, "home");
  const children = [];
  const env = { ...process.env, TANDEM_HOME: home, TANDEM_DATA: root, HELLOWORLD_CLIENT_ID: "hello", HELLOWORLD_CLIENT_SECRET: SECRET, TZ: "UTC" };
  const tandem = (...args) => {
    try {
      return execFileSync(TANDEM, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (ended) {
      if (ended.status === 4 || ended.status === 10) return ended.stdout; // done, with something to look at
      throw new Error(`tandem ${args.join(" ")}: ${ended.stderr}`);
    }
  };
  const stop = async () => {
    for (const child of children.reverse()) {
      const gone = new Promise((resolve) => child.on("exit", resolve));
      child.removeAllListeners("exit");
      if (child.exitCode === null) {
        child.on("exit", () => {});
        child.kill("SIGTERM");
        await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000))]);
        child.kill("SIGKILL");
      }
    }
    rmSync(scratch, { recursive: true, force: true });
  };
  const world = await startServer(children, HELLO_WORLD, ["--port", "0", "--seed", String(CITIZENS), "--auth", "oauth2", "--client-secret", SECRET], env);
  env.HELLOWORLD_URL = world;
  const tell = (path, body) => fetch(world + path, { method: "POST", body: JSON.stringify(body) });

  tandem("init", home);
  writeFileSync(join(home, "config/integrations/helloworld.lua"), configuration);
  tandem("sync", "helloworld", "--first-time-sync", "--quiet");
  const contacts = JSON.parse(tandem("object", "list", "contact", "--json"));
  const ids = Array.from({ length: CITIZENS }, (_, i) => contacts.find(({ fields, email }) => (fields?.email ?? email) === `citizen${i + 1}@hello.world`).id);
  if (faults) {
    for (let i = 1; i <= TIES; i++) {
      tandem("object", "set", "contact", ids[i - 1], `firstname=Ours${i}`);
      await tell("/_edit", { object: "citizen", id: String(i), fields: { first_name: `Theirs${i}` } });
    }
    tandem("sync", "helloworld", "--quiet");
    await tell("/_control", { busy: BUSY.map((id) => `citizen:${id}`) });
    for (const id of BUSY) tandem("object", "set", "contact", ids[id - 1], `lastname=Refused${id}`);
    for (let i = 0; i < RUNS_UNTIL_HELD; i++) tandem("sync", "helloworld", "--quiet");
    // an outage of some hours holds nothing: this one began two days ago
    execFileSync("sqlite3", [join(home, "var/tandem.db"), "UPDATE quarantine SET first_at = first_at - 2 * 86400000"]);
    tandem("sync", "helloworld", "--quiet");
    await tell("/_edit", { object: "citizen", id: "20", fields: { phone: "+1 555 0199" } });
  }
  fill(home);
  const address = await startServer(children, TANDEM, ["serve", "--listen", "127.0.0.1:0", ...(process.env.WEB ? ["--web", process.env.WEB] : [])], env);
  // a link that logs in once
  const login = (role = "admin") => address + new URL(tandem("web", "--role", role).match(/https?:\S+/)[0]).href.replace(/^https?:\/\/[^/]+/, "");
  const state = async () => (await fetch(`${world}/_state`)).json();
  return { address, home, ids, tandem, tell, state, login, stop };
}
