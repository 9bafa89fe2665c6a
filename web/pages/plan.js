// What a sync would do, before it is done: counts first, then every change, field by field.
import { html } from "../html.js";
import { post } from "../api.js";
import { useData } from "../data.js";
import { go, setFilters, to } from "../router.js";
import { count, number, planAction } from "../words.js";
import { Act, useHands } from "../parts/actions.js";
import { Badge, Empty, Loaded, ObjectLink, Time, Value } from "../parts/basics.js";
import { Job } from "../parts/job.js";
import { Choice, List, Table } from "../parts/list.js";
import { startJob } from "../parts/starting.js";

const where = { internal: "here", integration: "there" };
const some = (value) => value !== null && value !== undefined && value !== "";

function Options({ name }) {
  function start(event) {
    event.preventDefault();
    const { since, only, way, first } = Object.fromEntries(new FormData(event.target));
    startJob(name, "plan", {
      ...(since && { start: since.replace("T", " ") + ":00" }), ...(only && { internal_object_ids: [only.trim()] }),
      ...(way === "pull" && { disable_push: true }), ...(way === "push" && { disable_pull: true }), ...(first && { first_time: true }),
    });
  }
  return html`
    <form class="form" onSubmit=${start}>
      <label class="choice">Changes from (UTC)<input type="datetime-local" name="since" /><small>empty: where the last run ended</small></label>
      <label class="choice">Only this object<input name="only" pattern="[^:]+:.+" placeholder="contact:12" /><small>empty: all</small></label>
      <${Choice} label="Way" any=${null} value="both" options=${[["both", "both ways"], ["pull", "only from them to us"], ["push", "only from us to them"]]} field="way" onChange=${() => {}} />
      <label class="check"><input type="checkbox" name="first" /> First sync: send all objects, not only those with changes</label>
      <button class="primary">Make the plan</button>
    </form>`;
}

// Was and now; what replaces a value is said to.
const Fields = ({ fields }) => html`
  <dl class="changes">
    ${Object.entries(fields).map(([field, { before, after }]) => html`
      <div><dt>${field}${some(before) && some(after) && html` <small class="replaces">replaced</small>`}</dt>
        <dd>${some(before) && html`<span class="unseen">was </span><del class="value">${String(before)}</del> <span class="quiet">now</span> `}<${Value} of=${after} /></dd></div>`)}
  </dl>`;

const target = ({ side, object, id }, integration) => id === null
  ? html`a new ${object ?? "object"}`
  : side === "internal" ? html`<${ObjectLink} object=${object} id=${id} />` : html`<a href=${to("objects", object, id, { integration })}>${object}:${id}</a>`;

function Counts({ items }) {
  return html`
    <${Table} caption="Changes, counted" items=${items} columns=${[
      ["Change", (item) => html`<${Badge} of=${planAction(item.action)} />`],
      ["How many", (item) => html`<button class="plain" aria-label="Show ${number(item.count)} to ${item.action} ${where[item.side]}" onClick=${() => setFilters({ side: item.side, action: item.action, object: item.object })}>${number(item.count)}</button>`, "number"],
      ["Object", (item) => item.object],
      ["Where", (item) => where[item.side]],
    ]} />`;
}

function Found({ name, job, filters: { side, action, object, after } }) {
  const hands = useHands();
  const counts = useData(`/jobs/${job.id}/changes/summary`);
  return html`
    <${Loaded} from=${counts}>${({ items }) => {
      const total = items.reduce((sum, item) => sum + item.count, 0);
      const at = (where) => items.filter((item) => item.side === where).reduce((sum, item) => sum + item.count, 0);
      if (total === 0) return html`<${Empty}>There is nothing to do: both sides are in step.<//>`;
      const { proposed, ...options } = job.options;
      const run = async () => {
        let started;
        const confirmed = await hands.ask({
          title: "Run exactly this", action: `Make ${count(total, "change")}`,
          text: `${count(at("internal"), "change")} here and ${count(at("integration"), "change")} in ${name}, and whatever is changed there or here until then.`,
          work: async () => { started = await post(`/integrations/${name}/sync`, options); },
        });
        if (confirmed) go(to("integrations", name));
        return confirmed && `The sync was started as job ${started.id}.`;
      };
      return html`
        <p class="lead">${count(total, "change")}: ${number(at("internal"))} here, ${number(at("integration"))} there. Found <${Time} at=${job.finished} />; nothing has been done yet.</p>
        <p class="tools">
          ${proposed ? html`<span class="quiet">With the proposed mapping; it takes effect only when its file has been moved into place.</span>` : html`<${Act} icon="play" kind="primary" onClick=${run}>Run exactly this<//>`}
          <a class="button" href=${to("integrations", name, "plan")}>Another plan</a>
        </p>
        <${Counts} items=${items} />
        <h2>Changes</h2>
        <div class="filters">
          <${Choice} label="Where" name="side" value=${side} options=${Object.entries(where)} />
          <${Choice} label="Change" name="action" value=${action} options=${[...new Set(items.map((item) => item.action))]} />
          <${Choice} label="Object" name="object" value=${object} options=${[...new Set(items.map((item) => item.object).filter(Boolean))]} />
        </div>
        <${List} path="/jobs/${job.id}/changes" filters=${{ side, action, object }} here=${after} caption="Planned changes" empty="None of this kind." columns=${[
          ["What", (item) => target(item, name)],
          ["Change", (item) => html`<${Badge} of=${planAction(item.action)} /> <small>${where[item.side]}</small>`],
          ["Fields", (item) => html`<${Fields} fields=${item.fields} />`, "wide"],
        ]} />`;
    }}<//>`;
}

export const Plan = ({ path: [, name], filters }) => html`
  <h1 tabIndex="-1">Plan of ${name}</h1>
  <p class="crumbs"><a href=${to("integrations", name)}>${name}</a></p>
  ${filters.job
    ? html`<${Job} id=${filters.job} doing="The plan is being made; nothing is changed,">${(job) => html`<${Found} name=${name} job=${job} filters=${filters} />`}<//>`
    : html`<p class="lead">What a sync would create and change on both sides. It changes nothing.</p><${Options} name=${name} />`}`;
