import { html } from "../html.js";
export const Conflicts = () => html`<h1 tabIndex="-1">Soon</h1>`;
