import { html } from "../html.js";
export const Match = () => html`<h1 tabIndex="-1">Soon</h1>`;
