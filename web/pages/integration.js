// One integration: what happened to it, what is mapped, what waits.
import { html } from "../html.js";
import { query } from "../api.js";
import { concerns, useData } from "../data.js";
import { to } from "../router.js";
import { clearRules, conflictRules, count, deeds, directions, integrationState, matterReason, number, runStatus, sentence, wordOf } from "../words.js";
import { Act } from "../parts/actions.js";
import { Badge, Empty, Fact, Loaded, RunLink, Time } from "../parts/basics.js";
import { ActivityChart } from "../parts/chart.js";
import { Icon } from "../parts/icon.js";
import { List, Table, Tabs } from "../parts/list.js";
import { Progress } from "../parts/progress.js";
import { Pause, RunNow, startJob, Stop } from "../parts/starting.js";

function Timeline({ name, filters }) {
  const week = useData(`/activity${query({ integration: name, hours: 168 })}`, concerns(name));
  const columns = [
    ["When", ({ at }) => html`<${Time} at=${at} />`],
    ["What", ({ kind, run, status }) => kind === "run" ? html`<${RunLink} id=${run} />` : html`<span class="kind">${kind.replaceAll("_", " ")}</span>`],
    ["How it ended", ({ status }) => status && html`<${Badge} of=${runStatus(status)} />`],
    ["By", ({ actor, kind }) => actor ?? (kind === "run" ? "" : html`<span class="quiet">the service</span>`)],
    ["What came of it", ({ message, counts }) => message ?? (counts && (deeds(counts) || html`<span class="quiet">nothing to do</span>`)), "wide"],
  ];
  return html`
    ${week.data?.items[0] && html`<${ActivityChart} activity=${week.data.items[0]} />`}
    <${List} path="/integrations/${encodeURIComponent(name)}/timeline" here=${filters.after} events=${concerns(name)} caption="Timeline"
      columns=${columns} keyOf=${({ at, kind, run }) => `${at} ${kind} ${run}`} empty="Nothing has happened yet." />`;
}

function Mapping({ name }) {
  const mapping = useData(`/integrations/${encodeURIComponent(name)}/mapping`, ["configuration"]);
  return html`
    <${Loaded} from=${mapping}>${({ objects, problems, has_code }) => html`
      <p class="tools">
        <a class="button" href=${to("integrations", name, "mapping")}>Open the mapping editor</a>
        ${has_code && html`<span class="quiet">It contains code, so it can only be edited by hand.</span>`}
      </p>
      ${problems.length > 0 && html`<div class="notice warn"><${Icon} name="alert" /><ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`}
      ${objects.map((object) => html`
        <h2>${object.object} <small>${count(object.fields.length, "field")}</small></h2>
        <${Table} caption="Fields of ${object.object}" items=${object.fields} keyOf=${(field) => `${field.integration_field} ${field.internal_field}`}
          columns=${[
            ["Theirs", (field) => field.integration_field],
            ["Direction", (field) => wordOf(directions, field.direction ?? "bidirectional")],
            ["Ours", (field) => field.internal_field],
            ["If both changed it", (field) => field.on_conflict === "function" ? "a function decides" : wordOf(conflictRules, field.on_conflict ?? "newest")],
            ["If one emptied it", (field) => wordOf(clearRules, field.on_clear ?? "propagate")],
            ["Required", (field) => (field.required ? "yes" : "")],
          ]} />`)}`}<//>`;
}

function Open({ name }) {
  const open = useData(`/matters/summary${query({ integration: name })}`, concerns(name));
  return html`
    <${Loaded} from=${open}>${({ items }) => items.length === 0
      ? html`<${Empty}>Nothing of ${name} waits for anybody.<//>`
      : html`<${Table} caption="Open matters of ${name}" items=${items} keyOf=${({ reason }) => reason} columns=${[
          ["Reason", ({ reason }) => html`<${Badge} of=${matterReason(reason)} />`],
          ["How many", ({ reason, count }) => html`<a href=${to("open", { integration: name, reason })}>${number(count)}</a>`, "number"],
          ["What it means", ({ explanation }) => sentence(explanation), "wide"],
        ]} />`}<//>`;
}

const tabs = { timeline: Timeline, mapping: Mapping, open: Open };

export function Integration({ path: [, name], filters }) {
  const found = useData(`/integrations/${encodeURIComponent(name)}`, concerns(name));
  const tab = tabs[filters.tab] ? filters.tab : "timeline";
  const Tab = tabs[tab];
  return html`
    <h1 tabIndex="-1">${name}</h1>
    <${Loaded} from=${found}>${(integration) => {
      const { state, why, last_success, failing_since, next_run, schedule, waiting_changes, links, version, job, open_matters } = integration;
      return html`
        <p class="lead"><${Badge} of=${integrationState(state)}>${failing_since && html` since <${Time} at=${failing_since} brief />`}<//> ${sentence(why)}</p>
        ${state === "running" && job && html`<${Progress} job=${job} />`}
        <p class="tools">
          <${RunNow} integration=${integration} kind="primary" />
          ${state === "running" && job && html`<${Stop} path="/jobs/${job}" />`}
          <${Act} icon="arrow" onClick=${() => startJob(name, "plan")}>Plan a sync<//>
          <a class="button" href=${to("integrations", name, "match")}><${Icon} name="link" />Match</a>
          <${Pause} integration=${integration} />
        </p>
        <dl class="facts">
          <${Fact} name="Last done"><${Time} at=${last_success} /><//>
          <${Fact} name="Schedule">${schedule?.text ?? "by hand"}<//>
          <${Fact} name="Next run"><${Time} at=${next_run} none=${integration.paused ? "paused" : "by hand"} /><//>
          <${Fact} name="Linked">${count(links, "record")}<//>
          <${Fact} name="Waiting to be sent">${count(waiting_changes, "change")}<//>
          <${Fact} name="Scripts">${version ?? "unknown"}<//>
        </dl>
        <${Tabs} label="Of ${name}" chosen=${tab} tabs=${[
          ["timeline", "Timeline", to("integrations", name)],
          ["mapping", "Mapping", to("integrations", name, { tab: "mapping" })],
          ["open", "Open matters", to("integrations", name, { tab: "open" }), open_matters],
        ]} />
        <${Tab} name=${name} filters=${filters} />`;
    }}<//>`;
}
