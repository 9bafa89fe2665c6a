// Which record is which object, where nobody knows: the half that is missing is asked for.
import { html, useState } from "../html.js";
import { post } from "../api.js";
import { Notice } from "./basics.js";
import { Act, useHands } from "./actions.js";

export function LinkIt({ matter }) {
  const { may, say } = useHands();
  const [problem, setProblem] = useState(null);
  if (!may("operator")) return null;
  const { integration, object, object_id, integration_object, integration_id, matches } = matter;
  const theirs = `${integration_object}:${integration_id}`;
  const make = async (ours, there) => {
    await post("/matters/link", { integration, ...(ours && { object, id: ours }), integration_object, integration_id: there });
    return ours ? `${object}:${ours} is ${integration_object}:${there}.` : `${theirs} becomes an object of its own.`;
  };
  async function link(event) {
    event.preventDefault();
    const id = new FormData(event.target).get("id").trim();
    try {
      say(await make(object_id ?? id, integration_id ?? id));
      setProblem(null);
    } catch (refused) {
      setProblem(refused);
    }
  }
  return html`
    ${object_id && integration_id
      ? html`<${Act} of=${theirs} onClick=${() => make(object_id, integration_id)}>They are the same<//>`
      : integration_id && matches.length > 0
        ? matches.map((id) => html`<${Act} key=${id} of=${theirs} onClick=${() => make(id, integration_id)}>It is ${object}:${id}<//>`)
        : html`
          <form class="inline" onSubmit=${link}>
            <label class="choice">${object_id ? "Its id there" : `It is our ${object}`}<input name="id" required size="12" /></label>
            <button>Link<span class="unseen"> ${integration_id ? theirs : `${object}:${object_id}`}</span></button>
          </form>`}
    ${integration_id && html`<${Act} of=${theirs} onClick=${() => make(null, integration_id)}>None of ours<//>`}
    <${Notice} problem=${problem} />`;
}
