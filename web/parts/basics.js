// What every page is made of: states, moments, problems, numbers, links.
import { html, useEffect, useState } from "../html.js";
import { age, moment, utc } from "../words.js";
import { Icon } from "./icon.js";
import { to } from "../router.js";

// A state of the tables in words.js.
export const Badge = ({ of, children }) => html`
  <span class="badge ${of.tone}"><${Icon} name=${of.icon} />${of.word}${children}</span>`;

const TICK_MS = 15000;
export function useNow() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

// A moment with its zone, and how long ago it was; `brief` shows the age alone.
export function Time({ at, brief, none = "never" }) {
  const now = useNow();
  if (!at) return html`<span class="quiet">${none}</span>`;
  return html`<time dateTime=${at} title=${utc(at)}>${brief ? age(at, now) : html`${moment(at)} <small>${age(at, now)}</small>`}</time>`;
}

// A value as it is, or the word for none.
export const Value = ({ of }) =>
  of === null || of === undefined || of === ""
    ? html`<span class="quiet">empty</span>`
    : html`<span class="value">${typeof of === "object" ? JSON.stringify(of) : String(of)}</span>`;

// What went wrong: what, where, since when, and what to do.
export function Notice({ problem, again, tone = "bad" }) {
  if (!problem) return null;
  return html`
    <div class="notice ${tone}" role="alert">
      <${Icon} name="alert" />
      <div>
        <strong>${problem.title}</strong>
        ${problem.detail && html`<p>${problem.detail}</p>`}
        <p class="quiet">${problem.where}${problem.at && html`, <${Time} at=${problem.at} />`}</p>
      </div>
      ${again && html`<button onClick=${again}>Try again</button>`}
    </div>`;
}

// What `useData` has to say: its problem, that it is coming, or the content for its data.
export function Loaded({ from, children }) {
  return html`
    <${Notice} problem=${from.problem} again=${from.reload} />
    ${from.data ? children(from.data) : !from.problem && html`<p class="loading" aria-busy="true">Loading …</p>`}`;
}

export const Fact = ({ name, children }) => html`<div class="fact"><dt>${name}</dt><dd>${children}</dd></div>`;
export const Empty = ({ children }) => html`<p class="empty"><${Icon} name="check" />${children}</p>`;

export const ObjectLink = ({ object, id }) =>
  id ? html`<a href=${to("objects", object, id)}>${object}:${id}</a>` : html`<span>${object}</span>`;
export const RunLink = ({ id }) => html`<a href=${to("runs", id)}>run ${id}</a>`;
