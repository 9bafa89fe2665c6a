import { html } from "../html.js";
export const Deliveries = () => html`<h1 tabIndex="-1">Soon</h1>`;
