// Fields that both sides changed and nobody won: say which value is right, for one or for all of a kind.
import { html } from "../html.js";
import { query } from "../api.js";
import { concerns, useData } from "../data.js";
import { setFilters, to } from "../router.js";
import { number } from "../words.js";
import { Act, bulk, useHands } from "../parts/actions.js";
import { Empty, Loaded, ObjectLink, Time, Value } from "../parts/basics.js";
import { List, Table } from "../parts/list.js";

const sides = { internal: "ours", integration: "theirs" };

function Resolve({ winner, selection, of, children }) {
  const hands = useHands();
  const words = {
    title: winner === "internal" ? "Ours is right" : "Theirs is right", action: "Resolve", noun: "conflict",
    text: (how) => winner === "internal"
      ? `For ${how}, our value wins: it is sent to them and replaces theirs. The sync for that starts by itself.`
      : `For ${how}, their value wins and replaces ours. The sync for that starts by itself.`,
    done: (how) => `${how} resolved: ${sides[winner]} wins.`,
  };
  return html`
    <${Act} of="for ${of}" onClick=${() => bulk(hands, "/conflicts/resolve", { winner, ...selection }, words)}>${children ?? words.title}<//>`;
}

const Groups = ({ items }) => html`
  <${Table} caption="Conflicts by kind" items=${items} keyOf=${(item) => `${item.integration} ${item.object} ${item.field}`} columns=${[
    ["Field", (item) => html`<button class="plain" onClick=${() => setFilters({ integration: item.integration, object: item.object, field: item.field })}>${item.object} ${item.field}</button>`],
    ["Integration", (item) => html`<a href=${to("integrations", item.integration)}>${item.integration}</a>`],
    ["Conflicts", (item) => number(item.count), "number"],
    ["Resolve all of them", ({ integration, object, field, count }) => html`<span class="acts">
      ${Object.keys(sides).map((winner) => html`<${Resolve} winner=${winner} selection=${{ filter: { integration, object, field } }} of="all ${count} of ${object} ${field} with ${integration}" />`)}</span>`],
  ]} />`;

const Side = ({ title, value, known, at, children }) => html`
  <div class="side-of">
    <h3>${title}</h3>
    ${known ? html`<${Value} of=${value} />` : html`<span class="quiet">not known any more</span>`}
    <p class="quiet">${at ? html`changed <${Time} at=${at} />` : "when it was changed is not known"}</p>
    ${children}
  </div>`;

const Conflict = ({ conflict: item }) => html`
  <article class="matter">
    <header>
      <h3><${ObjectLink} object=${item.object} id=${item.object_id} /> ${item.field}</h3>
      <span class="quiet">with ${item.integration} ${item.integration_object}:${item.integration_id}</span>
    </header>
    <p>${item.reason && `Nobody won: ${item.reason}.`}${item.has_base === false && html` <span class="quiet">What both last agreed on is not known.</span>`}</p>
    <div class="versus">
      ${[["internal", "Ours", item.internal, item.changed_here], ["integration", "Theirs", item.integration_value, item.changed_there]].map(([winner, title, value, at]) => html`
        <${Side} title=${title} value=${value} known=${item.known} at=${at}>
          <${Resolve} winner=${winner} selection=${{ ids: [item.id] }} of="${item.object}:${item.object_id} ${item.field}" /><//>`)}
    </div>
  </article>`;

export function Conflicts({ filters: { integration, object, field, after } }) {
  const events = concerns(integration);
  const groups = useData(`/conflicts/summary${query({ integration })}`, events);
  return html`
    <h1 tabIndex="-1">Conflicts</h1>
    <p class="lead">Both sides changed a field, and no rule says who is right.</p>
    <${Loaded} from=${groups}>${({ items }) => items.length === 0
      ? html`<${Empty}>No conflict waits.<//>`
      : html`
        <${Groups} items=${items} />
        <h2>One by one</h2>
        ${(integration || field) && html`<p class="tools"><span>${[integration, object, field].filter(Boolean).join(" ")}</span>
          <button onClick=${() => setFilters({ integration: "", object: "", field: "" })}>Show all</button></p>`}
        <${List} path="/conflicts" filters=${{ integration, object, field }} here=${after} events=${events} caption="Conflicts" empty="None of this kind.">
          ${(conflicts) => conflicts.map((item) => html`<${Conflict} key=${`${item.id} ${item.integration_id}`} conflict=${item} />`)}
        <//>`}<//>`;
}
