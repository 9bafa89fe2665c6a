// Who may reach the service: tokens of programs, accounts of people. For administrators.
import { html, useState } from "../html.js";
import { post, put, remove } from "../api.js";
import { Act, useHands } from "./actions.js";
import { Notice, Time } from "./basics.js";
import { Choice, List } from "./list.js";

const nothing = () => {};

// A list that is read again after each change, and a form whose trouble is shown below it.
function useChanges(work) {
  const [problem, setProblem] = useState(null);
  const [turn, setTurn] = useState(0);
  const changed = () => setTurn(turn + 1);
  async function submit(event) {
    event.preventDefault();
    const form = event.target;
    try {
      await work(Object.fromEntries(new FormData(form)));
      form.reset();
      changed();
      setProblem(null);
    } catch (refused) {
      setProblem(refused);
    }
  }
  return { problem, turn, changed, submit };
}

export function Tokens({ filters }) {
  const hands = useHands();
  const [made, setMade] = useState(null);
  const { problem, turn, changed, submit } = useChanges(async (wanted) => setMade(await post("/tokens", wanted)));
  const revoke = ({ id, name }) => async () => {
    const confirmed = await hands.ask({ title: `Revoke ${name}`, text: "1 token is worth nothing any more; programs that use it are refused.", action: "Revoke it", danger: true, work: () => remove(`/tokens/${id}`) });
    if (confirmed) changed();
    return confirmed && `${name} was revoked.`;
  };
  return html`
    <form class="filters" onSubmit=${submit}>
      <label class="choice">Name <input name="name" required maxLength="100" /></label>
      <${Choice} label="May" field="scope" any=${null} value="read" options=${["read", "run", "admin"]} onChange=${nothing} />
      <button>Make a token</button>
    </form>
    <${Notice} problem=${problem} />
    ${made && html`<p class="matter" role="status">The token of ${made.name}, shown this once: <code>${made.token}</code></p>`}
    <${List} key=${turn} path="/tokens" here=${filters.after} caption="Tokens" empty="There is none." columns=${[
      ["Name", ({ name }) => name],
      ["May", ({ scope }) => scope],
      ["Made", ({ created }) => html`<${Time} at=${created} />`],
      ["Expires", ({ expires }) => html`<${Time} at=${expires} />`],
      ["Last used", ({ last_used }) => html`<${Time} at=${last_used} />`],
      ["Action", (token) => html`<${Act} role="admin" of=${token.name} onClick=${revoke(token)}>Revoke<//>`],
    ]} />`;
}

export function Accounts({ filters }) {
  const hands = useHands();
  const { problem, turn, changed, submit } = useChanges(async ({ name, role, password }) => {
    await put(`/accounts/${encodeURIComponent(name)}`, { role, password });
    hands.say(`${name} can log in as ${role}.`);
  });
  const withdraw = ({ name }) => async () => {
    const confirmed = await hands.ask({ title: `Remove ${name}`, text: "1 account is removed, and whoever is logged in with it is logged out.", action: "Remove it", danger: true, work: () => remove(`/accounts/${encodeURIComponent(name)}`) });
    if (confirmed) changed();
    return confirmed && `${name} was removed.`;
  };
  return html`
    <p class="quiet">People who log in with a password. For an existing name, this changes the role and the password.</p>
    <form class="filters" onSubmit=${submit}>
      <label class="choice">Name <input name="name" required maxLength="100" autocomplete="off" /></label>
      <label class="choice">Password <input name="password" type="password" required minLength="8" maxLength="500" autocomplete="new-password" /></label>
      <${Choice} label="Role" field="role" any=${null} value="viewer" options=${["viewer", "operator", "admin"]} onChange=${nothing} />
      <button>Set the account</button>
    </form>
    <${Notice} problem=${problem} />
    <${List} key=${turn} path="/accounts" here=${filters.after} caption="Accounts" empty="There is none." keyOf=${({ name }) => name} columns=${[
      ["Name", ({ name }) => name],
      ["Role", ({ role }) => role],
      ["Made", ({ created }) => html`<${Time} at=${created} />`],
      ["Action", (account) => html`<${Act} role="admin" of=${account.name} onClick=${withdraw(account)}>Remove<//>`],
    ]} />`;
}
