// One run: how it went, what became of each record, what was judged and noted.
import { html } from "../html.js";
import { post } from "../api.js";
import { useData } from "../data.js";
import { setFilters, to } from "../router.js";
import { bytes, count, duration, number, outcomeKind, runStatus } from "../words.js";
import { Badge, Fact, Loaded, Notice, ObjectLink, Time, Value } from "../parts/basics.js";
import { Choice, List, Table, Tabs } from "../parts/list.js";
import { Progress } from "../parts/progress.js";
import { Stop } from "../parts/starting.js";
import { Act } from "../parts/actions.js";

const OUTCOMES = ["failed", "conflict", "deferred", "created", "updated", "deleted", "skipped", "unchanged"];
const ways = { pull: "from them to us", push: "from us to them" };
const ofRun = (id) => (type, data) => ["run", "progress"].includes(type) && data.run === id;

// Counts by direction, object, outcome and reason: each is a filter of the list below.
const Counts = ({ items }) => html`
  <${Table} caption="Outcomes, counted" items=${items} columns=${[
    ["Outcome", (item) => html`<${Badge} of=${outcomeKind(item.outcome)} />`],
    ["Records", (item) => html`<button class="plain number" aria-label="Show ${number(item.count)} ${item.outcome} ${item.object}"
      onClick=${() => setFilters({ direction: item.direction, object: item.object, outcome: item.outcome })}>${number(item.count)}</button>`, "number"],
    ["Object", (item) => item.object],
    ["Way", (item) => ways[item.direction]],
    ["Reason", (item) => item.reason, "wide"],
  ]} />`;

function Outcomes({ run, integration, events, filters: { direction, outcome, object, after } }) {
  const counts = useData(`/runs/${run}/outcomes/summary`, events);
  const objects = [...new Set(counts.data?.items.map((item) => item.object))];
  return html`
    <${Loaded} from=${counts}>${({ items }) => items.length > 0 && html`<${Counts} items=${items} />`}<//>
    <h2>Records</h2>
    <div class="filters">
      <${Choice} label="Outcome" name="outcome" value=${outcome} options=${OUTCOMES.map((key) => [key, outcomeKind(key).word])} />
      <${Choice} label="Way" name="direction" value=${direction} options=${Object.entries(ways)} />
      <${Choice} label="Object" name="object" value=${object} options=${objects} />
    </div>
    <${List} path="/runs/${run}/outcomes" filters=${{ direction, outcome, object }} here=${after} events=${events} caption="Outcomes"
      empty="No record fits." keyOf=${(item) => `${item.direction} ${item.object} ${item.id}`} columns=${[
        ["Record", (item) => item.direction === "push"
          ? html`<${ObjectLink} object=${item.object} id=${item.id} />`
          : html`<a href=${to("objects", item.object, item.id, { integration })}>${item.object}:${item.id}</a>`],
        ["Outcome", (item) => html`<${Badge} of=${outcomeKind(item.outcome)} />`],
        ["Way", (item) => ways[item.direction]],
        ["Why", (item) => item.explanation ?? item.reason, "wide"],
      ]} />`;
}

const Decisions = ({ run, filters }) => html`
  <${List} path="/runs/${run}/decisions" here=${filters.after} caption="Decisions" empty="No field was changed on both sides."
    columns=${[
      ["Field", (item) => html`<${ObjectLink} object=${item.object} id=${item.object_id} /> ${item.field}`],
      ["Ours", (item) => html`<${Value} of=${item.internal.value} />`],
      ["Theirs", (item) => html`<${Value} of=${item.integration.value} />`],
      ["Who won", (item) => item.winner === "internal" ? "ours" : item.winner === "integration" ? "theirs" : item.verdict === "equal" ? "both agree" : "nobody"],
      ["Why", (item) => item.reason, "wide"],
    ]} />`;

const Notes = ({ run, filters }) => html`
  <${List} path="/runs/${run}/notes" here=${filters.after} caption="Notes" empty="The run has nothing to say about single records."
    columns=${[
      ["About", (item) => item.object_id ? html`<${ObjectLink} object=${item.object} id=${item.object_id} />` : `${item.integration_object}:${item.integration_id}`],
      ["Field", (item) => item.field],
      ["Kind", (item) => item.about.replaceAll("_", " ")],
      ["Note", (item) => item.message, "wide"],
    ]} />`;

const tabs = { outcomes: Outcomes, decisions: Decisions, notes: Notes };

function Facts({ run: { integration, started, finished, counts, scripts, http, phase, iteration } }) {
  return html`
    <dl class="facts">
      <${Fact} name="Integration"><a href=${to("integrations", integration)}>${integration}</a><//>
      <${Fact} name="Began"><${Time} at=${started} /><//>
      <${Fact} name=${finished ? "Took" : "Is at"}>${finished ? duration(started, finished) : `${phase ?? "the beginning"}, page ${iteration}`}<//>
      ${counts && html`
        <${Fact} name="From them to us">${number(counts.pull.created)} created, ${number(counts.pull.updated)} updated of ${number(counts.pull.reported)}<//>
        <${Fact} name="From us to them">${number(counts.push.created)} created, ${number(counts.push.updated)} updated${counts.push.deleted > 0 && `, ${number(counts.push.deleted)} deleted`} of ${number(counts.push.reported)}<//>`}
      ${http && html`<${Fact} name="Sent and received">${count(http.requests, "request")}, ${number(http.retries)} tried again; ${bytes(http.bytes_out)} out, ${bytes(http.bytes_in)} in<//>`}
      ${scripts?.version && html`<${Fact} name="Scripts">${scripts.name} ${scripts.version}${scripts.sha256 && html` <code>${scripts.sha256.slice(0, 12)}</code>`}<//>`}
    </dl>`;
}

export function Run({ path: [, id], filters }) {
  const run = Number(id);
  const found = useData(`/runs/${run}`, ofRun(run));
  const tab = tabs[filters.tab] ? filters.tab : "outcomes";
  const Tab = tabs[tab];
  return html`
    <h1 tabIndex="-1">Run ${id}</h1>
    <${Loaded} from=${found}>${(data) => html`
      <p class="lead"><${Badge} of=${runStatus(data.status)} /></p>
      ${data.status === "running" && html`<${Progress} job=${data.job} />`}
      ${data.message && html`<${Notice} tone=${data.status === "done" ? "warn" : "bad"} problem=${{
        title: data.message, where: `${data.integration}, run ${run}`, at: data.finished }} />`}
      <p class="tools">
        ${data.status === "running" && data.job && html`<${Stop} path="/runs/${run}" />`}
        ${["failed", "interrupted"].includes(data.status) && html`<${Act} icon="play"
          onClick=${async () => (await post(`/runs/${run}/resume`), "It continues where it ended.")}>Resume<//>`}
      </p>
      <${Facts} run=${data} />
      <${Tabs} label="Of run ${id}" chosen=${tab} tabs=${[
        ["outcomes", "Outcomes", to("runs", id)],
        ["decisions", "Decisions", to("runs", id, { tab: "decisions" })],
        ["notes", "Notes", to("runs", id, { tab: "notes" })],
      ]} />
      <${Tab} run=${run} integration=${data.integration} filters=${filters} events=${ofRun(run)} />`}<//>`;
}
