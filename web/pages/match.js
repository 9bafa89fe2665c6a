// Before a first sync: what would be linked, what created, and what is doubtful.
import { html } from "../html.js";
import { useData } from "../data.js";
import { to } from "../router.js";
import { count, matterReason, number, sentence } from "../words.js";
import { Act } from "../parts/actions.js";
import { Badge, Empty, Loaded, Notice, Time } from "../parts/basics.js";
import { Job } from "../parts/job.js";
import { LinkIt } from "../parts/link.js";
import { Table } from "../parts/list.js";
import { MergeInto } from "../parts/merge.js";
import { startJob } from "../parts/starting.js";

// key, state, what it means, is it told even if there is none?
const groups = [
  ["linked", { word: "linked", tone: "good", icon: "link" }, "are the same, according to their identifiers", true],
  ["duplicates", { word: "further records", tone: "busy", icon: "link" }, "of them are further records of an object that has one already"],
  ["contradicting", { word: "another name", tone: "busy", icon: "link" }, "of them have another name or birthday here, and would be linked all the same"],
  ["created_here", { word: "created here", tone: "busy", icon: "plus" }, "are only there, and would be created here", true],
  ["created_there", { word: "created there", tone: "busy", icon: "plus" }, "are only here, and would be created there", true],
  ["ambiguous", matterReason("ambiguous"), "match several objects here: a sync skips them", true],
  ["doubtful", matterReason("doubtful"), "match an object here, but contradict it: a sync skips them"],
  ["deleted_here", { word: "deleted here", tone: "bad", icon: "cross" }, "were deleted there, and would be deleted here"],
  ["deleted_there", { word: "deleted there", tone: "bad", icon: "cross" }, "were deleted here, and would be deleted there"],
];

const isKnown = (pair) => pair && !pair.endsWith(":(new)");
const Ours = ({ of }) => {
  const [object, ...id] = of.split(":");
  return isKnown(of) ? html`<a href=${to("objects", object, id.join(":"))}>${of}</a>` : html`<span class="quiet">new</span>`;
};

// One that a sync would skip: somebody says what it is.
const Undecided = ({ integration, one }) => html`
  <article class="matter">
    <header>
      <h3>${one.integration_object}:${one.integration_id}</h3>
      <${Badge} of=${matterReason(one.reason)} />
      ${one.matches.length > 0 && html`<span class="quiet">may be ${one.matches.map((id, i) => html`${i > 0 && " or "}<${Ours} of="${one.object}:${id}" />`)}</span>`}
    </header>
    <p>${sentence(one.message)}</p>
    <div class="tools">
      <${LinkIt} matter=${{ ...one, integration, object_id: null }} />
      ${one.matches.length > 1 && html`<${MergeInto} ...${one} />`}
    </div>
  </article>`;

function Result({ name, job }) {
  const found = useData(`/jobs/${job.id}/result`);
  return html`
    <${Loaded} from=${found}>${(match) => html`
      ${match.error && html`<${Notice} problem=${{ title: match.error, where: `match of ${name}`, at: job.finished }} />`}
      <p class="lead">Compared <${Time} at=${job.finished} />, on a copy: nothing was written or sent.</p>
      <${Table} caption="What a first sync would do" items=${groups.filter(([key, , , always]) => always || match[key]?.count > 0)} columns=${[
        ["What", ([, state]) => html`<${Badge} of=${state} />`],
        ["Records", ([key]) => number(match[key].count), "number"],
        ["Meaning", ([, , meaning]) => meaning, "wide"],
        ["For example", ([key]) => match[key].samples.map(([ours, theirs]) => html`<div><${Ours} of=${ours} /> <span class="quiet">and</span> ${isKnown(theirs) ? theirs : html`<span class="quiet">new</span>`}</div>`)],
      ]} />
      <h2>Values that contradict</h2>
      <p>${count(match.replaced.internal, "value")} here and ${number(match.replaced.integration)} there would become another one${match.unresolved > 0 && `; ${count(match.unresolved, "field")} would have two values and no winner`}.</p>
      <p class="tools"><${Act} icon="arrow" kind="primary" onClick=${() => startJob(name, "plan", { first_time: true })}>Show the values that contradict<//></p>
      <h2>To be decided</h2>
      ${match.undecided.length === 0 ? html`<${Empty}>Each record matches at most one object.<//>` : match.undecided.map((one) => html`<${Undecided} key="${one.integration_object}:${one.integration_id}" integration=${name} one=${one} />`)}
      ${match.ambiguous.count + match.doubtful.count > match.undecided.length && html`<p class="quiet">These are the first ${match.undecided.length} of ${number(match.ambiguous.count + match.doubtful.count)}. Once the first sync has run, all are among the <a href=${to("open", { integration: name })}>open matters</a>.</p>`}`}<//>`;
}

export const Match = ({ path: [, name], filters }) => html`
  <h1 tabIndex="-1">Match of ${name}</h1>
  <p class="crumbs"><a href=${to("integrations", name)}>${name}</a></p>
  ${!filters.job && html`<p class="lead">Before a first sync: reads all of ${name} and compares it with what is here, on a copy. Nothing is written or sent.</p>`}
  <p class="tools"><${Act} icon="link" kind=${filters.job ? "" : "primary"} onClick=${() => startJob(name, "match")}>${filters.job ? "Compare again" : "Compare"}<//></p>
  ${filters.job && html`<${Job} id=${filters.job} doing="Both sides are being compared">${(job) => html`<${Result} name=${name} job=${job} />`}<//>`}`;
