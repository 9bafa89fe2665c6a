// Objects from a file: which column is which field, what would happen, and then it happens.
import { html, useState } from "../html.js";
import { query, upload } from "../api.js";
import { useData } from "../data.js";
import { kindOf, pieces, types } from "../pieces.js";
import { to } from "../router.js";
import { count, number } from "../words.js";
import { Act, useHands } from "../parts/actions.js";
import { Empty, Loaded, Notice, Value } from "../parts/basics.js";
import { Icon } from "../parts/icon.js";
import { Choice, Table } from "../parts/list.js";

const TOLD = 10;

// All pieces one after another; done(n) tells how many are.
async function send(object, file, map, preview, done) {
  const sum = { added: 0, updated: 0, refused: 0, refusals: [], columns: [] };
  for (const [index, piece] of file.pieces.entries()) {
    const answer = await upload(`/objects/${encodeURIComponent(object)}/import${query({ preview, map: Object.keys(map).length ? JSON.stringify(map) : "" })}`, piece.text, types[file.kind]);
    for (const key of ["added", "updated", "refused"]) sum[key] += answer[key];
    sum.refusals.push(...answer.refusals.map((item) => ({ ...item, line: item.line + piece.skipped })));
    if (index === 0) sum.columns = answer.columns;
    done(index + 1);
  }
  return { ...sum, refusals: sum.refusals.slice(0, TOLD) };
}

const Refusals = ({ refused, refusals }) => refused > 0 && html`
  <div class="notice warn"><${Icon} name="alert" /><div><strong>${count(refused, "record")} cannot be taken</strong>
    <ul>${refusals.map(({ line, reason }) => html`<li>Line ${number(line)}: ${reason}</li>`)}</ul>
    ${refused > refusals.length && html`<p class="quiet">and ${number(refused - refusals.length)} more.</p>`}</div></div>`;

function Columns({ columns, fields, map, choose }) {
  const options = [["id", "Id"], ...fields.filter(({ special }) => !special).map(({ name, label }) => [name, label])];
  return html`
    <h2>Columns</h2>
    <${Table} caption="Columns of the file" items=${columns} keyOf=${({ column }) => column} columns=${[
      ["Column", ({ column }) => column || html`<span class="quiet">without a name</span>`],
      ["First value", ({ sample }) => html`<${Value} of=${sample} />`],
      ["Field", ({ column, field }) => html`<${Choice} label=${html`<span class="unseen">Field for ${column}</span>`} any="left out" options=${options}
        value=${map[column] ?? field ?? ""} onChange=${(name) => choose(column, name)} />`],
    ]} />`;
}

function Importer({ object, fields }) {
  const { say } = useHands();
  const [file, setFile] = useState(null);
  const [map, setMap] = useState({});
  const [seen, setSeen] = useState(null); // what the preview says
  const [made, setMade] = useState(null); // what the import did
  const [step, setStep] = useState(null);
  const [problem, setProblem] = useState(null);

  async function look(looked, mapped) {
    setProblem(null);
    setStep({ word: "Looking at it", done: 0 });
    try {
      setSeen(await send(object, looked, mapped, true, (done) => setStep({ word: "Looking at it", done })));
    } catch (refused) {
      setProblem(refused);
    }
    setStep(null);
  }
  async function choose({ target: { files: [chosen] } }) {
    setSeen(null);
    setMade(null);
    setMap({});
    if (!chosen) return setFile(null);
    const kind = kindOf(chosen.name);
    if (!kind) {
      setFile(null);
      return setProblem({ title: "What kind of file is this?", detail: "Its name must end with .csv, .tsv, .jsonl, .ndjson or .vcf.", where: chosen.name });
    }
    const next = { name: chosen.name, kind, pieces: pieces(await chosen.text(), kind) };
    setFile(next);
    return look(next, {});
  }
  function chooseField(column, name) {
    const next = { ...map, [column]: name };
    setMap(next);
    look(file, next);
  }
  async function work() {
    setStep({ word: "Importing", done: 0 });
    try {
      const unknown = seen.columns.filter((column) => column.unknown).map(({ column }) => [column, ""]);
      const result = await send(object, file, { ...Object.fromEntries(unknown), ...map }, false, (done) => setStep({ word: "Importing", done }));
      setMade(result);
      setSeen(null);
      say(`${count(result.added, object)} added, ${number(result.updated)} updated.`);
    } finally {
      setStep(null);
    }
  }
  return html`
    <div class="filters"><label class="choice">File
      <input type="file" accept=".csv,.tsv,.jsonl,.ndjson,.vcf" onChange=${choose} /></label></div>
    <${Notice} problem=${problem} />
    ${step && html`<p role="status">${step.word}${file.pieces.length > 1 && `: part ${step.done} of ${file.pieces.length}`} …</p>`}
    ${seen && html`
      ${seen.columns.length > 0 && html`<${Columns} ...${{ columns: seen.columns, fields, map, choose: chooseField }} />`}
      <h2>What would happen</h2>
      <p>${count(seen.added, "record")} added, ${number(seen.updated)} updated, ${number(seen.refused)} refused. Nothing has been changed yet.</p>
      <${Refusals} ...${seen} />
      <p class="tools"><${Act} icon="plus" kind="primary" disabled=${!!step || seen.added + seen.updated === 0} onClick=${work}>Import ${count(seen.added + seen.updated, "record")}<//></p>`}
    ${made && html`
      <${Empty}>${count(made.added, "record")} added, ${number(made.updated)} updated from ${file.name}.<//>
      <${Refusals} ...${made} />
      <p class="pager"><a class="button" href=${to("objects", { kind: object })}>Show all of kind ${object}</a></p>`}`;
}

export function Import({ path: [, object] }) {
  const { may } = useHands();
  const kinds = useData("/objects");
  return html`
    <h1 tabIndex="-1">Import</h1>
    <p class="crumbs"><a href=${to("objects", { kind: object })}>Objects of kind ${object}</a></p>
    <p class="lead">CSV, JSON lines or vCards. A record with an id that exists, or with the unique fields of one object, updates it; any other is added. What comes in goes out to every system that is connected.</p>
    ${!may("operator")
      ? html`<${Notice} tone="warn" problem=${{ title: "You may look, but not edit", detail: "It takes an operator to import objects.", where: object }} />`
      : html`<${Loaded} from=${kinds}>${({ items }) => {
          const kind = items.find(({ name }) => name === object);
          return kind ? html`<${Importer} object=${object} fields=${kind.fields} />`
            : html`<${Notice} problem=${{ title: `There is no kind '${object}' here`, where: "import" }} />`;
        }}<//>`}`;
}
