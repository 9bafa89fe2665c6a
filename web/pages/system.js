import { html } from "../html.js";
export const System = () => html`<h1 tabIndex="-1">Soon</h1>`;
