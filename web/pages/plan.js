import { html } from "../html.js";
export const Plan = () => html`<h1 tabIndex="-1">Soon</h1>`;
