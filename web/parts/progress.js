// How far a job is, live; said aloud at most every five seconds.
import { html, useEffect, useRef, useState } from "../html.js";
import { useData } from "../data.js";
import { useEvents } from "../events.js";
import { number } from "../words.js";

const ALOUD_MS = 5000;

export const inWords = ({ phase, reported, total, failed }) =>
  `${phase}: ${number(reported)}${total ? ` of ${number(total)}` : ""} records${failed ? `, ${number(failed)} failed` : ""}`;

export function Progress({ job, quiet }) {
  const read = useData(`/jobs/${job}`);
  const [newer, setNewer] = useState(null);
  const progress = newer ?? read.data?.progress;
  const [aloud, setAloud] = useState("");
  const spoken = useRef(0);
  useEvents((type, data) => type === "progress" && data.job === job && setNewer(data.progress), [job]);
  useEffect(() => {
    if (quiet || !progress || Date.now() - spoken.current < ALOUD_MS) return;
    spoken.current = Date.now();
    setAloud(inWords(progress));
  }, [progress]);
  const words = progress ? inWords(progress) : "beginning …";
  return html`
    <div class="progress">
      <progress aria-label="Progress" max=${progress?.total || 1} ...${progress?.total ? { value: progress.reported } : {}} />
      <span>${words}</span>
      <span class="unseen" aria-live="polite">${aloud}</span>
    </div>`;
}
