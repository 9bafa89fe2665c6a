// A job that was started here: under way with its progress, or what came of it.
import { html } from "../html.js";
import { useData } from "../data.js";
import { runStatus } from "../words.js";
import { Badge, Loaded, Notice, Time } from "./basics.js";
import { Progress } from "./progress.js";
import { Stop } from "./starting.js";

const UNDER_WAY = ["running", "stopping"];

// doing: "The plan is being made"; children(job) shows what came of it
export function Job({ id, doing, children }) {
  const found = useData(`/jobs/${id}`, (type, data) => type === "job" && data.id === Number(id));
  return html`
    <${Loaded} from=${found}>${(job) => UNDER_WAY.includes(job.status)
      ? html`<p role="status">${doing} since <${Time} at=${job.started} brief /> …</p><${Progress} job=${job.id} /><${Stop} path="/jobs/${job.id}" />`
      : ["failed", "refused", "killed", "locked"].includes(job.status)
        ? html`<p><${Badge} of=${runStatus(job.status)} /></p><${Notice} problem=${{ title: job.message ?? "It failed without a word", where: `${job.kind} of ${job.integration ?? "the store"}`, at: job.finished }} />`
        : children(job)}<//>`;
}
