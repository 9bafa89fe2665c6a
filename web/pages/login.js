// Logging in by name and password; `tandem web` prints a link that needs neither.
import { html } from "../html.js";
import { post } from "../api.js";
import { Notice } from "../parts/basics.js";

export function Login({ problem, enter }) {
  function submit(event) {
    event.preventDefault();
    enter(post("/session", Object.fromEntries(new FormData(event.target))));
  }
  return html`
    <main class="login">
      <img src="icon.svg" alt="" width="48" height="48" />
      <h1>Tandem</h1>
      <${Notice} problem=${problem} />
      <form onSubmit=${submit}>
        <label>Name <input name="name" required autocomplete="username" /></label>
        <label>Password <input name="password" type="password" required autocomplete="current-password" /></label>
        <button class="primary">Log in</button>
      </form>
      <p>Or open the one-time link that <code>tandem web</code> prints on the machine where the service runs.</p>
    </main>`;
}
