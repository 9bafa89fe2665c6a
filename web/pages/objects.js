// Our objects: by kind, or the one with a value.
import { html } from "../html.js";
import { address } from "../api.js";
import { useData } from "../data.js";
import { go, setFilters, to } from "../router.js";
import { Loaded, Time, Value } from "../parts/basics.js";
import { useHands } from "../parts/actions.js";
import { Icon } from "../parts/icon.js";
import { Choice, List } from "../parts/list.js";

const SHOWN = 5;

// The fields that say most about these objects: what identifies them first, then what is filled, in the order of the kind.
function telling(fields, items) {
  const filled = ({ name, special }) => !special && items.some((item) => ![null, undefined, ""].includes(item.fields[name]));
  const wanted = [...fields.filter(({ unique }) => unique), ...fields.filter(({ unique }) => !unique)].filter(filled).slice(0, SHOWN);
  return fields.filter((field) => wanted.includes(field));
}

// What is being typed outlives what is drawn anew meanwhile: the value is only the one to begin with.
function Find({ kind, fields, field, value }) {
  function find(event) {
    event.preventDefault();
    const { by, what } = Object.fromEntries(new FormData(event.target));
    if (by === "id" && what) go(to("objects", kind, what.trim()));
    else setFilters({ field: what && by, value: what });
  }
  return html`
    <form class="filters" role="search" onSubmit=${find}>
      <label class="choice">By
        <select name="by">${[["id", "Id"], ...fields.filter(({ special }) => !special).map(({ name, label }) => [name, label])].map(([name, label]) =>
          html`<option value=${name} selected=${name === (field ?? "id")}>${label}</option>`)}</select>
      </label>
      <label class="choice">Value <input name="what" type="search" defaultValue=${value ?? ""} /></label>
      <button class="primary">Find</button>
    </form>`;
}

export function Objects({ filters: { kind, field, value, after } }) {
  const { may } = useHands();
  const kinds = useData("/objects");
  return html`
    <h1 tabIndex="-1">Objects</h1>
    <p class="lead">What is here, how it is linked, and why it is as it is.</p>
    <${Loaded} from=${kinds}>${({ items }) => {
      const chosen = items.find(({ name }) => name === (kind ?? "contact")) ?? items[0];
      const columns = (objects) => [
        ["Object", ({ id }) => html`<a href=${to("objects", chosen.name, id)}>${chosen.name}:${id}</a>`],
        ...telling(chosen.fields, objects).map(({ name, label }) => [label, ({ fields }) => html`<${Value} of=${fields[name]} />`]),
        ["Changed", ({ modified, added }) => html`<${Time} at=${modified ?? added} none="unknown" />`],
      ];
      return html`
        <p class="tools">
          ${may("operator") && html`<a class="button" href=${to("import", chosen.name)}><${Icon} name="plus" />Import a file</a>`}
          <a class="button" download href=${address(`/objects/${chosen.name}/export?format=csv`)}>Export as CSV</a>
          <a class="button" download href=${address(`/objects/${chosen.name}/export?format=jsonl`)}>Export as JSON lines</a>
        </p>
        <div class="tools">
          <${Choice} label="Kind" name="kind" value=${chosen.name} any=${null} options=${items.map(({ name }) => name)}
            onChange=${(name) => setFilters({ kind: name, field: "", value: "" })} />
          <${Find} key=${[chosen.name, field, value].join()} kind=${chosen.name} fields=${chosen.fields} field=${field} value=${value} />
        </div>
        <${List} path="/objects/${chosen.name}" filters=${{ field: value && field, value }} here=${after} caption=${`All of kind ${chosen.name}`}
          columns=${columns} keyOf=${({ id }) => id} empty="There is none." />`;
    }}<//>`;
}
