import { html } from "../html.js";
export const Matters = () => html`<h1 tabIndex="-1">Soon</h1>`;
