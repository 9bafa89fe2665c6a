// The dashboard: who is here, where we are, and the page for it.
import { html, render, useEffect, useRef, useState } from "./html.js";
import * as api from "./api.js";
import * as events from "./events.js";
import { useData } from "./data.js";
import { go, parse, to, useRoute } from "./router.js";
import { Doing, useHands } from "./parts/actions.js";
import { Notice, Time } from "./parts/basics.js";
import { Icon } from "./parts/icon.js";
import { Login } from "./pages/login.js";
import { pages } from "./pages.js";

const sections = [
  ["", "Overview", "home"],
  ["runs", "Runs", "runs"],
  ["open", "Open matters", "inbox"],
  ["objects", "Objects", "person"],
  ["deliveries", "Deliveries", "hook"],
  ["system", "System", "gear"],
];

function Navigation({ section }) {
  const { session } = useHands();
  const open = useData("/matters/summary", ["integration", "run"]);
  const lost = events.useLost();
  const waiting = open.data?.items.reduce((sum, item) => sum + (item.reason === "retrying" ? 0 : item.count), 0);
  async function leave() {
    events.close();
    await api.remove("/session").catch(() => {});
    api.forget();
    location.reload();
  }
  return html`
    <header class="side">
      <a class="brand" href=${to()}><img src="icon.svg" alt="" width="28" height="28" />Tandem</a>
      <nav aria-label="Main">
        ${sections.map(([path, title, icon]) => html`
          <a href=${to(...(path ? [path] : []))} aria-current=${section === path ? "page" : undefined}>
            <${Icon} name=${icon} />${title}
            ${path === "open" && waiting > 0 && html`<b>${waiting}<span class="unseen"> waiting</span></b>`}
          </a>`)}
      </nav>
      <div class="foot">
        <p class=${lost ? "live lost" : "live"}>${lost ? html`not connected since <${Time} at=${lost} brief />` : "live"}</p>
        <p>${session.name}<small>${session.role === "viewer" ? "viewer, read-only" : session.role}</small></p>
        ${session.kind === "session" && html`<button class="plain" onClick=${leave}>Log out</button>`}
      </div>
    </header>`;
}

// Errors of a page are told there; the rest goes on.
function Page({ route }) {
  const main = useRef(null);
  const address = route.path.join("/");
  const { show: Shown, title, section } = pages(route);
  useEffect(() => {
    document.title = `${title} · Tandem`;
    if (Page.before !== undefined && Page.before !== address) {
      scrollTo(0, 0);
      main.current.querySelector("h1")?.focus();
    }
    Page.before = address;
  }, [address]);
  return html`
    <button class="skip" onClick=${() => main.current.focus()}>Skip to the content</button>
    <${Navigation} section=${section} />
    <main ref=${main} tabIndex="-1" key=${address}><${Shown} ...${{ path: route.path, filters: route.filters }} /></main>`;
}

function App() {
  const route = useRoute();
  const [session, setSession] = useState(null);
  const [problem, setProblem] = useState(null);
  const code = parse(location.hash).path[0]?.match(/^login=(.+)$/)?.[1];

  async function enter(asking) {
    setProblem(null);
    try {
      const found = await asking;
      if (code) go(to(), true);
      api.forget();
      setSession(found);
      events.connect();
    } catch (problem) {
      setSession(false);
      if (problem.status !== 401 || code) setProblem(problem);
    }
  }
  useEffect(() => {
    enter(code ? api.post("/session", { code }) : api.get("/session"));
  }, []);
  // a session that ended meanwhile
  events.useEvents((type) => type === "reset" && api.get("/session").catch((refused) => refused.status === 401 && setSession(false)));

  if (session === null) return html`<main><p class="loading" aria-busy="true">Loading …</p></main>`;
  if (!session) return html`<${Login} problem=${problem} enter=${enter} />`;
  return html`<${Doing} session=${session}><${Page} route=${parse(location.hash) && route} /><//>`;
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} />`, root);
