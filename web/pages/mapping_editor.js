// Which of their fields are which of ours. What is written is a proposal beside the file that counts.
import { html, useEffect, useState } from "../html.js";
import { get, post, put, query, remove } from "../api.js";
import { useData } from "../data.js";
import { difference, missing, plainly } from "../mapping.js";
import { go, to } from "../router.js";
import { clearRules, conflictRules, count, directions } from "../words.js";
import { Act, useHands } from "../parts/actions.js";
import { Loaded, Notice, Value } from "../parts/basics.js";
import { Icon } from "../parts/icon.js";
import { Job } from "../parts/job.js";
import { Choice, Table } from "../parts/list.js";
import { startJob } from "../parts/starting.js";

const SAMPLES = 5;

// Our fields by name, those of several kinds once.
function choices(kinds) {
  const byName = new Map(kinds.flatMap(({ fields }) => fields).map(({ name, label }) => [name, label]));
  return [...byName].map(([name, label]) => [name, plainly(label) === plainly(name) ? label : `${label} (${name})`]);
}

function MappedFields({ object, change, kinds }) {
  const set = (index, key) => (value) => change({ ...object, fields: object.fields.map((field, i) => (i === index ? { ...field, [key]: value } : field)) });
  const ours = choices(kinds);
  const pick = (label, index, key, options, standard) => html`
    <${Choice} label=${html`<span class="unseen">${label} of ${object.fields[index].integration_field}</span>`} any=${null} options=${options}
      value=${object.fields[index][key] ?? standard} onChange=${set(index, key)} />`;
  return html`
    <${Table} caption="Mapped fields of ${object.object}" items=${object.fields.map((field, index) => ({ field, index }))} keyOf=${({ field }) => `${field.integration_field} ${field.internal_field}`} columns=${[
      ["Theirs", ({ field }) => field.integration_field],
      ["Direction", ({ index }) => pick("Direction", index, "direction", directions, "bidirectional")],
      ["Ours", ({ field, index }) => pick("Our field", index, "internal_field", ours.some(([name]) => name === field.internal_field) ? ours : [[field.internal_field, field.internal_field], ...ours])],
      ["If both changed it", ({ field, index }) => field.on_conflict === "function" ? "a function decides" : pick("If both changed it", index, "on_conflict", conflictRules, "newest")],
      ["If one emptied it", ({ index }) => pick("If one emptied it", index, "on_clear", clearRules, "propagate")],
      ["Required", ({ field, index }) => html`<input type="checkbox" aria-label="${field.integration_field} is required" checked=${field.required} onChange=${(event) => set(index, "required")(event.target.checked)} />`],
      ["Action", ({ field, index }) => html`<button aria-label="Remove ${field.integration_field}" onClick=${() => change({ ...object, fields: object.fields.filter((_, i) => i !== index) })}>Remove</button>`],
    ]} />`;
}

// Their fields that are not mapped, each with what fits it by name, type and values (`tandem fields NAME --suggest`).
function Unmapped({ object, theirFields, kinds, change }) {
  const [chosen, setChosen] = useState({});
  const free = theirFields.filter((field) => !object.fields.some((mapped) => mapped.integration_field === field.name));
  if (free.length === 0) return null;
  const taken = new Set(object.fields.map((field) => field.internal_field));
  const ours = choices(kinds);
  const fitting = ({ name, suggestion }) => chosen[name] ?? (taken.has(suggestion) ? "" : suggestion ?? "");
  return html`
    <h3>Not connected</h3>
    <${Table} caption="Fields of ${object.object} that are not connected" items=${free} keyOf=${({ name }) => name} columns=${[
      ["Theirs", (field) => html`${field.name} ${field.required && html`<small>required</small>`}`],
      ["Label", (field) => field.label],
      ["Type", (field) => field.type],
      ["For example", ({ samples }) => samples?.length > 0 && html`<${Value} of=${samples[0]} />`],
      ["Fits", (field) => html`<${Choice} label=${html`<span class="unseen">Our field for ${field.name}</span>`} any="none" options=${ours}
        value=${fitting(field)} onChange=${(name) => setChosen({ ...chosen, [field.name]: name })} />`],
      ["Action", (field) => {
        const name = fitting(field);
        return html`<button disabled=${!name} aria-label="Connect ${field.name}${name ? ` with ${name}` : ""}" onClick=${() => change({
          ...object, fields: [...object.fields, { integration_field: field.name, internal_field: name, ...(field.writable === false && { direction: "to_internal" }) }] })}>Connect</button>`;
      }],
    ]} />`;
}

