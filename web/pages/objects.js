import { html } from "../html.js";
export const Objects = () => html`<h1 tabIndex="-1">Soon</h1>`;
