import { html } from "../html.js";
export const ObjectPage = () => html`<h1 tabIndex="-1">Soon</h1>`;
