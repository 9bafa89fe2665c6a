// All runs, the newest first.
import { html } from "../html.js";
import { concerns, useData } from "../data.js";
import { to } from "../router.js";
import { deeds, duration, runStatus } from "../words.js";
import { Badge, RunLink, Time } from "../parts/basics.js";
import { Choice, List } from "../parts/list.js";

const STATUSES = ["running", "done", "done_with_issues", "failed", "refused", "interrupted"];

export function Runs({ filters: { integration, status, after } }) {
  const names = useData("/integrations?limit=500");
  const columns = [
    ["Run", ({ id }) => html`<${RunLink} id=${id} />`],
    ["Integration", ({ integration }) => html`<a href=${to("integrations", integration)}>${integration}</a>`],
    ["Status", ({ status }) => html`<${Badge} of=${runStatus(status)} />`],
    ["Began", ({ started }) => html`<${Time} at=${started} />`],
    ["Took", ({ started, finished }) => finished && duration(started, finished), "number"],
    ["What it did", ({ counts, message }) => message ?? (counts && (deeds(counts) || html`<span class="quiet">nothing to do</span>`)), "wide"],
  ];
  return html`
    <h1 tabIndex="-1">Runs</h1>
    <div class="filters">
      <${Choice} label="Integration" name="integration" value=${integration} options=${names.data?.items.map(({ name }) => name) ?? [integration].filter(Boolean)} />
      <${Choice} label="Status" name="status" value=${status} options=${STATUSES.map((key) => [key, runStatus(key).word])} />
    </div>
    <${List} path="/runs" filters=${{ integration, status }} here=${after} events=${concerns(integration)}
      caption="Runs" columns=${columns} keyOf=${({ id }) => id} empty="No run matches." />`;
}
