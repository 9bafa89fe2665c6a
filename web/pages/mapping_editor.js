import { html } from "../html.js";
export const MappingEditor = () => html`<h1 tabIndex="-1">Soon</h1>`;
