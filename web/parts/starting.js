// Buttons that start, stop, pause and resume work on an integration.
import { html } from "../html.js";
import { post } from "../api.js";
import { go, to } from "../router.js";
import { Act, useHands } from "./actions.js";
import { count } from "../words.js";

const at = (name) => `/integrations/${encodeURIComponent(name)}`;

export function RunNow({ integration: { name, state, waiting_changes: waiting }, kind }) {
  const hands = useHands();
  const start = async () => {
    const confirmed = await hands.ask({
      title: `Sync ${name} now`,
      text: `It sends ${count(waiting, "waiting change")} of ours and pulls what changed there since the last run. To see the records first, make a plan.`,
      action: "Sync now",
      work: () => post(`${at(name)}/sync`),
    });
    return confirmed && `A sync of ${name} was started.`;
  };
  return html`<${Act} icon="play" kind=${kind} disabled=${["running", "broken", "disabled"].includes(state)} of=${name} onClick=${start}>Run now<//>`;
}

export function Pause({ integration: { name, paused, enabled } }) {
  if (!enabled) return null;
  const change = async () => {
    await post(`${at(name)}/${paused ? "resume" : "pause"}`);
    return paused ? `${name} is scheduled again.` : `${name} is paused: nothing is started for it by schedule, edit or webhook.`;
  };
  return html`<${Act} icon=${paused ? "play" : "pause"} of=${name} onClick=${change}>${paused ? "Resume" : "Pause"}<//>`;
}

export const Stop = ({ path }) => html`
  <${Act} icon="stop" onClick=${async () => (await post(`${path}/stop`), "It ends after the current page; the next run continues from there.")}>Stop<//>`;

// Starts a job of this kind and shows its page: plan or match.
export async function startJob(name, kind, options) {
  const job = await post(`${at(name)}/${kind}`, options);
  go(to("integrations", name, kind, { job: job.id }));
}
