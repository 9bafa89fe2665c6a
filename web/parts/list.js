// Lists that come in pages, tables, and the filters above them. All of it stands in the address.
import { html } from "../html.js";
import { query } from "../api.js";
import { useData } from "../data.js";
import { setFilters } from "../router.js";
import { Empty, Loaded } from "./basics.js";
import { Icon } from "./icon.js";

const PAGE = 25;

// The roles are what a table has by itself, but for phones, where its rows are shown as cards.
// columns: [[title, (item) => cell, class]]; the first cell of a row is its heading.
export const Table = ({ caption, columns, items, keyOf }) => html`
  <div class="scroll" tabIndex="0" role="region" aria-label=${caption}>
    <table role="table">
      <caption class="unseen">${caption}</caption>
      <thead role="rowgroup"><tr role="row">${columns.map(([title, , kind]) => html`<th scope="col" role="columnheader" class=${kind}>${title}</th>`)}</tr></thead>
      <tbody role="rowgroup">
        ${items.map((item) => html`
          <tr role="row" key=${keyOf?.(item)}>
            ${columns.map(([title, cell, kind], index) => index === 0
              ? html`<th scope="row" role="rowheader" class=${kind}>${cell(item)}</th>`
              : html`<td role="cell" class=${kind} data-title=${title}>${cell(item)}</td>`)}
          </tr>`)}
      </tbody>
    </table>
  </div>`;

// A page of a list of the API, as a table, with the way to the next one. columns: as of a Table, or what makes them of the items.
export function List({ path, filters = {}, after = "after", here, limit = PAGE, events = [], caption, columns, keyOf, empty, children }) {
  const page = useData(path + query({ ...filters, after: here, limit }), events);
  return html`<${Loaded} from=${page}>${({ items, next }) => html`
    ${items.length === 0
      ? html`<${Empty}>${here ? "There is nothing more." : empty}<//>`
      : children ? children(items) : html`<${Table} ...${{ caption, columns: typeof columns === "function" ? columns(items) : columns, items, keyOf }} />`}
    <${Pager} parameter=${after} here=${here} next=${next} of=${caption} />`}<//>`;
}

export function Pager({ parameter, here, next, of }) {
  if (!here && !next) return null;
  return html`
    <nav class="pager" aria-label="Pages of ${of}">
      <button disabled=${!here} onClick=${() => setFilters({ [parameter]: "" })}><${Icon} name="back" />First page</button>
      <button disabled=${!next} onClick=${() => setFilters({ [parameter]: next })}>Next page<${Icon} name="arrow" /></button>
    </nav>`;
}

// A choice that is a filter; words(name) gives what people read.
export const Choice = ({ label, name, field, value = "", options, any = "all", onChange }) => html`
  <label class="choice">${label}
    <select name=${field} value=${value} onChange=${(event) => (onChange ?? ((chosen) => setFilters({ [name]: chosen })))(event.target.value)}>
      ${any !== null && html`<option value="" selected=${!value}>${any}</option>`}
      ${options.map((option) => {
        const [key, word] = Array.isArray(option) ? option : [option, option];
        return html`<option value=${key} selected=${key === value}>${word}</option>`;
      })}
    </select>
  </label>`;

// Tabs are links: each has its address.
export const Tabs = ({ label, tabs, chosen }) => html`
  <nav class="tabs" aria-label=${label}>
    ${tabs.map(([key, title, address, number]) => html`
      <a href=${address} aria-current=${key === chosen ? "page" : undefined}>${title}${number > 0 && html` <b>${number}</b>`}</a>`)}
  </nav>`;
