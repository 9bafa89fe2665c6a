// One object over all systems: what each says about it, why, and what was lost on the way.
import { html, useState } from "../html.js";
import { patch, post, query } from "../api.js";
import { concerns, useData } from "../data.js";
import { to } from "../router.js";
import { matterReason, nameOf, outcomeKind, sentence, shown } from "../words.js";
import { Act, useHands } from "../parts/actions.js";
import { Badge, Empty, Loaded, ObjectLink, RunLink, Time, Value } from "../parts/basics.js";
import { Table } from "../parts/list.js";
import { startJob } from "../parts/starting.js";

const QUARANTINED = "failed in too many runs and is in quarantine; see 'tandem quarantine list'"; // the engine's note of what the open matter says as well
const NOTES = 3; // of an object and an integration, the newest
const ASKED = 12; // integrations of which all are asked; of more, those that it is linked to

// What an integration's last word about a field says of their value.
function theirs(why, mapped, field) {
  if (!mapped) return html`<span class="quiet">not mapped</span>`;
  const waits = why.waiting.find((item) => item.field === field);
  const last = why.decisions.find((item) => item.field === field);
  if (last?.verdict === "unresolved") return html`<${Value} of=${last.integration.value} /> <small>conflict</small>`;
  if (waits) return html`<small>ours waits since <${Time} at=${waits.at} brief /></small>`;
  if (!why.mappings.length) return html`<span class="quiet">not there</span>`;
  return html`<small>${{ to_internal: "comes from there", to_integration: "as ours, by our word" }[mapped.direction] ?? "in step"}</small>`;
}

// Where our value came from: the newest judgment that theirs won, or an edit that still waits.
function origin(whys, field) {
  const found = whys.flatMap(({ integration, waiting, decisions }) => [
    ...waiting.filter((item) => item.field === field).map((item) => ({ at: item.at, from: item.origin_integration ?? "edited here" })),
    ...decisions.filter((item) => item.field === field && item.winner).map((item) => ({ at: item.at, from: item.winner === "integration" ? integration : "ours was kept", run: item.run })),
  ]).sort((a, b) => b.at.localeCompare(a.at))[0];
  return found ? html`${found.from} <small><${Time} at=${found.at} brief />${found.run && html`, <${RunLink} id=${found.run} />`}</small>` : html`<span class="quiet">as last agreed</span>`;
}

function Values({ kind, object, whys, mappings }) {
  const [all, setAll] = useState(false);
  const mapped = (integration, field) =>
    mappings[integration]?.objects.flatMap(({ fields }) => fields).find((item) => item.internal_field === field);
  const columns = [
    ["Field", ({ label }) => label],
    ["Here", ({ name }) => html`<${Value} of=${object.fields[name]} />`],
    ["From", ({ name }) => origin(whys, name)],
    ...whys.map((why) => [why.integration, ({ name }) => theirs(why, mapped(why.integration, name), name)]),
  ];
  const known = kind?.fields ?? Object.keys(object.fields).map((name) => ({ name, label: name }));
  const isMapped = ({ name }) => whys.some(({ integration }) => mapped(integration, name));
  return html`
    <${Table} caption="Values in each system" columns=${columns} keyOf=${({ name }) => name} items=${all ? known : known.filter(isMapped)} />
    <p class="pager"><button onClick=${() => setAll(!all)}>${all ? "Only mapped fields" : `All ${known.length} fields`}</button></p>`;
}

