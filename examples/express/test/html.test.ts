import { expect, test } from "vitest";
import { html } from "../src/html.ts";

test("html escapes values, and takes templates as markup", () => {
	const name = `<b class="x">O'Hara & sons</b>`;
	const items = [1, 2].map((number) => html`<li>${number}</li>`);
	const { markup } = html`<p title="${name}">${name}</p><ul>${items}</ul>`;
	const escaped = "&#60;b class=&#34;x&#34;&#62;O&#39;Hara &#38; sons&#60;/b&#62;";
	expect(markup).toBe(`<p title="${escaped}">${escaped}</p><ul><li>1</li><li>2</li></ul>`);
});
