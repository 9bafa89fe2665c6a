// Small drawings, one path each on a square of 16; they mean nothing without the words beside them.
import { html } from "../html.js";

const paths = {
  check: "M3 8.5l3.2 3.2L13 5",
  alert: "M8 3v6M8 12.5v.1",
  cross: "M4 4l8 8M12 4l-8 8",
  turn: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
  key: "M9 7a3 3 0 1 0-2.2 2.9M8.5 8.5L13 13M11 11l-1.5 1.5",
  pause: "M5.5 4v8M10.5 4v8",
  circle: "M8 3.5a4.5 4.5 0 1 0 .01 0",
  dot: "M8 8v.1",
  plus: "M8 3.5v9M3.5 8h9",
  minus: "M3.5 8h9",
  arrow: "M3 8h10M9 4l4 4-4 4",
  back: "M13 8H3M7 4L3 8l4 4",
  swap: "M3 5.5h9M9.5 3L12 5.5M13 10.5H4M6.5 13L4 10.5",
  equal: "M3.5 6h9M3.5 10h9",
  unequal: "M3.5 6h9M3.5 10h9M10.5 3l-5 10",
  skip: "M4 4l4 4-4 4M8.5 4l4 4-4 4",
  dots: "M4 8v.1M8 8v.1M12 8v.1",
  fork: "M8 13V8.5L4 4M8 8.5L12 4",
  question: "M5.5 6a2.5 2.5 0 1 1 3.5 2.3C8.3 8.7 8 9 8 10M8 12.8v.1",
  link: "M6.5 9.5l3-3M7.5 4.5l1-1a2.8 2.8 0 0 1 4 4l-1 1M8.5 11.5l-1 1a2.8 2.8 0 0 1-4-4l1-1",
  unlink: "M7.5 4.5l1-1a2.8 2.8 0 0 1 4 4l-1 1M8.5 11.5l-1 1a2.8 2.8 0 0 1-4-4l1-1M3 3l10 10",
  play: "M5 3.5v9L12.5 8z",
  stop: "M4.5 4.5h7v7h-7z",
  home: "M3 7.5L8 3l5 4.5M4.5 7v6h7V7",
  runs: "M3 4h10M3 8h10M3 12h6",
  inbox: "M3 9l1.5-5.5h7L13 9v4H3V9h3l.8 1.5h2.4L10 9z",
  person: "M8 8a2.5 2.5 0 1 0-.01 0M3.5 13.5c.5-3 8.5-3 9 0",
  hook: "M11 3v6a3 3 0 1 1-6 0V8M5 8L3.5 9.5M5 8l1.5 1.5",
  gear: "M8 5.8a2.2 2.2 0 1 0 .01 0M8 2v2M8 12v2M2 8h2M12 8h2M3.8 3.8l1.4 1.4M10.8 10.8l1.4 1.4M12.2 3.8l-1.4 1.4M5.2 10.8l-1.4 1.4",
};

export const Icon = ({ name }) => html`
  <svg class="icon ${name}" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${paths[name] ?? paths.dot} /></svg>`;
