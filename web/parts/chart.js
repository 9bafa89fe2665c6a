// Activity over time, drawn by uPlot, which is loaded when it is first needed.
import { html, useEffect, useRef } from "../html.js";
import { count } from "../words.js";

const HOUR_S = 3600;
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const hour = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "node_modules/uplot/dist/uPlot.min.css" });
    const script = Object.assign(document.createElement("script"), { src: "node_modules/uplot/dist/uPlot.iife.min.js" });
    script.onload = () => resolve(window.uPlot);
    script.onerror = reject;
    document.head.append(style, script);
  });
  return library;
}

const shown = (_, value) => value ?? "";

function options(uPlot, width, colors) {
  const axis = { stroke: colors.text, grid: { stroke: colors.line, width: 1 }, ticks: { show: false }, font: "12px system-ui" };
  const bars = uPlot.paths.bars({ size: [0.7, 24], radius: 0.15 });
  return {
    width, height: 180, cursor: { drag: { x: false, y: false }, points: { show: false } }, legend: { live: true },
    scales: { y: { range: (_, least, most) => [0, Math.max(5, most * 1.1)] } },
    axes: [{ ...axis, grid: { show: false }, values: (_, seconds) => seconds.map((at) => day.format(at * 1000)), incrs: [24 * HOUR_S] }, { ...axis, size: 44 }],
    series: [
      { label: "Hour", value: (_, at) => (at ? hour.format(at * 1000) : "point at a bar") },
      { label: "records changed", value: shown, fill: colors.some, paths: bars, points: { show: false } },
      { label: "runs failed", value: shown, fill: colors.bad, paths: bars, points: { show: false } },
    ],
  };
}

const color = (element, name) => {
  const probe = element.appendChild(document.createElement("i"));
  probe.className = `tone-${name}`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

export function ActivityChart({ activity }) {
  const place = useRef(null);
  const { from, changed, failed } = activity;
  const sum = (list) => list.reduce((total, value) => total + value, 0);
  useEffect(() => {
    let chart = null;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const draw = (uPlot) => {
      if (!place.current) return;
      chart?.destroy();
      const colors = Object.fromEntries(["some", "bad", "text", "line"].map((name) => [name, color(place.current, name)]));
      const first = Date.parse(from) / 1000;
      chart = new uPlot(options(uPlot, place.current.clientWidth, colors), [changed.map((_, hour) => first + hour * HOUR_S), changed, failed], place.current);
    };
    const again = () => load().then(draw);
    const watch = new ResizeObserver(() => chart && place.current && chart.setSize({ width: place.current.clientWidth, height: 180 }));
    again();
    watch.observe(place.current);
    scheme.addEventListener("change", again);
    return () => {
      watch.disconnect();
      scheme.removeEventListener("change", again);
      chart?.destroy();
    };
  }, [activity]);
  return html`
    <figure class="chart">
      <div ref=${place} aria-hidden="true"></div>
      <figcaption>Last ${Math.round(changed.length / 24)} days: ${count(sum(changed), "record")} changed, ${count(sum(failed), "run")} failed.</figcaption>
    </figure>`;
}
