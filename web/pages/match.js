// Before a first sync: what would be linked, what created, and what is doubtful.
import { html } from "../html.js";
import { useData } from "../data.js";
import { to } from "../router.js";
import { count, number } from "../words.js";
import { Act } from "../parts/actions.js";
import { Badge, Empty, Loaded, Notice, Time } from "../parts/basics.js";
import { Job } from "../parts/job.js";
import { Table } from "../parts/list.js";
import { MergeInto } from "../parts/merge.js";
import { startJob } from "../parts/starting.js";

const groups = [
  ["linked", { word: "linked", tone: "good", icon: "link" }, "are the same, by their identifiers"],
  ["created_here", { word: "created here", tone: "busy", icon: "plus" }, "are only there, and would be created here"],
  ["created_there", { word: "created there", tone: "busy", icon: "plus" }, "are only here, and would be created there"],
  ["ambiguous", { word: "doubtful", tone: "warn", icon: "fork" }, "match several objects here: a sync skips them until those are merged"],
];

const isKnown = (pair) => pair && !pair.endsWith(":(new)");
const Ours = ({ of }) => {
  const [object, ...id] = of.split(":");
  return isKnown(of) ? html`<a href=${to("objects", object, id.join(":"))}>${of}</a>` : html`<span class="quiet">new</span>`;
};

// Doubtful ones: which objects here each record of theirs may be.
function doubtful(samples) {
  const byRecord = new Map();
  for (const [ours, theirs] of samples) byRecord.set(theirs, [...(byRecord.get(theirs) ?? []), ours]);
  return [...byRecord].map(([theirs, matches]) => ({ theirs, object: matches[0].split(":")[0], matches: matches.map((one) => one.split(":").slice(1).join(":")) }));
}

function Result({ name, job }) {
  const found = useData(`/jobs/${job.id}/result`);
  return html`
    <${Loaded} from=${found}>${(match) => html`
      ${match.error && html`<${Notice} problem=${{ title: match.error, where: `match of ${name}`, at: job.finished }} />`}
      <p class="lead">Compared <${Time} at=${job.finished} />, on a copy: nothing was written or sent.</p>
      <${Table} caption="What a first sync would do" items=${groups} columns=${[
        ["What", ([, state]) => html`<${Badge} of=${state} />`],
        ["Records", ([key]) => number(match[key].count), "number"],
        ["Meaning", ([, , meaning]) => meaning, "wide"],
        ["For example", ([key]) => match[key].samples.map(([ours, theirs]) => html`<div><${Ours} of=${ours} /> <span class="quiet">and</span> ${isKnown(theirs) ? theirs : html`<span class="quiet">new</span>`}</div>`)],
      ]} />
      <p class="tools">
        <${Act} icon="arrow" kind="primary" onClick=${() => startJob(name, "plan", { first_time: true })}>Show the values that contradict<//>
        <span class="quiet">A plan of the first sync lists, of ${count(match.linked.count, "linked record")}, each value that would be replaced.</span>
      </p>
      <h2>Doubtful</h2>
      ${match.ambiguous.count === 0 ? html`<${Empty}>Each record matches at most one object.<//>` : doubtful(match.ambiguous.samples).map((doubt) => html`
        <article class="matter">
          <header><h3>${doubt.theirs}</h3><span class="quiet">may be ${doubt.matches.map((id, i) => html`${i > 0 && " or "}<${Ours} of="${doubt.object}:${id}" />`)}</span></header>
          ${doubt.matches.length > 1 && html`<div class="tools"><${MergeInto} ...${doubt} /></div>`}
        </article>`)}
      ${match.ambiguous.count > match.ambiguous.samples.length && html`<p class="quiet">These are the first ${match.ambiguous.samples.length} pairs of ${number(match.ambiguous.count)}; <code>tandem match ${name} --csv FILE</code> writes all. Once the first sync has run, they are among the <a href=${to("open", { integration: name, reason: "ambiguous" })}>open matters</a>.</p>`}`}<//>`;
}

export const Match = ({ path: [, name], filters }) => html`
  <h1 tabIndex="-1">Match of ${name}</h1>
  <p class="crumbs"><a href=${to("integrations", name)}>${name}</a></p>
  ${!filters.job && html`<p class="lead">Before a first sync: reads all of ${name} and compares it with what is here, on a copy. Nothing is written or sent.</p>`}
  <p class="tools"><${Act} icon="link" kind=${filters.job ? "" : "primary"} onClick=${() => startJob(name, "match")}>${filters.job ? "Compare again" : "Compare"}<//></p>
  ${filters.job && html`<${Job} id=${filters.job} doing="Both sides are being compared">${(job) => html`<${Result} name=${name} job=${job} />`}<//>`}`;
