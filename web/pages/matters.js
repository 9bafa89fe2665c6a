// What waits for somebody or is tried again by itself: by reason, with what can be done about it.
import { html } from "../html.js";
import { post, query } from "../api.js";
import { concerns, useData } from "../data.js";
import { to } from "../router.js";
import { matterReason, number } from "../words.js";
import { Act, bulk, useHands } from "../parts/actions.js";
import { Badge, Empty, Loaded, ObjectLink, Time } from "../parts/basics.js";
import { Choice, List, Table } from "../parts/list.js";
import { MergeInto } from "../parts/merge.js";

const REASONS = ["held", "in_doubt", "ambiguous", "retrying"];

const retryWords = (of) => ({
  title: `Retry what is ${of}`, action: "Retry", noun: "object", done: (how) => `${how} will be tried again with the next run.`,
  text: (how) => `${how} will be tried again with the next run. If a record in doubt is there after all, link it instead, or it is made twice.`,
});
const dropWords = (of) => ({
  title: `Drop what is ${of}`, action: "Drop", noun: "object", danger: true, done: (how) => `${how} dropped.`,
  text: (how) => `What waits to be sent of ${how} is given up. Later edits are sent again.`,
});

function Actions({ selection, of, actions, label }) {
  const hands = useHands();
  return html`
    ${actions.includes("retry") && html`<${Act} icon="turn" of=${label} onClick=${() => bulk(hands, "/matters/retry", selection, retryWords(of))}>Retry<//>`}
    ${actions.includes("drop") && html`<${Act} icon="cross" of=${label} onClick=${() => bulk(hands, "/matters/drop", selection, dropWords(of))}>Drop<//>`}`;
}

const Summary = ({ items }) => html`
  <${Table} caption="Open matters, counted" items=${items} keyOf=${({ integration, reason }) => `${integration} ${reason}`} columns=${[
    ["Integration", ({ integration }) => html`<a href=${to("integrations", integration)}>${integration}</a>`],
    ["Reason", ({ reason }) => html`<${Badge} of=${matterReason(reason)} />`],
    ["How many", ({ integration, reason, count }) => html`<a href=${reason === "conflict" ? to("conflicts", { integration }) : to("open", { integration, reason })}>${number(count)}</a>`, "number"],
    ["What it means", ({ explanation }) => explanation, "wide"],
    ["All of them", ({ integration, reason, actions }) => reason === "conflict"
      ? html`<a class="button" href=${to("conflicts", { integration })}>Settle</a>`
      : html`<span class="acts"><${Actions} selection=${{ integration, reason }} of=${matterReason(reason).word} actions=${actions} label="all ${matterReason(reason).word} of ${integration}" /></span>`],
  ]} />`;

// A create whose outcome nobody knows: this is its record.
function LinkIt({ matter: { integration, object, object_id, integration_object } }) {
  const { may, say } = useHands();
  if (!may("operator")) return null;
  async function link(event) {
    event.preventDefault();
    const integration_id = new FormData(event.target).get("id");
    await post("/matters/link", { integration, object, id: object_id, integration_object, integration_id });
    say(`${object}:${object_id} is ${integration_object}:${integration_id}.`);
  }
  return html`
    <form class="inline" onSubmit=${link}>
      <label class="choice">Its id there<input name="id" required size="12" /></label>
      <button>Link</button>
    </form>`;
}

const Matter = ({ matter }) => html`
  <article class="matter">
    <header>
      <h3>${matter.object_id ? html`<${ObjectLink} object=${matter.object} id=${matter.object_id} />` : `${matter.integration_object}:${matter.integration_id}`}</h3>
      <${Badge} of=${matterReason(matter.reason)} />
      <a href=${to("integrations", matter.integration)}>${matter.integration}</a>
      <span class="quiet">since <${Time} at=${matter.since} />${matter.failures > 1 && `, tried ${matter.failures} times`}</span>
    </header>
    <p>${matter.explanation}${matter.message && html` <code>${matter.message}</code>`}</p>
    ${matter.matches.length > 0 && html`<p>It may be ${matter.matches.map((id, i) => html`${i > 0 && " or "}<${ObjectLink} object=${matter.object} id=${id} />`)}.</p>`}
    <div class="tools">
      ${matter.actions.includes("link") && html`<${LinkIt} matter=${matter} />`}
      ${matter.actions.includes("merge") && html`<${MergeInto} ...${matter} />`}
      <${Actions} selection=${{ ids: [matter.id] }} of=${matterReason(matter.reason).word} actions=${matter.actions} label="${matter.object}:${matter.object_id}" />
    </div>
  </article>`;

export function Matters({ filters: { integration, reason, after } }) {
  const events = concerns(integration);
  const summary = useData(`/matters/summary${query({ integration })}`, events);
  const names = [...new Set([integration, ...(summary.data?.items.map((item) => item.integration) ?? [])])].filter(Boolean);
  return html`
    <h1 tabIndex="-1">Open matters</h1>
    <p class="lead">What waits for somebody, and what is tried again by itself.</p>
    <${Loaded} from=${summary}>${({ items }) => items.length === 0
      ? html`<${Empty}>Nothing waits for anybody.<//>`
      : html`
        <${Summary} items=${items} />
        <h2>One by one</h2>
        <div class="filters">
          <${Choice} label="Integration" name="integration" value=${integration} options=${names} />
          <${Choice} label="Reason" name="reason" value=${reason} options=${REASONS.map((key) => [key, matterReason(key).word])} />
        </div>
        <${List} path="/matters" filters=${{ integration, reason }} here=${after} events=${events} caption="Open matters" empty="None of this kind; conflicts have a page of their own.">
          ${(matters) => matters.map((matter) => html`<${Matter} key=${matter.id} matter=${matter} />`)}
        <//>`}<//>`;
}