// What an integration made of it last, in a sentence.
function Condition({ why, object, id }) {
  const hands = useHands();
  const [last] = why.outcomes;
  const link = why.mappings.find(({ deleted }) => !deleted);
  const only = { internal_object_ids: [`${object}:${id}`] };
  const before = [...new Set(why.outcomes.slice(1).filter(({ outcome }) => ["failed", "deferred", "conflict"].includes(outcome)).map(({ explanation }) => explanation))].filter((text) => text && text !== last?.explanation);
  const quarantined = (why.open ?? []).some(({ reason }) => reason === "quarantined");
  const told = [last?.explanation, quarantined && QUARANTINED, ...(why.open ?? []).map(({ message }) => message)];
  const notes = [...new Set(why.notes.map(({ message }) => message))].filter((message) => message && !told.includes(message)).slice(0, NOTES);
  return html`
    <article class="card">
      <header>
        <h2><a href=${to("integrations", why.integration)}>${why.integration}</a></h2>
        ${last ? html`<${Badge} of=${outcomeKind(last.outcome)} />` : html`<span class="quiet">no run had it</span>`}
      </header>
      <p>${link ? html`It is <code>${link.integration_object}:${link.integration_id}</code> there; what both agreed on is from <${Time} at=${link.last_sync} brief none="an unknown time" />.` : "It has no counterpart there."}</p>
      ${last && html`<p>${sentence(last.explanation ?? last.reason ?? last.outcome)} <span class="quiet"><${RunLink} id=${last.run} />, <${Time} at=${last.at} brief /></span></p>`}
      ${(why.open ?? []).map((item) => html`
        <p><${Badge} of=${matterReason(item.reason)} /> <span class="quiet">${item.field} since <${Time} at=${item.since} brief none="an unknown time" /></span><br />
          ${sentence(item.meaning)}${item.message && html` <code>${item.message}</code>`} ${sentence(item.what_to_do)}</p>`)}
      ${before.length > 0 && html`<p class="quiet">Before that: ${before.join("; ")}.</p>`}
      ${notes.map((message) => html`<p><code>${message}</code></p>`)}
      ${why.waiting.length > 0 && html`<p>Waiting to be sent: ${why.waiting.map(({ field }) => field).join(", ")}.</p>`}
      <footer>
        ${quarantined && html`<a class="button" href=${to("open", { integration: why.integration, reason: "quarantined" })}>Retry or drop it</a>`}
        ${last?.outcome === "conflict" && html`<a class="button" href=${to("conflicts", { integration: why.integration, object })}>Resolve the conflict</a>`}
        <${Act} icon="play" of="with ${why.integration}" onClick=${async () => (await hands.ask({
          title: `Sync only ${object}:${id}`, text: `1 object and its counterparts in ${why.integration} are synced.`, action: "Sync it",
          work: () => post(`/integrations/${why.integration}/sync`, only) })) && "The sync was started."}>Sync only this<//>
        <${Act} icon="arrow" of="only this with ${why.integration}" onClick=${() => startJob(why.integration, "plan", only)}>Plan<//>
      </footer>
    </article>`;
}

