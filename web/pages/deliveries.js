// What third parties delivered by webhook, and what became of it.
import { html } from "../html.js";
import { useData } from "../data.js";
import { setFilters, to } from "../router.js";
import { bytes, count, deliveryStatus, number } from "../words.js";
import { Act, bulk, useHands } from "../parts/actions.js";
import { Badge, Fact, Loaded, RunLink, Time } from "../parts/basics.js";
import { Choice, List } from "../parts/list.js";

const STATUSES = ["waiting", "done", "ignored", "failed", "duplicate"];
const EVENTS = ["delivery", "run"];

const words = {
  title: "Redeliver", action: "Redeliver", noun: "delivery", done: (how) => `${how} will be processed again.`,
  text: (how) => `${how} will be processed again, as if it had just arrived: the records that it names are synced.`,
};
const redeliver = (hands, selection) => () => bulk(hands, "/deliveries/redeliver", selection, words);

function Detail({ id }) {
  const hands = useHands();
  const found = useData(`/deliveries/${id}`, EVENTS);
  return html`
    <section class="matter" aria-label="Delivery ${id}">
      <${Loaded} from=${found}>${(delivery) => html`
        <header><h2>Delivery ${id}</h2><${Badge} of=${deliveryStatus(delivery.status)} /></header>
        ${delivery.message && html`<p>${delivery.message}</p>`}
        <dl class="facts">
          <${Fact} name="From">${delivery.integration}<//>
          <${Fact} name="Received"><${Time} at=${delivery.received} /><//>
          <${Fact} name="Names">${count(delivery.records, "record")}<//>
          <${Fact} name="Acted on">${count(delivery.attempts, "time")}<//>
          <${Fact} name="Synced by">${delivery.run ? html`<${RunLink} id=${delivery.run} />` : "no run"}<//>
        </dl>
        <pre tabIndex="0">${delivery.body}</pre>
        <div class="tools">
          <${Act} icon="turn" onClick=${redeliver(hands, { ids: [delivery.id] })}>Redeliver<//>
          <button onClick=${() => setFilters({ delivery: "" })}>Close</button>
        </div>`}<//>
    </section>`;
}

export function Deliveries({ filters: { integration, status, delivery, after } }) {
  const hands = useHands();
  const names = useData("/integrations?limit=500");
  return html`
    <h1 tabIndex="-1">Deliveries</h1>
    <p class="lead">Webhook deliveries. Each is only a hint: a sync reads the records that it names.</p>
    ${delivery && html`<${Detail} key=${delivery} id=${delivery} />`}
    <div class="filters">
      <${Choice} label="Integration" name="integration" value=${integration} options=${names.data?.items.filter(({ webhooks }) => webhooks || integration).map(({ name }) => name) ?? [integration].filter(Boolean)} />
      <${Choice} label="Status" name="status" value=${status} options=${STATUSES} />
      <${Act} icon="turn" onClick=${redeliver(hands, { integration, status: "failed" })}>Redeliver all that failed${integration && ` of ${integration}`}<//>
    </div>
    <${List} path="/deliveries" filters=${{ integration, status }} here=${after} events=${EVENTS} caption="Deliveries" keyOf=${({ id }) => id}
      empty="Nothing was delivered. The operator's guide explains how to receive webhooks." columns=${[
        ["Delivery", ({ id }) => html`<a href=${to("deliveries", { integration, status, after, delivery: id })}>${id}</a>`],
        ["From", (item) => html`<a href=${to("integrations", item.integration)}>${item.integration}</a>`],
        ["Received", ({ received }) => html`<${Time} at=${received} />`],
        ["Status", (item) => html`<${Badge} of=${deliveryStatus(item.status)} />`],
        ["Records", ({ records }) => number(records), "number"],
        ["Size", (item) => bytes(item.bytes), "number"],
        ["Synced by", ({ run }) => run && html`<${RunLink} id=${run} />`],
        ["Said", ({ message }) => message, "wide"],
      ]} />`;
}
