import type { Account } from "@oauth/core";
import { type Html, html } from "../html.ts";
import type { Provider } from "../providers.ts";
import type { User } from "../schema.ts";
import { page } from "./page.ts";
import { providerMark } from "./provider-mark.ts";

export function accountPage(user: User, accounts: Account[], providers: Provider[]): string {
	const linked = providers.flatMap((provider) =>
		accounts
			.filter(({ providerId }) => providerId === provider.id)
			.map(({ providerUserId }) => linkedAccount(provider, providerUserId)),
	);
	const content = html`
		<div class="person">
			${pictureOf(user)}
			<div>
				<h1>${user.name}</h1>
				${emailOf(user)}
			</div>
		</div>

		<h2>Linked accounts</h2>
		<ul class="accounts">${linked}
		</ul>
		<p class="small"><a href="/connections">Connected accounts</a> and their permissions</p>

		<h2>Link another account</h2>
		<div class="choices">${providers.map(linkForm)}
		</div>

		<form class="sign-out" method="POST" action="/logout">
			<button class="button quiet">Sign out</button>
		</form>
	`;
	return page(`${user.name} · Sign-in demo`, content);
}

function pictureOf({ picture, name }: User): Html {
	return picture
		? html`<img src="${picture}" alt="" width="72" height="72" referrerpolicy="no-referrer">`
		: html`<span class="initial" aria-hidden="true">${name.slice(0, 1)}</span>`;
}

function emailOf({ email, emailVerified }: User): Html {
	if (!email) return html`<p class="email">No e-mail address shared</p>`;
	const badge = emailVerified
		? html`<p class="badge good">Verified e-mail</p>`
		: html`<p class="badge">${emailVerified === null ? "E-mail not verified by the provider" : "E-mail not verified"}</p>`;
	return html`<p class="email">${email}</p> ${badge}`;
}

function linkedAccount({ id, name }: Provider, account: string): Html {
	return html`
			<li>
				${providerMark(id)}
				<div>
					<span>${name}</span>
					<code title="${account}">${account}</code>
				</div>
			</li>`;
}

function linkForm({ id, name }: Provider): Html {
	return html`
			<form method="POST" action="/login/${id}/link">
				<button class="button">${providerMark(id)} Link ${name}</button>
			</form>`;
}
