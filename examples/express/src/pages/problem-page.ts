import { html } from "../html.ts";
import type { Problem } from "../problems.ts";
import { page } from "./page.ts";

export function problemPage({ status, message, advice }: Problem, isSignedIn: boolean): string {
	const [href, wayOut] = isSignedIn ? ["/", "Back to your account"] : ["/login", "Go to the sign-in page"];
	const content = html`
		<p class="status">${status}</p>
		<h1>${message}</h1>
		<p>${advice}</p>
		<a class="button primary" href="${href}">${wayOut}</a>
	`;
	return page(message, content);
}
