import { html } from "../html.js";
import { to } from "../router.js";

export const Missing = ({ path }) => html`
  <h1 tabIndex="-1">No such page</h1>
  <p>There is nothing at <code>${path.join("/")}</code>. The <a href=${to()}>overview</a> shows all integrations.</p>`;
