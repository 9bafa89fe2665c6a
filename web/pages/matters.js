// What waits for somebody or is tried again by itself: by reason, with what can be done about it.
import { html } from "../html.js";
import { post, query } from "../api.js";
import { concerns, useData } from "../data.js";
import { to } from "../router.js";
import { matterReason, number, sentence } from "../words.js";
import { Act, bulk, useHands } from "../parts/actions.js";
import { Badge, Empty, Loaded, ObjectLink, Time } from "../parts/basics.js";
import { Choice, List, Table } from "../parts/list.js";
import { LinkIt } from "../parts/link.js";
import { MergeInto } from "../parts/merge.js";

const REASONS = ["refused", "withheld", "not_kept", "held", "ambiguous", "doubtful", "deleted_and_edited", "loop", "merge", "quarantined", "in_doubt", "retrying"];

const retryWords = (of) => ({
  title: `Retry what is ${of}`, action: "Retry", noun: "matter", done: (how) => `${how} will be tried again with the next run.`,
  text: (how) => `${how} will be tried again with the next run.${of === "in doubt" ? " If the record is there after all, link it instead, or it is made twice." : ""}`,
});
const dropWords = (of) => ({
  title: `Drop what is ${of}`, action: "Drop", noun: "matter", danger: true, done: (how) => `${how} dropped.`,
  text: (how) => `The waiting changes of ${how} are dropped. Later edits are sent.`,
});

const restoreWords = {
  title: "Create again what is missing", action: "Restore", noun: "matter", done: (how) => `${how} resolved: the next run creates again what is missing.`,
  text: (how) => `${how}: the next run creates each again on the side where it was deleted, with what was edited on the other.`,
};
const deleteWords = {
  title: "Delete the edited ones, too", action: "Delete", noun: "matter", danger: true, done: (how) => `${how} resolved: what was left is deleted.`,
  text: (how) => `${how}: each is deleted on the side where it was edited as well. Ours go at once, theirs with the next run.`,
};

function Actions({ selection, of, actions, label }) {
  const hands = useHands();
  return html`
    ${actions.includes("retry") && html`<${Act} icon="turn" of=${label} onClick=${() => bulk(hands, "/matters/retry", selection, retryWords(of))}>Retry<//>`}
    ${actions.includes("restore") && html`<${Act} of=${label} onClick=${() => bulk(hands, "/matters/restore", selection, restoreWords)}>Create the missing one again<//>`}
    ${actions.includes("delete") && html`<${Act} icon="cross" of=${label} onClick=${() => bulk(hands, "/matters/delete", selection, deleteWords)}>Delete the other, too<//>`}
    ${actions.includes("drop") && html`<${Act} icon="cross" of=${label} onClick=${() => bulk(hands, "/matters/drop", selection, dropWords(of))}>Drop<//>`}`;
}

const Summary = ({ items }) => html`
  <${Table} caption="Open matters, counted" items=${items} keyOf=${({ integration, reason }) => `${integration} ${reason}`} columns=${[
    ["Integration", ({ integration }) => html`<a href=${to("integrations", integration)}>${integration}</a>`],
    ["Reason", ({ reason }) => html`<${Badge} of=${matterReason(reason)} />`],
    ["How many", ({ integration, reason, count }) => html`<a href=${to("open", { integration, reason })}>${number(count)}</a>`, "number"],
    ["Since", ({ since }) => html`<${Time} at=${since} brief />`],
    ["What it means", ({ explanation }) => sentence(explanation), "wide"],
    ["All of them", ({ integration, reason, actions }) => html`<span class="acts">
      ${actions.includes("resolve") && html`<a class="button" href=${to("conflicts", { integration })}>Resolve</a>`}
      <${Actions} selection=${{ integration, reason }} of=${matterReason(reason).word} actions=${actions} label="all ${matterReason(reason).word} of ${integration}" /></span>`],
  ]} />`;

const theirs = ({ integration_object, integration_id }) => `${integration_object}:${integration_id}`;
const nameOf = (matter) => matter.object_id ? `${matter.object}:${matter.object_id}` : theirs(matter);

// Links that end: the two are not the same, or are to be matched anew.
const EndLink = ({ matter, how, children }) => html`
  <${Act} of=${nameOf(matter)} onClick=${async () => {
    const { object, object_id, integration_object, integration_id, integration } = matter;
    const { count } = await post(`/integrations/${encodeURIComponent(integration)}/${how}`,
      object_id ? { object, id: object_id } : { object: integration_object, id: integration_id, theirs: true });
    return count ? `${nameOf(matter)} is not linked any more.` : `${nameOf(matter)} has no link.`;
  }}>${children}<//>`;

const Matter = ({ matter }) => html`
  <article class="matter">
    <header>
      <h3>${matter.object_id ? html`<${ObjectLink} object=${matter.object} id=${matter.object_id} />` : theirs(matter)}${matter.field && `, ${matter.field}`}</h3>
      <${Badge} of=${matterReason(matter.reason)} />
      <a href=${to("integrations", matter.integration)}>${matter.integration}</a>
      <span class="quiet">since <${Time} at=${matter.since} />${matter.failures > 1 && `, tried ${matter.failures} times`}</span>
    </header>
    <p>${sentence(matter.explanation)}${matter.message && matter.reason !== "quarantined" && html` <code>${matter.message}</code>`}</p>
    <p class="quiet">${matter.actions.length > 0 ? "On the command line" : "What to do"}: ${matter.advice}.</p>
    ${matter.matches.length > 0 && html`<p>It may be ${matter.matches.map((id, i) => html`${i > 0 && " or "}<${ObjectLink} object=${matter.object} id=${id} />`)}.</p>`}
    <div class="tools">
      ${matter.actions.includes("resolve") && matter.reason === "held" && html`
        <a class="button" href=${to("conflicts", { integration: matter.integration, object: matter.object, field: matter.field })}>Resolve<span class="unseen"> ${nameOf(matter)} ${matter.field}</span></a>`}
      ${matter.actions.includes("link") && html`<${LinkIt} matter=${matter} />`}
      ${matter.actions.includes("unlink") && html`<${EndLink} matter=${matter} how="unlink">They are not the same<//>`}
      ${matter.actions.includes("merge") && matter.matches.length > 1 && html`<${MergeInto} ...${matter} />`}
      <${Actions} selection=${{ ids: [matter.id] }} of=${matterReason(matter.reason).word} actions=${matter.actions} label=${nameOf(matter)} />
    </div>
  </article>`;

export function Matters({ filters: { integration, reason, after } }) {
  const events = concerns(integration);
  const summary = useData(`/matters/summary${query({ integration })}`, events);
  const names = [...new Set([integration, ...(summary.data?.items.map((item) => item.integration) ?? [])])].filter(Boolean);
  return html`
    <h1 tabIndex="-1">Open matters</h1>
    <p class="lead">What needs a person, and what is retried automatically.</p>
    <${Loaded} from=${summary}>${({ items }) => items.length === 0
      ? html`<${Empty}>Nothing needs attention.<//>`
      : html`
        <${Summary} items=${items} />
        <h2>One by one</h2>
        <div class="filters">
          <${Choice} label="Integration" name="integration" value=${integration} options=${names} />
          <${Choice} label="Reason" name="reason" value=${reason} options=${REASONS.map((key) => [key, matterReason(key).word])} />
        </div>
        <${List} path="/matters" filters=${{ integration, reason }} here=${after} events=${events} caption="Open matters" empty="None of this kind.">
          ${(matters) => matters.map((matter) => html`<${Matter} key=${matter.id} matter=${matter} />`)}
        <//>`}<//>`;
}
