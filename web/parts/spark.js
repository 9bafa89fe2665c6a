// The last hours as small bars: what was changed, and in which hours something failed.
import { html } from "../html.js";
import { count } from "../words.js";

const WIDTH = 5, GAP = 2, HEIGHT = 28;

export function Spark({ activity }) {
  const { changed, failed, runs } = activity;
  const most = Math.max(1, ...changed);
  const sum = (list) => list.reduce((total, value) => total + value, 0);
  const text = `Last ${changed.length} hours: ${count(sum(changed), "record")} changed in ${count(sum(runs), "run")}, ${sum(failed)} failed`;
  return html`
    <figure class="spark">
      <svg viewBox="0 0 ${changed.length * (WIDTH + GAP) - GAP} ${HEIGHT}" role="img" aria-label=${text} preserveAspectRatio="none">
        ${changed.map((value, hour) => {
          const height = value ? Math.max(3, (value / most) * HEIGHT) : 1.5;
          return html`<rect class=${failed[hour] ? "bad" : value ? "some" : "none"} x=${hour * (WIDTH + GAP)}
            y=${HEIGHT - (failed[hour] ? Math.max(height, 6) : height)} width=${WIDTH} height=${failed[hour] ? Math.max(height, 6) : height} rx="1" />`;
        })}
      </svg>
      <figcaption>${count(sum(changed), "record")} in ${changed.length} h${sum(failed) > 0 && html`, <b>${count(sum(failed), "run")} failed</b>`}</figcaption>
    </figure>`;
}
