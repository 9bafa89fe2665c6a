// Is everything in step? A card for each integration, the ones that need somebody first.
import { html } from "../html.js";
import { query } from "../api.js";
import { concerns, useData } from "../data.js";
import { to } from "../router.js";
import { count, integrationState, matterReason, number } from "../words.js";
import { Badge, Loaded, Time } from "../parts/basics.js";
import { Pager } from "../parts/list.js";
import { Progress } from "../parts/progress.js";
import { Spark } from "../parts/spark.js";
import { Pause, RunNow } from "../parts/starting.js";

const PAGE = 60;
const URGENCY = ["broken", "needs_reauth", "failing", "attention", "running", "ok", "paused", "disabled"];
const urgency = ({ state }) => URGENCY.indexOf(state);

// What waits for somebody, as links to it.
const openMatters = ({ name, matters }) => Object.entries(matters).map(([reason, number]) =>
  [number, matterReason(reason).word, to("open", { integration: name, reason })]);

function Card({ integration, activity }) {
  const { name, state, why, last_success, failing_since, next_run, waiting_changes, job } = integration;
  const open = openMatters(integration);
  return html`
    <article class="card ${integrationState(state).tone}" aria-labelledby="card-${name}">
      <header>
        <h2 id="card-${name}"><a href=${to("integrations", name)}>${name}</a></h2>
        <${Badge} of=${integrationState(state)}>${state === "failing" && failing_since && html` since <${Time} at=${failing_since} brief />`}<//>
      </header>
      ${state === "running" && job ? html`<${Progress} job=${job} quiet />` : why && html`<p class="why">${why}</p>`}
      <dl>
        <div><dt>Last done</dt><dd><${Time} at=${last_success} brief /></dd></div>
        <div><dt>Next run</dt><dd><${Time} at=${next_run} brief none=${integration.paused ? "paused" : "by hand"} /></dd></div>
        <div><dt>To be sent</dt><dd>${number(waiting_changes)}</dd></div>
      </dl>
      ${open.length > 0 && html`<p class="chips">${open.map(([number, word, address]) =>
        html`<a class="chip" href=${address}>${word === "conflict" ? count(number, word) : `${number} ${word}`}</a>`)}</p>`}
      ${activity && html`<${Spark} activity=${activity} />`}
      <footer><${RunNow} integration=${integration} /><${Pause} integration=${integration} /></footer>
    </article>`;
}

export function Overview({ filters }) {
  const page = useData(`/integrations${query({ after: filters.after, limit: PAGE })}`, concerns());
  const activity = useData(`/activity${query({ after: filters.after, limit: PAGE })}`, ["run"]);
  return html`
    <h1 tabIndex="-1">Overview</h1>
    <${Loaded} from=${page}>${({ items, next }) => {
      const calling = items.filter(({ state }) => urgency({ state }) < URGENCY.indexOf("running")).length;
      const byName = new Map(activity.data?.items.map((item) => [item.integration, item]));
      return html`
        <p class="lead">${items.length === 0
          ? html`No integration yet. <code>tandem new NAME</code> writes one.`
          : calling === 0 ? `All ${count(items.length, "integration")} are in step.` : `${calling} of ${count(items.length, "integration")} ${calling === 1 ? "needs" : "need"} somebody.`}</p>
        <div class="cards">
          ${[...items].sort((a, b) => urgency(a) - urgency(b)).map((item) =>
            html`<${Card} key=${item.name} integration=${item} activity=${byName.get(item.name)} />`)}
        </div>
        <${Pager} parameter="after" here=${filters.after} next=${next} of="integrations" />`;
    }}<//>`;
}