function History({ whys, object, id, fields, reload }) {
  const hands = useHands();
  const items = whys.flatMap(({ integration, decisions }) => decisions.map((item) => ({ ...item, of: integration }))).sort((a, b) => b.at.localeCompare(a.at));
  if (items.length === 0) return html`<${Empty}>No field of it has ever been changed on both sides.<//>`;
  const loser = (item) => (item.winner === "internal" ? item.integration : item.internal).value;
  const restore = (item) => async () => {
    const value = loser(item);
    const confirmed = await hands.ask({
      title: `Bring back ${item.field}`, action: "Bring it back",
      text: `${item.field} of 1 object becomes “${shown(value)}” again instead of “${shown(fields[item.field])}”, and is sent to every system to which it is mapped.`,
      work: () => patch(`/objects/${object}/${id}`, { fields: { [item.field]: value } }),
    });
    if (confirmed) reload();
    return confirmed && `${item.field} is “${shown(value)}” again.`;
  };
  return html`
    <${Table} caption="Who won which field, and why" items=${items} columns=${[
      ["When", (item) => html`<${Time} at=${item.at} />`],
      ["Field", (item) => item.field],
      ["Ours", (item) => html`<${Value} of=${item.internal.value} />`],
      ["Theirs", (item) => html`<${Value} of=${item.integration.value} /> <small>${item.of}</small>`],
      ["Who won", (item) => item.winner === "internal" ? "ours" : item.winner === "integration" ? "theirs" : item.verdict === "equal" ? "both agree" : "nobody"],
      ["Why", (item) => item.reason, "wide"],
      ["The loser", (item) => item.winner && loser(item) !== null && String(loser(item)) !== String(fields[item.field] ?? "") && html`<${Act} icon="back" of="“${loser(item)}”" onClick=${restore(item)}>Bring back<//>`],
    ]} />`;
}

// Answers for several integrations, each asked for by a component of its own.
function useEach(paths, events) {
  const all = Array.from({ length: ASKED }, (_, i) => useData(paths[i] ?? null, events));
  return all.slice(0, paths.length);
}

function Ours({ object, id, kind, data, reload }) {
  const integrations = useData("/integrations?limit=50");
  const linked = [...new Set(data.links.map(({ integration }) => integration))];
  const all = integrations.data && !integrations.data.next && integrations.data.items.length <= ASKED ? integrations.data.items.filter(({ enabled }) => enabled).map(({ name }) => name) : [];
  const names = integrations.data ? [...new Set([...linked, ...all])].slice(0, ASKED) : [];
  const at = (name) => `/integrations/${encodeURIComponent(name)}`;
  const answers = useEach(names.map((integration) => `/objects/${object}/${id}/why${query({ integration })}`), concerns());
  const maps = useEach(names.map((name) => `${at(name)}/mapping`));
  const answered = answers.map((answer) => answer.data).filter(Boolean);
  const knowsIt = ({ mappings, outcomes, waiting }) => mappings.length + outcomes.length + waiting.length > 0;
  const whys = answered.some(knowsIt) ? answered.filter(knowsIt) : answered;
  const strangers = answered.filter((why) => !whys.includes(why));
  const mappings = Object.fromEntries(maps.map((answer) => answer.data).filter(Boolean).map((item) => [item.integration, item]));
  const trouble = whys.filter(({ outcomes, waiting }) => waiting.length > 0 || ["failed", "conflict", "deferred"].includes(outcomes[0]?.outcome));
  return html`
    <p class="lead">${trouble.length > 0 ? `Not in step with ${trouble.map(({ integration }) => integration).join(", ")}: see why below.` : "Nothing waits, and nothing failed."}
      ${" "}Changed <${Time} at=${data.modified ?? data.added} none="at an unknown time" />.</p>
    ${answers.filter(({ problem }) => problem).map((answer) => html`<${Loaded} from=${{ ...answer, data: true }}>${() => null}<//>`)}
    <div class="cards">${whys.map((why) => html`<${Condition} key=${why.integration} why=${why} object=${object} id=${id} />`)}</div>
    ${strangers.length > 0 && html`<p class="pager quiet">Not in ${strangers.map(({ integration }) => integration).join(", ")}.</p>`}
    <h2>Values in each system</h2>
    <${Values} kind=${kind} object=${data} whys=${whys} mappings=${mappings} />
    <h2>History</h2>
    <${History} whys=${whys} object=${object} id=${id} fields=${data.fields} reload=${reload} />`;
}

// A record of theirs: which object of ours it is, and what runs made of it.
function Theirs({ integration, object, id }) {
  const found = useData(`/integrations/${encodeURIComponent(integration)}/records/${encodeURIComponent(object)}/${encodeURIComponent(id)}/why`, concerns(integration));
  return html`
    <${Loaded} from=${found}>${(why) => html`
      <p class="lead">A record of <a href=${to("integrations", integration)}>${integration}</a>. ${why.mappings.length > 0
        ? html`Here it is ${why.mappings.map((item, i) => html`${i > 0 && ", "}<${ObjectLink} object=${item.object} id=${item.id} />`)}.`
        : "It has no counterpart here."}</p>
      ${why.outcomes.length === 0
        ? html`<${Empty}>No run on record processed it.<//>`
        : html`<${Table} caption="Outcomes in runs" items=${why.outcomes} columns=${[
            ["Run", (item) => html`<${RunLink} id=${item.run} />`],
            ["When", (item) => html`<${Time} at=${item.at} />`],
            ["Outcome", (item) => html`<${Badge} of=${outcomeKind(item.outcome)} />`],
            ["Why", (item) => item.explanation ?? item.reason, "wide"],
          ]} />`}
      ${why.notes.map((note) => html`<p><${RunLink} id=${note.run} />: <code>${note.message}</code></p>`)}`}<//>`;
}

export function ObjectPage({ path: [, object, id], filters: { integration } }) {
  const found = useData(integration ? null : `/objects/${encodeURIComponent(object)}/${encodeURIComponent(id)}`, concerns());
  const kinds = useData(integration ? null : "/objects");
  const name = !integration && found.data && nameOf(found.data.fields);
  return html`
    <h1 tabIndex="-1">${name ? html`${name} <small>${object}:${id}</small>` : `${object}:${id}`}</h1>
    ${integration
      ? html`<${Theirs} ...${{ integration, object, id }} />`
      : html`<${Loaded} from=${found}>${(data) => html`
          <${Ours} ...${{ object, id, data, reload: found.reload }} kind=${kinds.data?.items.find(({ name }) => name === object)} />`}<//>`}`;
}