// The proposal that waits: its difference, and a sample of what it would bring.
function Proposal({ name, proposal, dropped }) {
  const at = `/integrations/${encodeURIComponent(name)}`;
  const lines = difference(proposal.current, proposal.proposed);
  async function sample() {
    const { items } = await get(`${at}/links${query({ limit: 50 })}`);
    const records = [...new Set(items.filter(({ deleted }) => !deleted).map((link) => `${link.integration_object}:${link.integration_id}`))].slice(0, SAMPLES);
    await startJob(name, "plan", { proposed: true, disable_push: true, ...(records.length > 0 && { integration_object_ids: records }) });
  }
  return html`
    <section aria-label="Proposal" class="matter">
      <h2>Proposed</h2>
      <p>Written to <code>${proposal.file}</code>. It takes effect when an administrator of the home moves it into place.</p>
      ${proposal.problems.length > 0 && html`<div class="notice warn"><${Icon} name="alert" /><ul>${proposal.problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`}
      <pre class="diff" tabIndex="0" aria-label="What is different">${lines.map(([kind, line]) => kind === "same" ? html`<span>  ${line}\n</span>` : kind === "new" ? html`<ins>+ ${line}</ins>` : html`<del>- ${line}</del>`)}</pre>
      <div class="tools">
        <${Act} icon="arrow" kind="primary" onClick=${sample}>Show what it would change in ${SAMPLES} records<//>
        <${Act} icon="cross" onClick=${async () => (await remove(`${at}/mapping/proposal`), dropped(), "The proposal was dropped.")}>Drop the proposal<//>
      </div>
    </section>`;
}

function Editor({ name, mapping, kinds, theirFields }) {
  const { say } = useHands();
  const at = `/integrations/${encodeURIComponent(name)}`;
  const [objects, setObjects] = useState(mapping.objects);
  const [proposal, setProposal] = useState(null);
  const [sent, setSent] = useState(null); // what was proposed last
  useEffect(() => { get(`${at}/mapping/proposal`).then(setProposal, () => {}); }, []);
  const changed = JSON.stringify(objects) !== JSON.stringify(mapping.objects);
  const of = (object) => theirFields.filter((field) => field.object === object);
  const problems = [...mapping.problems, ...objects.flatMap((object) => missing(object, of(object.object)).map((field) => `${object.object}: '${field.name}' is required there and is not mapped, so nothing can be created there`))];
  const propose = async () => {
    setProposal(await put(`${at}/mapping/proposal`, { objects }));
    setSent(objects);
    say("The proposal was written.");
    document.querySelector("[aria-label=Proposal]")?.scrollIntoView();
  };
  return html`
    ${problems.length > 0 && html`<div class="notice warn"><${Icon} name="alert" /><ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`}
    ${objects.map((object, index) => {
      const change = (next) => setObjects(objects.map((old, i) => (i === index ? next : old)));
      return html`
        <h2>${object.object} <small>${count(object.fields.length, "field")} connected</small></h2>
        <${MappedFields} object=${object} change=${change} kinds=${kinds} />
        <${Unmapped} object=${object} theirFields=${of(object.object)} kinds=${kinds} change=${change} />`;
    })}
    <div class="tools sticky">
      <${Act} icon="check" kind="primary" disabled=${!changed} onClick=${propose}>Propose this mapping<//>
      <button disabled=${!changed} onClick=${() => setObjects(mapping.objects)}>Start over</button>
      <span class="quiet">${!changed ? "Nothing is changed." : sent === objects && proposal ? "Proposed: see below." : "Not proposed yet."}</span>
    </div>
    ${proposal && html`<${Proposal} name=${name} proposal=${proposal} dropped=${() => setProposal(null)} />`}`;
}

function WithFields({ name, mapping, kinds, job }) {
  const found = useData(`/jobs/${job.id}/result`);
  return html`<${Loaded} from=${found}>${(theirFields) => html`<${Editor} ...${{ name, mapping, kinds, theirFields }} />`}<//>`;
}

export function MappingEditor({ path: [, name], filters: { job } }) {
  const { may } = useHands();
  const at = `/integrations/${encodeURIComponent(name)}`;
  const mapping = useData(`${at}/mapping`, ["configuration"]);
  const kinds = useData("/objects");
  const [problem, setProblem] = useState(null);
  const editable = may("operator") && mapping.data && !mapping.data.has_code;
  useEffect(() => {
    if (editable && !job) post(`${at}/fields`, { suggest: true }).then((begun) => go(to("integrations", name, "mapping", { job: begun.id }), true), setProblem);
  }, [editable, job]);
  return html`
    <h1 tabIndex="-1">Mapping of ${name}</h1>
    <p class="crumbs"><a href=${to("integrations", name, { tab: "mapping" })}>${name}</a></p>
    <p class="lead">Which of their fields belongs to which of ours, and who wins.</p>
    <${Notice} problem=${problem} />
    <${Loaded} from=${mapping}>${(mapped) => mapped.has_code
      ? html`<${Notice} tone="warn" problem=${{ title: "This mapping has code in it", detail: `Functions or env are in config/integrations/${name}.lua: it can only be edited by hand.`, where: name }} />`
      : !editable ? html`<${Notice} tone="warn" problem=${{ title: "You may look, but not edit", detail: "It takes an operator to propose another mapping.", where: name }} />`
      : job && html`<${Job} id=${job} doing="Their fields are being asked for">${(ended) => html`
          <${Loaded} from=${kinds}>${({ items }) => html`<${WithFields} ...${{ name, mapping: mapped, kinds: items, job: ended }} />`}<//>`}<//>`}<//>`;
}
