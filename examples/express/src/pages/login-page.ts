import { html } from "../html.ts";
import type { Provider } from "../providers.ts";
import { page } from "./page.ts";
import { providerMark } from "./provider-mark.ts";

export function loginPage(providers: Provider[]): string {
	const links = providers.map(
		({ id, name }) => html`
			<a class="button" href="/login/${id}">${providerMark(id)} Continue with ${name}</a>`,
	);
	const content = html`
		<h1>Sign in</h1>
		<p>Use an account that you already have. There is no password to remember or lose.</p>
		<div class="choices">${links}
		</div>
		<p class="small">We receive your name, e-mail address and picture, and from GitHub a list of your public repositories.</p>
	`;
	return page("Sign in · Sign-in demo", content);
}
