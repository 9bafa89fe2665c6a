// The service itself: its store, its work, its budgets, who may reach it, and who did what.
import { html } from "../html.js";
import { post } from "../api.js";
import { useData } from "../data.js";
import { setFilters, to } from "../router.js";
import { bytes, count, number, sentence } from "../words.js";
import { Act, useHands } from "../parts/actions.js";
import { Empty, Fact, Loaded, Notice, Time } from "../parts/basics.js";
import { Job } from "../parts/job.js";
import { List, Table, Tabs } from "../parts/list.js";
import { Accounts, Tokens } from "../parts/access.js";

const EVENTS = ["configuration", "integration", "run", "delivery"];
const LOW = 0.1;

// A path below the home as it stands in it.
const within = (home, path) => (path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path);

// What a check of the store or of the home found, each with what to do about it.
function Findings({ job }) {
  const result = useData(`/jobs/${job.id}/result`);
  const doctor = job.kind === "doctor";
  return html`<${Loaded} from=${result}>${(found) => found.length === 0
    ? html`<${Empty}>${doctor ? "Nothing is wrong with the home." : "The store is sound."}<//>`
    : html`<${Table} caption="What was found" items=${found} columns=${doctor
        ? [["Where", ({ part }) => part], ["Found", (item) => sentence(item.found), "wide"], ["What to do", ({ advice }) => sentence(advice), "wide"]]
        : [["Found", (finding) => (typeof finding === "string" ? finding : Object.values(finding).filter((part) => part !== null).join(": ")), "wide"]]} />`}<//>`;
}
const Checked = ({ id }) => html`<${Job} id=${id} doing="It is being checked">${(job) => html`<${Findings} job=${job} />`}<//>`;

function Service({ filters }) {
  const found = useData("/system", EVENTS);
  return html`
    <${Loaded} from=${found}>${(system) => html`
      ${system.configuration_error && html`<${Notice} problem=${{ title: "The configuration was refused; the one before still counts", detail: system.configuration_error, where: system.home, at: system.configuration_loaded }} />`}
      <dl class="facts">
        <${Fact} name="Version">${system.version}<//>
        <${Fact} name="Runs since"><${Time} at=${system.started} /><//>
        <${Fact} name="Home"><code>${system.home}</code><//>
        <${Fact} name="Configuration read"><${Time} at=${system.configuration_loaded} /><//>
        <${Fact} name="Store"><code>${within(system.home, system.store.path)}</code> ${bytes(system.store.bytes)} and ${bytes(system.store.wal_bytes)} of write-ahead log<//>
        <${Fact} name="Workers">${number(system.jobs.running)} of ${number(system.jobs.most)} busy<//>
        <${Fact} name="Integrations">${count(system.integrations.total, "integration")}, ${number(system.integrations.enabled)} enabled, ${number(system.integrations.paused)} paused<//>
        <${Fact} name="Webhooks waiting"><a href=${to("deliveries", { status: "waiting" })}>${number(system.webhooks.waiting)}</a><//>
        ${system.notifications.waiting > 0 && html`<${Fact} name="Messages not sent">${number(system.notifications.waiting)}, tried again <${Time} at=${system.notifications.next} brief /> ${system.notifications.trouble}<//>`}
        <${Fact} name="Watching">${count(system.listeners, "listener")}<//>
      </dl>
      <p class="tools">
        <${Act} role="admin" icon="turn" onClick=${async () => (await post("/system/reload"), found.reload(), "The configuration was read again.")}>Read the configuration again<//>
        <${Act} role="admin" icon="check" onClick=${async () => setFilters({ job: (await post("/system/check")).id })}>Check the store<//>
        <${Act} icon="question" onClick=${async () => setFilters({ job: (await post("/system/doctor")).id })}>Look for problems<//>
      </p>
      ${filters.job && html`<${Checked} id=${filters.job} />`}
      <h2>Budgets</h2>
      ${system.rates.length === 0 ? html`<p class="quiet">No integration has daily limits.</p>` : html`
        <${Table} caption="What is left of the budgets" items=${system.rates} columns=${[
          ["Limit of", ({ name }) => name.replace(/^account\./, "account ").replace(".bucket.", ", ")],
          ["Left", ({ name, remaining_ratio: left }) => html`<meter min="0" max="1" low=${LOW} value=${left} aria-label="Left of ${name}" /> ${Math.round(left * 100)} %${left < LOW ? ", nearly used up" : ""}`],
        ]} />`}`}<//>`;
}

const Audit = ({ filters }) => html`
  <${List} path="/audit" here=${filters.after} events=${EVENTS} caption="Audit" empty="Nobody did anything yet." columns=${[
    ["When", ({ at }) => html`<${Time} at=${at} />`],
    ["Who", ({ actor }) => actor ?? html`<span class="quiet">the service</span>`],
    ["From", ({ address }) => address],
    ["Did", ({ action }) => action.replaceAll("_", " ")],
    ["With", ({ integration }) => integration && html`<a href=${to("integrations", integration)}>${integration}</a>`],
    ["Detail", ({ detail }) => detail, "wide"],
  ]} />`;

const Notifications = ({ filters }) => html`
  <${List} path="/notifications" here=${filters.after} events=${EVENTS} caption="Notifications" empty="No run had anything to tell." columns=${[
    ["When", ({ at }) => html`<${Time} at=${at} />`],
    ["To", ({ user }) => user],
    ["Run", ({ run }) => html`<a href=${to("runs", run)}>${run}</a>`],
    ["Message", ({ message }) => message, "wide"],
  ]} />`;

const tabs = { service: Service, notifications: Notifications, tokens: Tokens, accounts: Accounts, audit: Audit };

export function System({ filters }) {
  const { may } = useHands();
  const shown = [["service", "Service"], ["notifications", "Notifications"], ...(may("admin") ? [["tokens", "Tokens"], ["accounts", "Accounts"], ["audit", "Audit"]] : [])];
  const tab = shown.some(([key]) => key === filters.tab) ? filters.tab : "service";
  const Tab = tabs[tab];
  return html`
    <h1 tabIndex="-1">System</h1>
    <${Tabs} label="Of the system" chosen=${tab} tabs=${shown.map(([key, title]) => [key, title, to("system", { tab: key === "service" ? "" : key })])} />
    <${Tab} filters=${filters} />`;
}
